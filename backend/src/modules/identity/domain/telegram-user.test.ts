import { describe, expect, test } from "bun:test";
import { cleanName, readTelegramUser } from "./telegram-user.ts";

describe("a Telegram user", () => {
  test("keeps ids of 52 bits exactly and refuses what a number cannot hold", () => {
    expect(readTelegramUser('{"id":4503599627370496,"first_name":"A"}')?.telegramId).toBe(4503599627370496);
    expect(readTelegramUser('{"id":9007199254740993,"first_name":"A"}')).toBeNull();
    expect(readTelegramUser('{"id":1e300,"first_name":"A"}')).toBeNull();
  });

  test.each([
    "",
    "null",
    "[]",
    "7",
    '"x"',
    "{",
    '{"id":"7"}',
    '{"id":0}',
    '{"id":-5}',
    '{"id":1.5}',
    '{"__proto__":{"id":7}}',
  ])("%s is nobody", (json) => {
    expect(readTelegramUser(json)).toBeNull();
  });

  test("has names that are cut by characters, never through an emoji", () => {
    expect(cleanName("x".repeat(10_000))).toHaveLength(64);
    expect([...cleanName("😀".repeat(100))]).toHaveLength(64);
    expect(cleanName("😀".repeat(100)).isWellFormed()).toBe(true);
  });

  test("has names without control characters and direction overrides; markup stays text", () => {
    expect(cleanName("a\0b\r\nc\u202Egpj.exe\u2066")).toBe("abcgpj.exe");
    expect(cleanName('"><img onerror=x>')).toBe('"><img onerror=x>');
    expect(cleanName("👩‍👩‍👧")).toBe("👩‍👩‍👧");
    expect(cleanName("\ud800x").isWellFormed()).toBe(true);
  });

  test("drops a username or language that is none", () => {
    const odd = readTelegramUser('{"id":7,"first_name":"A","username":"../x","language_code":"en;drop"}');
    expect(odd).toMatchObject({ username: null, languageCode: null });
  });
});
