/** The routes as they were asked, one by one, each condition with what it was compared to. */
import { href } from "@miniapp/app/paths.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Badge, CheckIcon, CloseIcon, Row, Section, type Tone } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import styles from "./alerts.module.css";
import type { LabReport } from "./api.ts";
import { useRouteWords } from "./condition-words.ts";

type Tried = LabReport["routes"][number];

const tone: Readonly<Record<Tried["outcome"], Tone>> = {
  matched: "good",
  not_matched: "neutral",
  off: "neutral",
  not_asked: "neutral",
};

export function LabRoutes({ routes }: { routes: readonly Tried[] }): JSX.Element {
  const t = useT();
  return (
    <Section header={t("app.lab.step.routes")} footer={t("app.routes.explain")}>
      {routes.length === 0 && <Row title={t("app.lab.no_routes")} to={href("newRoute")} />}
      {routes.map((route) => (
        <div key={route.id}>
          <Row
            title={route.name}
            note={<Badge tone={tone[route.outcome]}>{t(`app.lab.route.${route.outcome}`)}</Badge>}
            isNoteBelow
            to={href("route", { alertRouteId: route.id })}
          />
          <Conditions route={route} />
        </div>
      ))}
    </Section>
  );
}

function Conditions({ route: { conditions } }: { route: Tried }): JSX.Element {
  const t = useT();
  const words = useRouteWords();
  return (
    <>
      {conditions.map(({ condition, holds, values }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no identity but their place
        <div key={index} className={styles.check}>
          <span className={holds ? styles.holds : styles.fails}>
            {holds ? <CheckIcon size={18} /> : <CloseIcon size={18} />}
            <span className="visually-hidden">{t(holds ? "app.lab.holds" : "app.lab.fails")}</span>
          </span>
          <span>
            {words.condition(condition)}
            <small>
              {values.length === 0
                ? t("app.lab.compared_nothing")
                : t("app.lab.compared", {
                    values: values
                      .map((value) => (condition.kind === "text" ? words.value(condition.field, value) : value))
                      .join(", "),
                  })}
            </small>
          </span>
        </div>
      ))}
    </>
  );
}
