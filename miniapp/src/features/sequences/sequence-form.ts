/** What is typed about a sequence, and what is sent of it. Pure: values in, values out. */
import type { AppTranslator, Locale } from "@miniapp/shared/i18n.ts";
import { emptyLetter } from "../broadcasts/letter-draft.ts";
import type { Sequence, SequenceBody } from "./api.ts";
import { excerptOf } from "./sequence-words.ts";
import type { StepDraft } from "./step-sheet.tsx";

export interface Form extends Omit<SequenceBody, "steps"> {
  steps: StepDraft[];
  /** One message by an event: what it is said to be while it is new. */
  isSingle: boolean;
}

/** With a message in the writer's language, of which nothing is written yet. */
export const emptyStep = (delayMinutes: number, locale: Locale): StepDraft => ({
  key: crypto.randomUUID(),
  delayMinutes,
  atClock: null,
  condition: null,
  letter: emptyLetter(locale),
});

export const emptyForm = (locale: Locale): Form => ({
  name: "",
  botIds: [],
  trigger: { kind: "joined", source: null },
  stops: [],
  categoryId: null,
  isUrgent: false,
  isRepeatable: false,
  steps: [emptyStep(0, locale)],
  isSingle: false,
});

/** What was written last: the change that waits, where one does. */
export const formOf = (sequence: Sequence): Form => {
  const { name, botIds, trigger, stops, categoryId, isUrgent, isRepeatable, steps } = sequence.waiting ?? sequence;
  return {
    ...{ name, botIds, trigger, stops, categoryId, isUrgent, isRepeatable },
    steps: steps.map(({ id, delayMinutes, atClock, condition, letter }) => ({
      ...{ key: id, id, delayMinutes, atClock, condition, letter },
    })),
    isSingle: false,
  };
};

/** Null while it cannot be saved. */
export function bodyOf(t: AppTranslator, { isSingle, steps, ...form }: Form): SequenceBody | null {
  const { trigger } = form;
  if (form.name.trim() === "" || steps.length === 0) return null;
  if (trigger.kind === "joined" && trigger.source?.value === "") return null;
  const said = isSingle ? steps.slice(0, 1) : steps;
  // What ends a series was typed while it was one, and is not on the screen of a single message.
  const stops = isSingle ? [] : form.stops;
  if (said.some(({ letter }) => excerptOf(t, letter) === null)) return null;
  return { ...form, stops, steps: said.map(({ key: _, ...step }) => step) };
}
