import { describe, expect, test } from "bun:test";
import { rememberAnswers } from "./remember.ts";

describe("an answer", () => {
  test("is asked for once by any number of callers, and again when it is too old", async () => {
    let asked = 0;
    const lookUp = rememberAnswers(async (key) => `${key}${++asked}`, { forMs: 30, atMost: 10 });
    expect(await Promise.all(Array.from({ length: 50 }, () => lookUp("a")))).toEqual(Array(50).fill("a1"));
    expect(await lookUp("a")).toBe("a1");
    expect(await lookUp("b")).toBe("b2");
    await Bun.sleep(40);
    expect(await lookUp("a")).toBe("a3");
  });

  test("that failed is nobody's: whoever asks next asks anew", async () => {
    let asked = 0;
    const lookUp = rememberAnswers(
      async () => {
        if (++asked === 1) throw new Error("the database is away");
        return asked;
      },
      { forMs: 1_000, atMost: 10 },
    );
    const both = await Promise.allSettled([lookUp("a"), lookUp("a")]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await lookUp("a")).toBe(2);
  });

  test("is not kept for every key that somebody thinks up", async () => {
    const asked: string[] = [];
    const lookUp = rememberAnswers(async (key) => asked.push(key), { forMs: 1_000, atMost: 3 });
    for (const key of ["a", "b", "c", "d", "d", "a"]) await lookUp(key);
    expect(asked).toEqual(["a", "b", "c", "d", "a"]);
  });
});
