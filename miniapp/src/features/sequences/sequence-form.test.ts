import { expect, test } from "bun:test";
import type { AppTranslator } from "@miniapp/shared/i18n.ts";
import { bodyOf, emptyForm, emptyStep, type Form } from "./sequence-form.ts";

const t = ((key: string) => key) as unknown as AppTranslator;
const step = (html: string) => ({
  ...emptyStep(0, "en"),
  letter: { fallback: "en", messages: { en: { kind: "text" as const, html } } },
});
const form: Form = { ...emptyForm("en"), name: "Welcome", stops: [{ kind: "replied" }], steps: [step("1"), step("2")] };

test("a series is sent with all its messages and what ends it", () => {
  expect(bodyOf(t, form)).toMatchObject({ steps: [{}, {}], stops: [{ kind: "replied" }] });
});

test("a single message is sent without what only a series shows", () => {
  const body = bodyOf(t, { ...form, isSingle: true });
  expect(body?.steps).toHaveLength(1);
  expect(body?.stops).toEqual([]);
});
