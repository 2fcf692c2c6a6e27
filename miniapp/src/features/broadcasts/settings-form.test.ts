import { expect, test } from "bun:test";
import { formOf, settingsOf } from "./settings-form.ts";

const form = formOf({
  needsFourEyes: false,
  quietHours: { from: "22:00", to: "09:00" },
  attention: null,
  selfStop: null,
});

test("quiet hours without a time are not sent", () => {
  expect(settingsOf(form)?.quietHours).toEqual({ from: "22:00", to: "09:00" });
  expect(settingsOf({ ...form, from: "" })).toBeNull();
  expect(settingsOf({ ...form, to: "" })).toBeNull();
});

test("a time that was cleared stops nobody who wants no quiet hours", () => {
  expect(settingsOf({ ...form, isQuiet: false, from: "" })?.quietHours).toBeNull();
});
