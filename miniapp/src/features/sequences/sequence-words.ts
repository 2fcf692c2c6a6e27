/** Sequences said in words: what begins them, when their messages come, where a person stands. */
import type { Format } from "@miniapp/shared/format.ts";
import type { AppTranslator } from "@miniapp/shared/i18n.ts";
import type { Tone } from "@miniapp/shared/ui/index.ts";
import { statusKey } from "../conversions/status.tsx";
import { wordsOf } from "../messaging/components/message.tsx";
import type { Sequence, SequenceChoices, SequenceRun, Trigger } from "./api.ts";

export const stateTone: Readonly<Record<Sequence["state"], Tone>> = {
  draft: "neutral",
  active: "good",
  paused: "warn",
};

/** `choices` gives names to what a trigger names; what is gone since is said to be. */
export function triggerLine(t: AppTranslator, trigger: Trigger, choices: SequenceChoices | undefined): string {
  const named = <Id>(list: readonly { id: Id; name: string }[] | undefined, id: Id) =>
    list?.find((one) => one.id === id)?.name ?? (list ? t("app.sequences.gone") : "…");
  switch (trigger.kind) {
    case "joined":
      return trigger.source === null
        ? t("app.sequences.line_joined")
        : t(`app.sequences.line_joined_${trigger.source.test}`, { value: trigger.source.value });
    case "tagged":
      return t("app.sequences.line_tagged", { name: named(choices?.tags, trigger.tagId) });
    case "field_changed": {
      const fields = choices?.fields.map(({ key, name }) => ({ id: key, name }));
      const name = named(fields, trigger.key);
      const { value } = trigger;
      if (value === null) return t("app.sequences.line_field_changed", { name });
      const said = typeof value === "boolean" ? t(value ? "app.fields.yes" : "app.fields.no") : String(value);
      return t("app.sequences.line_field_became", { name, value: said });
    }
    case "clicked":
      return trigger.broadcastId === null
        ? t("app.sequences.line_clicked")
        : t("app.sequences.line_clicked_one", { name: named(choices?.broadcasts, trigger.broadcastId) });
    case "converted":
      return trigger.status === null
        ? t("app.sequences.line_converted")
        : t("app.sequences.line_converted_one", { status: t(statusKey(trigger.status)) });
    case "opted_in":
      return t("app.sequences.line_opted_in");
    case "by_hand":
      return t("app.sequences.line_by_hand");
  }
}

export const unitMinutes = { minutes: 1, hours: 60, days: 1_440 } as const;
export type Unit = keyof typeof unitMinutes;

/** The largest unit in which a delay is a whole number. */
export const unitOf = (minutes: number): Unit => {
  if (minutes > 0 && minutes % unitMinutes.days === 0) return "days";
  return minutes > 0 && minutes % unitMinutes.hours === 0 ? "hours" : "minutes";
};

/** "2 days later, at 10:00". */
export function delayLine(t: AppTranslator, step: { delayMinutes: number; atClock: string | null }): string {
  const unit = unitOf(step.delayMinutes);
  const count = step.delayMinutes / unitMinutes[unit];
  const delay = count === 0 ? t("app.sequences.at_once") : t(`app.sequences.after_${unit}`, { count });
  return step.atClock === null ? delay : t("app.sequences.with_clock", { delay, clock: step.atClock });
}

/** How many got it, wait for it and passed it; once somebody did, who clicked and bought, and for how much. */
export function figuresLine(t: AppTranslator, format: Format, step: Sequence["steps"][number]): string {
  const { sent, waiting, skipped, clicked, converted, money } = step;
  return [
    t("app.sequences.figures", { sent, waiting }),
    ...(skipped > 0 ? [t("app.sequences.skipped", { skipped })] : []),
    ...(clicked + converted > 0 ? [t("app.sequences.answers", { clicked, converted })] : []),
    ...money.map(({ amount, currency }) => format.money(amount, currency)),
  ].join(", ");
}

/** What a message says, on one line; of one without words, what it is. Null for a text of which nothing is written yet. */
export function excerptOf(t: AppTranslator, letter: Sequence["steps"][number]["letter"]): string | null {
  const message = letter.messages[letter.fallback];
  if (!message) return null;
  const words = wordsOf(message).replaceAll(/\s+/g, " ");
  return words || (message.kind === "text" ? null : t(`app.letter.kind.${message.kind}`));
}

/** Where somebody stands: his next message, or how it ended. */
export function placeLine(t: AppTranslator, format: Format, run: SequenceRun): string {
  if (run.state === "stopped" && run.reason !== null) return t(`app.sequences.reason_${run.reason}`);
  if (run.state !== "active") return t("app.sequences.ended", { when: format.moment(run.endedAt ?? run.enteredAt) });
  return t("app.sequences.next", { number: run.position + 1, when: format.moment(run.nextAt ?? run.enteredAt) });
}
