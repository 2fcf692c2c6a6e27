/** What the alerts of the shop and of the machine are told by: rows as every room leaves them, messages as people get them. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { makePackage, postAddress } from "@backend/modules/fulfilment/testing.ts";
import { checkAlerts } from "@backend/modules/operations/actions/check-alerts.ts";
import { createTestTeam } from "@backend/modules/operations/testing.ts";
import { tasks } from "@db/schema/fulfilment.ts";
import { workspaces } from "@db/schema/identity.ts";
import { processes } from "@db/schema/operations.ts";
import { ledgerChecks, paymentConnections, payments } from "@db/schema/payments.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq, sql } from "drizzle-orm";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test("a failing provider, payments to check, a silent worker, errors, a full disk and a slow database are told, and their ends", async () => {
  const { db } = database;
  const team = await createTestTeam(db);
  const { workspaceId } = team;
  const start = new Date();
  const at = (minutes: number) => new Date(start.getTime() + minutes * 60_000);
  await db.update(workspaces).set({ isFirst: true }).where(eq(workspaces.id, workspaceId));
  // Nothing carries the alerts themselves away here.
  await team.ask("PATCH", "/settings", { alerts: { off: ["delivery_late"] } });
  const process = { id: "p1", host: "machine", roles: ["worker"], startedAt: at(-60) };
  const seen = async (now: Date, figures: { errorsPerMinute: number; diskFreeBytes: number; databaseMs: number }) => {
    const changing = { seenAt: now, ...figures };
    await db
      .insert(processes)
      .values({ ...process, ...changing })
      .onConflictDoUpdate({ target: processes.id, set: changing });
  };
  const sick = { errorsPerMinute: 40, diskFreeBytes: 0.5 * 1024 ** 3, databaseMs: 2_000 };
  const well = { errorsPerMinute: 0, diskFreeBytes: 50 * 1024 ** 3, databaseMs: 3 };
  const check = async (minutes: number, figures: typeof sick) => {
    await seen(at(minutes), figures);
    await checkAlerts(team.context(at(minutes)), {});
  };
  const told = async (kind: "fired" | "cleared") => {
    const rows = await db.execute<{ rule: string }>(sql`
      select split_part(subject_id, ':', 1) as rule from deliveries
      where subject_kind = 'alert' and dedupe_key like ${`alert:${kind}:%`} order by 1`);
    return rows.map(({ rule }) => rule);
  };

  const [connection] = await db
    .insert(paymentConnections)
    .values({ workspaceId, provider: "crypto_pay", name: "Crypto Pay", problem: "payments.problem.refused" })
    .returning();
  const connectionId = connection?.id ?? "";
  const money = {
    workspaceId,
    provider: "crypto_pay" as const,
    connectionId,
    amount: "5",
    currency: "USDT",
    paidAt: start,
  };
  await db.insert(payments).values([
    { ...money, providerRef: "1", state: "to_check", checkReason: "late", foundBy: "webhook", createdAt: start },
    { ...money, providerRef: "2", state: "settled", foundBy: "sweep", createdAt: start },
  ]);
  const bought = await makePackage(db, { workspaceId, botId: team.botId, botUsername: "", token: "" }, team.ownerId, {
    startsAt: at(-60),
  });
  const address = postAddress(1);
  const [post] = await db
    .insert(tasks)
    .values({
      ...bought,
      workspaceId,
      personId: team.ownerId,
      platform: "telegram",
      url: address,
      address,
      createdAt: at(-20),
      deadlineAt: at(2_880),
    })
    .returning();

  for (const minute of [0, 3, 6, 7]) await check(minute, sick);
  const lasting = ["database_slow", "disk_low", "error_rate", "posts_waiting", "provider_troubled"];
  expect(await told("fired")).toEqual([...lasting, "payments_to_check", "payments_unheard"].toSorted());
  expect(await told("cleared")).toEqual([]);

  await db.update(paymentConnections).set({ problem: null }).where(eq(paymentConnections.id, connectionId));
  await db
    .update(payments)
    .set({ state: "settled", resolution: "accepted", resolvedAt: at(8) })
    .where(eq(payments.providerRef, "1"));
  await db
    .update(tasks)
    .set({ state: "sent" })
    .where(eq(tasks.id, post?.id ?? ""));
  for (const minute of [9, 12, 15]) await check(minute, well);
  expect(await told("cleared")).toEqual(lasting);

  // The books' check finds a difference, later none.
  const difference = { accountId: null, currency: "USDT", balance: "1", entries: "0" };
  await db.insert(ledgerChecks).values({ workspaceId, checkedAt: at(16), differences: [difference] });
  await check(16, well);
  await db.update(ledgerChecks).set({ differences: [] }).where(eq(ledgerChecks.workspaceId, workspaceId));
  await check(17, well);
  expect([await told("fired"), await told("cleared")].map((rules) => rules.includes("books_differ"))).toEqual([
    true,
    true,
  ]);
});
