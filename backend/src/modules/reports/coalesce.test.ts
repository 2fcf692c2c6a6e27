import { describe, expect, test } from "bun:test";
import { createCoalesce } from "./coalesce.ts";

describe("one reading for many askers", () => {
  test("answers the first at once and all who come meanwhile together, from after they asked", async () => {
    const ask = createCoalesce(1);
    let state = 0;
    let readings = 0;
    const read = async () => {
      readings++;
      const seen = state;
      await Bun.sleep(10);
      return seen;
    };
    const first = ask("a", read);
    state = 1;
    const later = Array.from({ length: 100 }, () => ask("a", read));
    state = 2;
    expect(await first).toBe(0);
    expect(new Set(await Promise.all(later))).toEqual(new Set([2]));
    expect(readings).toBe(2);
  });

  test("rests between two readings, and forgets keys that nobody asks about", async () => {
    const ask = createCoalesce(3);
    let readings = 0;
    const until = performance.now() + 300;
    while (performance.now() < until)
      await ask("a", async () => {
        readings++;
        await Bun.sleep(20);
      });
    expect(readings).toBeLessThanOrEqual(5);
    await Bun.sleep(120);
    expect(ask.size).toBe(0);
  });

  test("keeps keys apart, and a failure to those who asked", async () => {
    const ask = createCoalesce(0);
    const failing = ask("a", () => Promise.reject(new Error("away")));
    const next = ask("a", async () => "fine");
    expect(await ask("b", async () => "other")).toBe("other");
    await expect(failing).rejects.toThrow("away");
    expect(await next).toBe("fine");
  });
});
