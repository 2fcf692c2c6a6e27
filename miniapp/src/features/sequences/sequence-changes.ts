/** What a change that waits does to the sequence that is in force. Pure: values in, lines out. */
import type { AppTranslator } from "@miniapp/shared/i18n.ts";
import { hashKey } from "@tanstack/react-query";
import type { Sequence, SequenceChoices, StopRule } from "./api.ts";
import { delayLine, excerptOf, triggerLine } from "./sequence-words.ts";

export interface ChangeLine {
  /** For lists. */
  key: string;
  what: string;
  /** What stood there before; absent where nothing did, or where it is many things. */
  was?: string;
}

const isSame = (a: unknown, b: unknown) => hashKey([a]) === hashKey([b]);

/** What ends it early, in one line; null: nothing but what ends every sequence. */
export function stopsLine(t: AppTranslator, stops: readonly StopRule[], choices: SequenceChoices): string | null {
  if (stops.length === 0) return null;
  const tag = (id: number) => choices.tags.find((one) => one.id === id)?.name ?? t("app.sequences.gone");
  return stops
    .map((rule) =>
      rule.kind === "tagged"
        ? t("app.sequences.line_tagged", { name: tag(rule.tagId) })
        : t(`app.sequences.stop_${rule.kind}`),
    )
    .join(" · ");
}

export function changesOf(
  t: AppTranslator,
  { waiting: next, ...now }: Sequence,
  choices: SequenceChoices,
): ChangeLine[] {
  if (next === null) return [];
  const lines: ChangeLine[] = [];
  if (next.name !== now.name) lines.push({ key: "name", what: t("app.sequences.name"), was: now.name });
  if (!isSame(next.trigger, now.trigger))
    lines.push({ key: "trigger", what: t("app.sequences.begins"), was: triggerLine(t, now.trigger, choices) });
  if (!isSame(next.stops, now.stops)) {
    const was = stopsLine(t, now.stops, choices);
    lines.push({ key: "stops", what: t("app.sequences.ends"), ...(was === null ? {} : { was }) });
  }
  const settings = ({ botIds, categoryId, isUrgent, isRepeatable }: typeof next | typeof now) => [
    ...[botIds, categoryId, isUrgent, isRepeatable],
  ];
  if (!isSame(settings(next), settings(now))) lines.push({ key: "settings", what: t("app.sequences.more") });
  return [...lines, ...stepLines(t, next.steps, now.steps)];
}

type Steps = NonNullable<Sequence["waiting"]>["steps"];

/** Moved are those that stand in another order among the ones that were there before. */
function stepLines(t: AppTranslator, next: Steps, now: Sequence["steps"]): ChangeLine[] {
  const said = (step: Steps[number] | undefined) =>
    step && `${delayLine(t, step)}: ${excerptOf(t, step.letter) ?? t("app.sequences.no_text")}`;
  const kept = now.filter(({ id }) => next.some((step) => step.id === id));
  const stay = next.filter(({ id }) => now.some((step) => step.id === id));
  const lines = next.flatMap((step, at): ChangeLine[] => {
    const line = (how: "new" | "changed" | "moved", was?: string) => [
      { key: step.id, what: t(`app.sequences.step_${how}`, { number: at + 1 }), ...(was === undefined ? {} : { was }) },
    ];
    const before = now.find(({ id }) => id === step.id);
    if (!before) return line("new");
    const of = ({ delayMinutes, atClock, condition, letter }: Steps[number]) => [
      ...[delayMinutes, atClock, condition, letter],
    ];
    if (!isSame(of(step), of(before))) return line("changed", said(before));
    return kept.indexOf(before) === stay.indexOf(step) ? [] : line("moved");
  });
  const gone = now.flatMap((step, at): ChangeLine[] => {
    const was = said(step);
    if (kept.includes(step) || was === undefined) return [];
    return [{ key: step.id, what: t("app.sequences.step_gone", { number: at + 1 }), was }];
  });
  return [...lines, ...gone];
}
