/** What people would read; or why nobody would, and the one thing that mends it. */
import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import { Badge, PersonIcon, PlayIcon, PlusIcon, RouteIcon, Row, Section, toast } from "@miniapp/shared/ui/index.ts";
import { type JSX, useState } from "react";
import { type Connection, type ConnectionChange, useChangeConnection } from "../conversions/api.ts";
import { TargetPicker } from "../conversions/target-picker.tsx";
import { useCan } from "../identity/me.ts";
import { Message } from "../messaging/components/message.tsx";
import type { LabReport } from "./api.ts";
import { howTold, toldTone } from "./told-words.ts";

export interface LabMessagesProps {
  report: LabReport;
  connection: Connection;
  onMended(): void;
}

export function LabMessages({ report, connection, onMended }: LabMessagesProps): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { silence, messages } = report;
  const header = t("app.lab.step.messages");
  return (
    <>
      {silence !== null && (
        <Section header={header}>
          <Row
            title={t(`app.lab.silence.${silence}`)}
            note={<Badge tone="warn">{t("app.lab.silent")}</Badge>}
            isNoteBelow
          />
          <Mend report={report} connection={connection} onMended={onMended} />
        </Section>
      )}
      {messages.length > 0 && (
        <Section header={silence === null ? header : t("app.lab.would_read")}>
          {messages.map(({ told, html, buttons }) => (
            <div key={`${told.routeId} ${told.chatId} ${told.threadId} ${told.name}`}>
              <Row
                title={told.name}
                subtitle={told.routeName ?? t("app.told.by_connection")}
                isWrapped
                note={<Badge tone={toldTone[told.outcome]}>{howTold(told, t, format)}</Badge>}
                isNoteBelow
              />
              <Message content={{ kind: "text", html, buttons: buttons.map((line) => line.map(inert)) }} />
            </div>
          ))}
        </Section>
      )}
    </>
  );
}

type MessageButton = LabReport["messages"][number]["buttons"][number][number];
/** There is no conversion behind the message yet: its buttons are shown, and lead nowhere. */
const inert = ({ text }: MessageButton): MessageButton => ({ text, callback: "lab" });

/** The way out of silence; only for those who may take it. */
function Mend({ report, connection, onMended }: LabMessagesProps): JSX.Element | null {
  const t = useT();
  const can = useCan();
  const change = useChangeConnection(connection.id);
  const [isPicking, setPicking] = useState(false);
  const apply = (next: ConnectionChange, said: string) =>
    change.mutate(next, {
      onSuccess: () => {
        haptics.succeeded();
        toast(said);
        onMended();
      },
      onError: (error) => {
        haptics.failed();
        toast(sentenceOf(t, error));
      },
    });
  if (report.silence === "duplicate" && report.arrival?.conversionId)
    return (
      <Row
        tone="accent"
        title={t("app.lab.open_conversion", { id: report.arrival.conversionId })}
        to={href("conversion", { conversionId: report.arrival.conversionId })}
      />
    );
  if (report.silence === "no_conversion")
    return (
      <Row tone="accent" title={t("app.lab.mend.address")} to={href("connection", { connectionId: connection.id })} />
    );
  if (!can("connections.manage")) return null;
  if (report.silence === "paused")
    return (
      <Row
        before={<PlayIcon />}
        tone="accent"
        title={t("app.connection.resume")}
        isDisabled={change.isPending}
        onClick={() => apply({ kind: "resume" }, t("app.connection.resumed"))}
      />
    );
  if (report.silence === "dropped") {
    const route = report.routes.find(({ outcome }) => outcome === "matched");
    return route ? (
      <Row
        before={<RouteIcon />}
        tone="accent"
        title={t("app.lab.mend.route", { name: route.name })}
        to={href("route", { alertRouteId: route.id })}
      />
    ) : null;
  }
  return (
    <>
      <Row
        before={<PersonIcon />}
        tone="accent"
        title={t("app.lab.mend.chat")}
        isDisabled={change.isPending}
        onClick={() => setPicking(true)}
      />
      <Row before={<PlusIcon />} tone="accent" title={t("app.routes.add")} to={href("newRoute")} />
      {isPicking && (
        <TargetPicker
          chatId={null}
          onPick={({ chatId, threadId, name }) =>
            apply({ kind: "target", body: { chatId, threadId } }, t("app.connection.target_changed", { name }))
          }
          onClose={() => setPicking(false)}
        />
      )}
    </>
  );
}
