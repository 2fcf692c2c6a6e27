/** Which call is looked at: one that was pasted, or one of the last that came in. */
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Badge, CloseIcon, Empty, Field, InboxIcon, PlugIcon, Row, Section } from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import type { Connection } from "../conversions/api.ts";
import { useCan } from "../identity/me.ts";
import { callTone, summaryOf } from "../operations/inbound-call.ts";
import { inboxQuery } from "../operations/inbox-api.ts";

export interface LabInputProps {
  connections: readonly Connection[];
  connection: Connection;
  eventId: string | null;
  text: string;
  onConnection(connectionId: string): void;
  onText(text: string): void;
  onEvent(eventId: string | null): void;
}

export function LabInputPart(props: LabInputProps): JSX.Element {
  const { connections, connection, eventId, text, onConnection, onText, onEvent } = props;
  const t = useT();
  const can = useCan();
  const [picking, setPicking] = useState<"connection" | "call" | null>(null);
  return (
    <>
      <Section footer={eventId === null ? t("app.lab.paste_hint") : undefined}>
        <Row
          before={<PlugIcon />}
          title={t("app.conversion.connection")}
          end={connection.name}
          {...(connections.length > 1 ? { onClick: () => setPicking("connection") } : {})}
        />
        {eventId === null ? (
          <Field
            kind="textarea"
            label={t("app.lab.paste")}
            placeholder={t("app.lab.paste_example")}
            value={text}
            maxLength={65_536}
            isMono
            onChange={onText}
          />
        ) : (
          <Row before={<CloseIcon />} tone="accent" title={t("app.lab.paste_instead")} onClick={() => onEvent(null)} />
        )}
        {can("inbox.read") && (
          <Row
            before={<InboxIcon />}
            tone="accent"
            title={eventId === null ? t("app.lab.pick_call") : t("app.lab.picked", { id: eventId })}
            onClick={() => setPicking("call")}
          />
        )}
      </Section>
      {picking === "connection" && (
        <PickerSheet
          title={t("app.conversion.connection")}
          value={connection.id}
          options={connections.map(({ id, name }) => ({ value: id, label: name }))}
          onPick={onConnection}
          onClose={() => setPicking(null)}
        />
      )}
      {picking === "call" && (
        <CallPicker connectionId={connection.id} value={eventId} onPick={onEvent} onClose={() => setPicking(null)} />
      )}
    </>
  );
}

function CallPicker({
  connectionId,
  value,
  onPick,
  onClose,
}: {
  connectionId: string;
  value: string | null;
  onPick(eventId: string): void;
  onClose(): void;
}): JSX.Element {
  const t = useT();
  const format = useFormat();
  const list = useInfiniteQuery(inboxQuery({ connectionId }));
  const calls = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <PickerSheet
      title={t("app.lab.pick_call")}
      value={value}
      empty={<Empty title={list.isPending ? t("app.state.loading") : t("app.inbox.empty")} />}
      options={calls.map((call) => ({
        value: call.id,
        label: format.dateTime(call.receivedAt),
        hint: summaryOf(call).slice(0, 90),
        before: <Badge tone={callTone[call.status]}>{t(`app.inbox.${call.status}`)}</Badge>,
      }))}
      onPick={onPick}
      onClose={onClose}
    />
  );
}
