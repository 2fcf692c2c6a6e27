/** A running import and what one came to. */
import { href } from "@miniapp/app/paths.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import {
  ask,
  Badge,
  DownloadIcon,
  Fact,
  PeopleIcon,
  Progress,
  Row,
  Screen,
  Section,
} from "@miniapp/shared/ui/index.ts";
import { type JSX, useState } from "react";
import { ExportSheet } from "../reports/export-sheet.tsx";
import styles from "./import.module.css";
import { cancelImport, type Import } from "./import-api.ts";
import { stateTone } from "./import-states.ts";

export function ImportRunning({ one }: { one: Import }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const cancel = useAct(cancelImport, { stale: ["imports"] });
  const { done, total } = one;
  const stop = async () => {
    const isSure = await ask({
      title: t("app.import.stop_title"),
      message: t("app.import.stop_text"),
      confirm: t("app.import.stop_confirm"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (isSure) cancel.run(one.id);
  };
  return (
    <Screen title={t("app.import.one")} subtitle={one.fileName} back={href("imports")}>
      <Section footer={t("app.import.leave")}>
        <div>
          {total === null ? (
            <Progress label={t("app.import.counting")} done={0} />
          ) : (
            <Progress
              label={t("app.import.running", { done: format.number(done), total: format.number(total) })}
              done={done}
              total={total}
            />
          )}
          <Pace one={one} />
        </div>
      </Section>
      <Numbers one={one} />
      <Section>
        <Row tone="danger" title={t("app.import.stop")} isDisabled={cancel.isOff} onClick={() => void stop()} />
      </Section>
    </Screen>
  );
}

function Pace({ one: { done, total, startedAt } }: { one: Import }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  if (done === 0 || total === null || startedAt === null) return null;
  const perSecond = done / Math.max(1, (Date.now() - Date.parse(startedAt)) / 1000);
  return (
    <div className={styles.pace}>
      {t("app.import.pace", {
        pace: format.number(Math.max(1, Math.round(perSecond))),
        left: format.duration(Math.ceil((total - done) / perSecond) * 1000),
      })}
    </div>
  );
}

function Numbers({ one }: { one: Import }): JSX.Element {
  const t = useT();
  const format = useFormat();
  return (
    <Section header={t("app.import.result")}>
      <Row title={t("app.import.added")} end={format.number(one.added)} />
      <Row title={t("app.import.updated")} end={format.number(one.updated)} />
      <Row title={t("app.import.refused")} end={format.number(one.refused)} />
    </Section>
  );
}

export function ImportResult({ one }: { one: Import }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const [isExporting, setExporting] = useState(false);
  const { id, state, reported, refused, consent, problem } = one;
  return (
    <Screen
      title={t("app.import.one")}
      subtitle={
        <>
          {one.fileName} <Badge tone={stateTone[state]}>{t(`app.import.state.${state}`)}</Badge>
        </>
      }
      back={href("imports")}
    >
      {problem && (
        <Section>
          <div className={styles.stage} role="alert">
            {problem}
          </div>
        </Section>
      )}
      <Numbers one={one} />
      {reported > 0 && (
        <Section
          footer={
            reported < refused
              ? t("app.import.report_capped", { reported: format.number(reported) })
              : t("app.import.report_hint")
          }
        >
          <Row
            before={<DownloadIcon />}
            tone="accent"
            title={t("app.import.report")}
            onClick={() => setExporting(true)}
          />
        </Section>
      )}
      <Section>
        <Row before={<PeopleIcon />} title={t("app.import.people")} to={href("audience")} />
        <Fact name={t("app.import.consent")} value={consent} />
      </Section>
      {isExporting && (
        <ExportSheet
          name={`refused-${id.slice(0, 8)}`}
          pathOf={(choice) => `/audience/imports/${id}/refusals?${new URLSearchParams({ ...choice })}`}
          onClose={() => setExporting(false)}
        />
      )}
    </Screen>
  );
}
