import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Sequence, SequenceBody } from "./api.ts";
import { emptyForm, emptyStep, type Form } from "./sequence-form.ts";
import { type Field, meet, only, withStepsOf } from "./two-writers.ts";

const before: Form = { ...emptyForm("en"), name: "Welcome", botIds: ["a"] };
const step = (html: string, id?: string) => ({
  ...emptyStep(0, "en"),
  ...(id === undefined ? {} : { id }),
  letter: { fallback: "en", messages: { en: { kind: "text" as const, html } } },
});

test("what each wrote in fields of his own stands beside the other's", () => {
  const met = meet({ mine: { ...before, name: "Mine" }, base: { name: "Welcome" } }, { ...before, isUrgent: true });
  expect([met.form.name, met.form.isUrgent, met.torn, met.isDirty]).toEqual(["Mine", true, [], true]);
});

test("what both wrote waits for a choice, and mine stays in sight until then", () => {
  const met = meet({ mine: { ...before, name: "Mine" }, base: { name: "Welcome" } }, { ...before, name: "Theirs" });
  expect([met.form.name, met.torn, met.isDirty]).toEqual(["Mine", ["name"], true]);
});

test("what both wrote alike is saved, whatever order its fields and ids its new steps have by then", () => {
  const trigger = { kind: "clicked" as const, broadcastId: null };
  const mine: Form = { ...before, trigger, steps: [step("Hello")] };
  const theirs: Form = { ...before, trigger: { broadcastId: null, kind: "clicked" }, steps: [step("Hello", "of-row")] };
  const met = meet({ mine, base: { trigger: before.trigger, steps: before.steps } }, theirs);
  expect([met.torn, met.isDirty, met.form.steps[0]?.id]).toEqual([[], false, "of-row"]);
});

test("words that differ in one step alone are a choice", () => {
  const mine: Form = { ...before, steps: [step("One, mine", "1"), step("Two", "2")] };
  const base = { steps: [step("One", "1"), step("Two", "2")] };
  expect(meet({ mine, base }, { ...before, steps: [step("One", "1"), step("Two, theirs", "2")] }).torn).toEqual([
    "steps",
  ]);
});

test("a step that another has taken out, and that stays, is saved as a new one: the server refuses an id that it does not know", () => {
  const bodyOf = (...steps: Form["steps"]): SequenceBody => {
    const { isSingle: _, ...form } = before;
    return { ...form, steps: steps.map(({ key: _, ...one }) => one) };
  };
  const as = (steps: readonly string[], waiting: readonly string[] | null) =>
    ({ steps: steps.map((id) => ({ id })), waiting: waiting && { steps: waiting.map((id) => ({ id })) } }) as Sequence;
  const mine = bodyOf(step("One, mine", "1"), step("Two", "2"), step("Three"));
  const idsBeside = (theirs: Sequence) => withStepsOf(theirs, mine).steps.map(({ id }) => id);
  expect(idsBeside(as(["1"], null))).toEqual(["1", undefined, undefined]);
  expect(idsBeside(as(["1"], ["1", "2"]))).toEqual(["1", "2", undefined]);
  expect(withStepsOf(as([], null), mine).steps.every((one) => !("id" in one))).toBe(true);
});

test("nobody's words are lost unknowingly, whoever wrote what", () => {
  const fields: readonly Field[] = ["name", "botIds", "isUrgent", "isRepeatable", "categoryId"];
  const part = fc.record({
    name: fc.constantFrom("Welcome", "Mine", "Theirs"),
    botIds: fc.constantFrom<string[]>(["a"], ["b"], []),
    isUrgent: fc.boolean(),
    isRepeatable: fc.boolean(),
    categoryId: fc.constantFrom(null, 1, 2),
  });
  fc.assert(
    fc.property(part, part, fc.subarray([...fields]), (typed, saved, written) => {
      const mine: Form = { ...before, ...only({ ...before, ...typed }, written) };
      const theirs: Form = { ...before, ...saved };
      const { form, torn } = meet({ mine, base: only(before, written) }, theirs);
      for (const field of fields) {
        const isMine = written.includes(field);
        expect(form[field]).toEqual(isMine ? mine[field] : theirs[field]);
        const isLost =
          isMine && !Bun.deepEquals(theirs[field], before[field]) && !Bun.deepEquals(form[field], theirs[field]);
        expect(torn.includes(field)).toBe(isLost);
      }
    }),
  );
});
