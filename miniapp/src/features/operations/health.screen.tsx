import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import {
  Avatar,
  Badge,
  BotIcon,
  CheckIcon,
  Loading,
  Row,
  Screen,
  Section,
  Skeleton,
  type Tone,
  WarningIcon,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { type HealthReport, healthQuery } from "./api.ts";
import { Freshness } from "./components/freshness.tsx";

type State = HealthReport["state"];
const tones: Readonly<Record<State, Tone>> = { ok: "good", warning: "warn", failing: "bad" };

const Sign = ({ state }: { state: State }): JSX.Element => (
  <Avatar icon={state === "ok" ? <CheckIcon size={22} /> : <WarningIcon size={22} />} tone={tones[state]} />
);

/** Where a check can be looked into. */
const places: Partial<Record<HealthReport["checks"][number]["name"], string>> = {
  inbox: href("inbox"),
  deliveries: `${href("deliveries")}?state=queued`,
  unknown: `${href("deliveries")}?state=unknown`,
  bots: href("bots"),
};

export default function HealthScreen(): JSX.Element {
  const t = useT();
  return (
    <Screen title={t("app.control.health")} back={href("control")}>
      <Loading
        skeleton={
          <>
            <Skeleton rows={1} height={66} />
            <Skeleton rows={8} height={62} />
          </>
        }
      >
        <Report />
      </Loading>
    </Screen>
  );
}

function Report(): JSX.Element {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const query = useSuspenseQuery(healthQuery);
  const { state, checkedAt, checks, bots, alerts } = query.data;
  return (
    <>
      <Freshness of={query} />
      <Section>
        <Row
          before={<Sign state={state} />}
          title={<strong>{t(`app.health.${state}`)}</strong>}
          subtitle={t("app.state.updated", { when: format.time(checkedAt) })}
        />
      </Section>
      <Section>
        {checks.map((check) => (
          <Row
            key={check.name}
            before={<Sign state={check.state} />}
            title={check.message}
            {...(check.state !== "ok" && places[check.name] ? { to: places[check.name] } : {})}
          />
        ))}
      </Section>
      {bots.length > 0 && (
        <Section header={t("app.control.bots")}>
          {bots.map((bot) => (
            <Row
              key={bot.id}
              before={<Avatar icon={<BotIcon size={22} />} tone={tones[bot.state]} />}
              title={`@${bot.username}`}
              subtitle={bot.lastError ?? bot.message}
              isWrapped
              {...(can("bots.read") ? { to: href("bot", { botId: bot.id }) } : {})}
            />
          ))}
        </Section>
      )}
      <Section header={t("app.health.alerts")} footer={alerts.length === 0 ? t("app.health.quiet") : undefined}>
        {alerts.map((alert) => (
          <Row
            key={`${alert.rule} ${alert.subject} ${alert.since}`}
            title={alert.message}
            subtitle={format.dateTime(alert.since)}
            after={
              alert.phase === "firing" ? (
                <Badge tone="bad">{t("app.state.open")}</Badge>
              ) : (
                <Badge tone="good">{t("app.health.over")}</Badge>
              )
            }
          />
        ))}
      </Section>
    </>
  );
}
