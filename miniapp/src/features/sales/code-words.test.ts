import { expect, test } from "bun:test";
import { codeStateOf } from "./code-words.ts";

const now = new Date("2026-03-01T12:00:00Z");
const code = { isActive: true, startsAt: null, endsAt: null, maxUses: null, uses: 3 };

test("a promo code says whether it can be used, and why not", () => {
  expect(codeStateOf(code, now)).toBe("on");
  expect(codeStateOf({ ...code, isActive: false }, now)).toBe("off");
  expect(codeStateOf({ ...code, startsAt: "2026-03-01T12:00:01Z" }, now)).toBe("ahead");
  expect(codeStateOf({ ...code, startsAt: "2026-03-01T12:00:00Z", endsAt: "2026-03-01T12:00:01Z" }, now)).toBe("on");
  expect(codeStateOf({ ...code, endsAt: "2026-03-01T12:00:00Z" }, now)).toBe("over");
  expect(codeStateOf({ ...code, maxUses: 3 }, now)).toBe("used_up");
  expect(codeStateOf({ ...code, maxUses: 4 }, now)).toBe("on");
});
