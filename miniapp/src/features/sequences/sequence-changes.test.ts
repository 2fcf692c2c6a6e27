import { expect, test } from "bun:test";
import type { AppTranslator } from "@miniapp/shared/i18n.ts";
import type { Sequence, SequenceChoices } from "./api.ts";
import { changesOf } from "./sequence-changes.ts";

const t = ((key: string, { number }: { number?: number } = {}) =>
  number === undefined ? key : `${key} ${number}`) as unknown as AppTranslator;
const choices = { bots: [], tags: [], fields: [], categories: [], broadcasts: [], timeZone: "UTC" } as SequenceChoices;
const step = (id: string, html: string) => ({
  ...{ id, delayMinutes: 0, atClock: null, condition: null },
  letter: { fallback: "en", messages: { en: { kind: "text" as const, html } } },
});
const figures = { sent: 0, skipped: 0, waiting: 0, clicked: 0, converted: 0, money: [] };
const fields = {
  ...{ name: "Welcome", botIds: [], trigger: { kind: "joined" as const, source: null }, stops: [], categoryId: null },
  ...{ isUrgent: false, isRepeatable: false },
};
const steps = [step("1", "One"), step("2", "Two"), step("3", "Three")];
const sequence = (waiting: Sequence["waiting"]) =>
  ({ ...fields, steps: steps.map((one) => ({ ...one, ...figures })), waiting }) as unknown as Sequence;
const linesOf = (waiting: Sequence["waiting"]) => changesOf(t, sequence(waiting), choices).map(({ what }) => what);

test("a change is told part by part: what is new, changed, moved and gone", () => {
  const next = [step("2", "Two"), step("1", "One, better"), step("4", "Four")];
  expect(linesOf({ ...fields, name: "Hello", isUrgent: true, steps: next })).toEqual([
    "app.sequences.name",
    "app.sequences.more",
    "app.sequences.step_moved 1",
    "app.sequences.step_changed 2",
    "app.sequences.step_new 3",
    "app.sequences.step_gone 3",
  ]);
});

test("a step that stands later only because another went before it is not told to have moved", () => {
  expect(linesOf({ ...fields, steps: [step("2", "Two"), step("3", "Three")] })).toEqual(["app.sequences.step_gone 1"]);
});

test("where nothing waits, or what waits is the same in another order of its fields, nothing changes", () => {
  expect(linesOf(null)).toEqual([]);
  const trigger = { source: null, kind: "joined" as const };
  expect(linesOf({ ...fields, trigger, steps })).toEqual([]);
});
