/** What may still be done about what was delivered: other words, or nothing at all; and how far the last such change is. */
import { useCan } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { ask, Progress as ProgressBar, Row, Section } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import type { Broadcast } from "./api.ts";
import { deleteSent, type SentChange, sentChangesQuery, stopChange } from "./sent-api.ts";
import { SentEditSheet } from "./sent-edit-sheet.tsx";

const stale = ["broadcasts"];

export interface SentPartProps {
  broadcast: Broadcast;
  /** Delivered messages. */
  sent: number;
}

export default function SentPart({ broadcast, sent }: SentPartProps): JSX.Element | null {
  const can = useCan();
  const { data: changes } = useSuspenseQuery(sentChangesQuery(broadcast.id));
  const last = changes[0];
  const isRunning = last?.state === "running";
  return (
    <>
      {last && <LastChange change={last} />}
      {can("broadcasts.send") && !isRunning && <Deeds broadcast={broadcast} sent={sent} />}
    </>
  );
}

function LastChange({ change }: { change: SentChange }): JSX.Element {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const stop = useAct(stopChange, { stale });
  const { act, state, total, done, failed, skipped } = change;
  const figures = { done: format.number(done), total: format.number(total) };
  const aside = [
    failed > 0 && t("app.sent.failed", { number: format.number(failed) }),
    skipped > 0 && t("app.sent.skipped", { number: format.number(skipped) }),
  ].filter((one) => one !== false);
  return (
    <Section header={t(`app.sent.${act}_header`)}>
      {state === "running" && (
        <ProgressBar
          label={t("app.broadcast.done_of", {
            done: format.number(done + failed + skipped),
            total: format.number(total),
          })}
          done={done + failed + skipped}
          total={total}
        />
      )}
      <Row
        title={state === "running" ? t(`app.sent.${act}_running`) : t(`app.sent.${act}_${state}`, figures)}
        subtitle={aside.length > 0 ? aside.join(" · ") : undefined}
        isWrapped
      />
      {state === "running" && can("broadcasts.send") && (
        <Row tone="danger" title={t("app.sent.stop")} isDisabled={stop.isOff} onClick={() => stop.run(change.id)} />
      )}
    </Section>
  );
}

function Deeds({ broadcast, sent }: SentPartProps): JSX.Element {
  const t = useT();
  const [isEditing, setEditing] = useState(false);
  const remove = useAct(deleteSent, { stale });
  const confirmRemoval = async () => {
    const isSure = await ask({
      title: t("app.sent.delete_title"),
      message: t("app.sent.delete_text"),
      confirm: t("app.action.delete"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (isSure) remove.run(broadcast.id);
  };
  return (
    <Section footer={t(broadcast.mayReword ? "app.sent.hint" : "app.sent.needs_owner")}>
      {broadcast.mayReword && <Row tone="accent" title={t("app.sent.edit")} onClick={() => setEditing(true)} />}
      <Row tone="danger" title={t("app.sent.delete")} isDisabled={remove.isOff} onClick={() => void confirmRemoval()} />
      {isEditing && <SentEditSheet broadcast={broadcast} sent={sent} onClose={() => setEditing(false)} />}
    </Section>
  );
}
