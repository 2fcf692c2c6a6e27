import { expect, test } from "bun:test";
import type { Db } from "@db/client.ts";
import { markDayStale, markDaysOfNew } from "./stale-days.ts";

const now = new Date("2026-11-25T12:40:00Z");
/** A database that is asked nothing. */
const untouched = new Proxy({}, { get: () => expect.unreachable("a statement was made") }) as Db;

test("a conversion of the present hour, and a correction of one, cost no statement", async () => {
  const ctx = { db: untouched, now };
  const connection = { id: "c", workspaceId: "w" };
  for (const status of ["lead", "sale", "deposit", "rebill", "registration", "other"] as const)
    await markDaysOfNew(ctx, {
      connection,
      facts: { subid: "s", tid: "t", status },
      receivedAt: new Date("2026-11-25T12:00:00Z"),
    });
  await markDayStale(ctx, "w", [new Date("2026-11-25T12:39:59Z")]);
});
