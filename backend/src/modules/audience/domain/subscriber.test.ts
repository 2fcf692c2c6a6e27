import { describe, expect, test } from "bun:test";
import { type ChatState, chatStates } from "@db/schema/messaging.ts";
import { languageOf, stateAfter } from "./subscriber.ts";

describe("a language", () => {
  test("is kept without its country and in small letters, which segments compare it in", () => {
    expect(["uk", "UK", "pt-br", "PT_BR", "zh-Hans-CN", null].map(languageOf)).toEqual([
      "uk",
      "uk",
      "pt",
      "pt",
      "zh",
      null,
    ]);
  });
});

describe("the state of a chat", () => {
  test("that is neither writable nor a block nor a deleted account is out of reach", () => {
    const same: ChatState[] = ["active", "blocked", "deactivated"];
    for (const state of chatStates)
      expect<string>(stateAfter(state)).toBe(same.includes(state) ? state : "unreachable");
  });
});
