import { expect, test } from "bun:test";
import { contactIn } from "./support-contact.ts";

test.each([
  ["Пишіть @northlight_help щодня з 9 до 18", "https://t.me/northlight_help"],
  ["@support", "https://t.me/support"],
  ["Write to help@northlight.example, please.", null],
  ["See https://northlight.example/help.", "https://northlight.example/help"],
  ["(https://t.me/northlight_help)", "https://t.me/northlight_help"],
  ["Call us", null],
  ["javascript:alert(1) @ab", null],
  ["http://plain.example", null],
  ["", null],
])("finds in %p %p", (text, address) => {
  expect(contactIn(text)).toBe(address);
});
