import { describe, expect, test } from "bun:test";
import { en } from "@backend/i18n/en/index.ts";
import { botProblems, problemOf } from "./health.ts";
import { appAddress, canLaunchApp, webhookAddress } from "./launch.ts";

describe("launch addresses", () => {
  test("name the bot's row and end where the app's relative files resolve", () => {
    expect(appAddress("https://example.com", "b1")).toBe("https://example.com/app/b1/");
    expect(webhookAddress("https://example.com", "b1")).toBe("https://example.com/telegram/webhook/b1");
  });

  test.each([
    ["https://example.com", false, true],
    ["http://example.com", false, false],
    ["http://localhost:3000", false, false],
    ["http://localhost:3000", true, true],
    ["http://127.0.0.1:3000", true, true],
    ["http://[::1]:3000", true, true],
    ["http://localhost.example.com", true, false],
    ["http://192.168.1.5:3000", true, false],
    ["javascript:alert(1)", true, false],
    ["", true, false],
  ] as const)("%p (sandbox: %p) opens the app: %p", (url, isSandbox, can) => {
    expect(canLaunchApp(url, isSandbox)).toBe(can);
  });
});

describe("health", () => {
  const now = new Date("2026-11-21T12:00:00Z");
  const quiet = { url: "https://x/hook", pendingUpdates: 0, lastErrorAt: null };
  const minutesAgo = (n: number) => new Date(now.getTime() - n * 60_000);

  test("a webhook where we put it, nothing waiting: no problem", () => {
    expect(problemOf(quiet, "https://x/hook", now)).toBeNull();
  });

  test("a webhook somewhere else has been taken over, also when we poll", () => {
    expect(problemOf({ ...quiet, url: "https://thief/hook" }, "https://x/hook", now)).toBe("bots.webhook_elsewhere");
    expect(problemOf({ ...quiet, url: "" }, "https://x/hook", now)).toBe("bots.webhook_elsewhere");
    expect(problemOf(quiet, "", now)).toBe("bots.webhook_elsewhere");
  });

  test("a delivery error is a problem while it is fresh", () => {
    expect(problemOf({ ...quiet, lastErrorAt: minutesAgo(2) }, "https://x/hook", now)).toBe("bots.webhook_failing");
    expect(problemOf({ ...quiet, lastErrorAt: minutesAgo(11) }, "https://x/hook", now)).toBeNull();
    expect(problemOf({ url: "", pendingUpdates: 0, lastErrorAt: minutesAgo(2) }, "", now)).toBeNull();
  });

  test("many waiting updates are a problem", () => {
    expect(problemOf({ ...quiet, pendingUpdates: 101 }, "https://x/hook", now)).toBe("bots.updates_pile_up");
    expect(problemOf({ ...quiet, pendingUpdates: 100 }, "https://x/hook", now)).toBeNull();
  });

  test("every problem has its sentence", () => {
    for (const problem of botProblems) expect(en).toHaveProperty([problem]);
  });
});
