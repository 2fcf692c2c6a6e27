/** What became of a call, step by step, each with its outcome. */
import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Badge, Fact, Row, Section, type Tone } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { Connection } from "../conversions/api.ts";
import { FactList } from "../conversions/fact-list.tsx";
import rawStyles from "../conversions/raw-call.module.css";
import { parametersOf } from "../conversions/raw-call.tsx";
import { StatusAvatar, statusKey } from "../conversions/status.tsx";
import type { LabInput, LabReport } from "./api.ts";
import { LabMessages } from "./lab-messages.tsx";
import { LabRoutes } from "./lab-routes.tsx";
import { LabSend } from "./lab-send.tsx";

export interface LabReportProps {
  body: LabInput;
  report: LabReport;
  connection: Connection;
  /** Something was mended: the call is tried again. */
  onMended(): void;
}

export default function LabReportPart({ body, report, connection, onMended }: LabReportProps): JSX.Element {
  return (
    <>
      <Arrived report={report} />
      <Reading report={report} />
      {report.status && <Status report={report} connection={connection} />}
      {report.identity && <Identity report={report} />}
      {report.arrival && <Arrival report={report} />}
      {report.reading.outcome === "conversion" && <LabRoutes routes={report.routes} />}
      <LabMessages report={report} connection={connection} onMended={onMended} />
      <LabSend body={body} report={report} />
    </>
  );
}

function Arrived({ report: { call, understoodAs } }: { report: LabReport }): JSX.Element {
  const t = useT();
  const parameters = parametersOf(call.query);
  return (
    <Section header={t("app.lab.step.arrived")}>
      <Row title={`${call.method} ${call.path}`} note={<Badge>{t(`app.lab.as.${understoodAs}`)}</Badge>} isNoteBelow />
      <Fact name={t("app.lab.content_type")} value={call.contentType} isMono />
      {parameters.map(({ name, value }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a call may name a parameter twice, and the list never changes
        <Fact key={`${index} ${name}`} name={name} value={value || "–"} isMono canCopy />
      ))}
      {call.body !== null && call.body !== "" && <pre className={rawStyles.code}>{call.body}</pre>}
    </Section>
  );
}

const readingTone = { conversion: "good", ignored: "warn", malformed: "bad" } as const satisfies Record<string, Tone>;

function Reading({ report: { reading } }: { report: LabReport }): JSX.Element {
  const t = useT();
  const notes = reading.notes.flatMap((note) => {
    const said = t.find(`app.note.${note.kind}`, { field: note.field ?? "" });
    return said ? [{ key: `${note.kind} ${note.field ?? ""}`, said }] : [];
  });
  return (
    <Section header={t("app.lab.step.read")}>
      <Row
        title={
          reading.outcome === "conversion"
            ? t("app.lab.read.conversion_text")
            : (t.find(`app.lab.reason.${reading.reason}`) ?? reading.reason ?? t("app.lab.read.malformed_text"))
        }
        note={<Badge tone={readingTone[reading.outcome]}>{t(`app.lab.read.${reading.outcome}`)}</Badge>}
        isNoteBelow
      />
      {notes.map(({ key, said }) => (
        <Row key={key} title={said} />
      ))}
      {reading.facts && (
        <>
          <Amount facts={reading.facts} />
          <FactList facts={reading.facts} />
          {Object.entries(reading.facts.extra).map(([name, value]) => (
            <Fact key={name} name={name} value={value} isMono />
          ))}
        </>
      )}
    </Section>
  );
}

function Amount({ facts }: { facts: NonNullable<LabReport["reading"]["facts"]> }): JSX.Element {
  const t = useT();
  const format = useFormat();
  return (
    <Fact
      name={t("app.cond.amount")}
      value={facts.amount === null ? t("app.conversion.no_amount") : format.money(facts.amount, facts.currency)}
    />
  );
}

function Status({ report: { status }, connection }: { report: LabReport; connection: Connection }): JSX.Element | null {
  const t = useT();
  if (!status) return null;
  return (
    <Section header={t("app.lab.step.status")} footer={t(`app.lab.status_by.${status.by}`)}>
      <Row
        before={<StatusAvatar status={status.status} />}
        title={
          status.word === null
            ? t(statusKey(status.status))
            : t("app.lab.status_word", { word: status.word, status: t(statusKey(status.status)) })
        }
      />
      <Row tone="accent" title={t("app.lab.open_status_map")} to={href("statusMap", { connectionId: connection.id })} />
    </Section>
  );
}

function Identity({ report: { identity } }: { report: LabReport }): JSX.Element | null {
  const t = useT();
  if (!identity) return null;
  return (
    <Section
      header={t("app.lab.step.identity")}
      footer={t(identity.byAllFacts ? "app.lab.identity_by_all" : "app.lab.identity_hint")}
    >
      <Fact name={t("app.conversion.subid")} value={identity.subid || "–"} isMono />
      <Fact name={t("app.conversion.tid")} value={identity.tid || "–"} isMono />
      <Fact name={t("app.cond.status")} value={t(statusKey(identity.status))} />
    </Section>
  );
}

const arrivalTone = { new: "good", duplicate: "warn", correction: "neutral" } as const satisfies Record<string, Tone>;

function Arrival({ report: { arrival } }: { report: LabReport }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  if (!arrival) return null;
  const said = (sum: { amount: string | null; currency: string | null } | null) =>
    sum?.amount == null ? t("app.conversion.no_amount") : format.money(sum.amount, sum.currency);
  return (
    <Section header={t("app.lab.step.arrival")}>
      <Row
        title={
          arrival.kind === "correction"
            ? t("app.conversion.amount_changed", { from: said(arrival.from), to: said(arrival.to) })
            : t(`app.lab.arrival.${arrival.kind}_text`)
        }
        note={<Badge tone={arrivalTone[arrival.kind]}>{t(`app.lab.arrival.${arrival.kind}`)}</Badge>}
        isNoteBelow
      />
      {arrival.conversionId !== null && (
        <Row
          tone="accent"
          title={t("app.lab.open_conversion", { id: arrival.conversionId })}
          to={href("conversion", { conversionId: arrival.conversionId })}
        />
      )}
    </Section>
  );
}
