/** What conversions, replies and refusals do to the message they answer: from the inbox to the recipient's row. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { jobHandlers } from "@backend/app/jobs.ts";
import { startTestProduct, type TestProduct } from "@backend/app/testing.ts";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { systemActor } from "@backend/kit/context.ts";
import { publish } from "@backend/kit/events.ts";
import { readPayload } from "@backend/kit/jobs.ts";
import { subscriberChose, subscriberWrote } from "@backend/modules/audience/index.ts";
import { createTestWorkspace, type TestWorkspace } from "@backend/modules/conversions/testing.ts";
import { subscribers } from "@db/schema/audience.ts";
import { broadcastConversions, broadcastRecipients, broadcasts } from "@db/schema/broadcasts.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq, sql } from "drizzle-orm";
import { clickCodesOf } from "./links.ts";
import { makeSentBroadcast, type SentBroadcast } from "./result-testing.ts";

let database: TestDatabase;
let product: TestProduct;
let space: TestWorkspace;
let connectionId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  product = await startTestProduct(database);
  space = await createTestWorkspace(database.db, telegramMarkup);
  connectionId = await space.connect();
});
afterAll(async () => {
  await product.close();
  await database.drop();
});

/** Does what waits, as the worker would; jobs that jobs make included. `now` is their clock. */
async function runJobs(now = new Date()): Promise<void> {
  const handlers = new Map(jobHandlers(product.runtime).map((handler) => [handler.job.name, handler]));
  for (;;) {
    const waiting = await database.db.execute<{ id: string; name: string; payload: unknown }>(sql`
      select j.id, t.identifier as name, j.payload from graphile_worker._private_jobs j
      join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier like 'broadcasts.%' order by j.id`);
    if (waiting.length === 0) return;
    for (const { id, name, payload } of waiting) {
      const handler = handlers.get(name);
      if (!handler?.workspaceOf) throw new Error(`nobody does ${name}`);
      const input = readPayload(handler.job, payload) as never;
      await handler.action(
        { ...product.runtime.contextFor(systemActor(handler.workspaceOf(input)), "test"), now } as never,
        input,
      );
      await database.db.execute(sql`delete from graphile_worker._private_jobs where id = ${id}::bigint`);
    }
  }
}

const clickId = (sent: SentBroadcast, index = 0) =>
  `sb_${clickCodesOf(product.runtime.vault).write({ recipientId: sent.recipients[index]?.id ?? 0n, link: 1 })}`;

/** Postbacks as they come in, read and worked on. */
async function postback(...queries: string[]): Promise<void> {
  for (const query of queries) await space.receive(connectionId, query);
  await space.readInbox();
  await runJobs();
}

const subscriberOf = async (sent: SentBroadcast, index = 0) => {
  const id = BigInt(sent.recipients[index]?.subscriberId ?? 0);
  const [row] = await database.db.select().from(subscribers).where(eq(subscribers.id, id));
  return row;
};
const recipientOf = async (sent: SentBroadcast, index = 0) => {
  const id = sent.recipients[index]?.id ?? 0n;
  const [row] = await database.db.select().from(broadcastRecipients).where(eq(broadcastRecipients.id, id));
  return row;
};
const broadcastOf = async ({ broadcastId }: SentBroadcast) => {
  const [row] = await database.db.select().from(broadcasts).where(eq(broadcasts.id, broadcastId));
  return row;
};
const broughtBy = ({ broadcastId }: SentBroadcast) =>
  database.db
    .select({
      status: broadcastConversions.status,
      isEarned: broadcastConversions.isEarned,
      amount: broadcastConversions.amount,
      currency: broadcastConversions.currency,
    })
    .from(broadcastConversions)
    .where(eq(broadcastConversions.broadcastId, broadcastId))
    .orderBy(broadcastConversions.conversionId);

describe("a conversion", () => {
  test("with a click in any sub id, or as its external id, belongs to the message; told twice it counts once", async () => {
    const sent = await makeSentBroadcast(database.db, space);
    const sale = `subid=k1&status=sale&payout=12.30&currency=USD&sub_id_9=${clickId(sent)}`;
    await postback(sale, sale, `subid=k2&status=deposit&payout=0.1&currency=EUR&external_id=${clickId(sent, 1)}`);
    expect(await broughtBy(sent)).toEqual([
      { status: "sale", isEarned: true, amount: "12.30", currency: "USD" },
      { status: "deposit", isEarned: true, amount: "0.1", currency: "EUR" },
    ]);
    expect((await broadcastOf(sent))?.converted).toBe(2);
    expect((await recipientOf(sent))?.convertedAt).toBeInstanceOf(Date);
    const person = await subscriberOf(sent);
    expect([person?.conversions, person?.lastConversionAt instanceof Date]).toEqual([1, true]);
  });

  test("keeps the country that the tracker says, and none where it says none", async () => {
    const sent = await makeSentBroadcast(database.db, space);
    const sale = (subid: string) => `subid=${subid}&status=sale&payout=1&currency=USD&sub_id_9=${clickId(sent)}`;
    await postback(`${sale("c1")}&country=ua`, sale("c2"));
    const rows = await database.db
      .select({ country: broadcastConversions.country })
      .from(broadcastConversions)
      .where(eq(broadcastConversions.broadcastId, sent.broadcastId))
      .orderBy(broadcastConversions.conversionId);
    expect(rows).toEqual([{ country: "UA" }, { country: null }]);
  });

  test("that is corrected replaces its amount", async () => {
    const sent = await makeSentBroadcast(database.db, space);
    const sale = (payout: string) => `subid=k3&status=sale&payout=${payout}&currency=USD&sub_id_1=${clickId(sent)}`;
    await postback(sale("10"));
    await postback(sale("25.5"));
    expect(await broughtBy(sent)).toEqual([{ status: "sale", isEarned: true, amount: "25.5", currency: "USD" }]);
    expect((await subscriberOf(sent))?.conversions).toBe(1);
  });

  test("that is refused takes its sale back, also when the refusal has no sub ids", async () => {
    for (const said of ["&sub_id_1=CLICK", ""]) {
      const sent = await makeSentBroadcast(database.db, space);
      const subid = `refused${said.length}`;
      await postback(`subid=${subid}&tid=1&status=sale&payout=10&currency=USD&sub_id_1=${clickId(sent)}`);
      await postback(`subid=${subid}&tid=1&status=rejected&payout=10${said.replace("CLICK", clickId(sent))}`);
      expect((await broughtBy(sent)).map(({ status, isEarned }) => [status, isEarned])).toEqual([
        ["sale", false],
        ["rejected", false],
      ]);
      expect([(await recipientOf(sent))?.convertedAt, (await broadcastOf(sent))?.converted]).toEqual([null, 0]);
      expect((await subscriberOf(sent))?.conversions).toBe(0);
    }
  });

  test("that is only a lead is kept and earns nothing, until its sale comes", async () => {
    const sent = await makeSentBroadcast(database.db, space);
    await postback(`subid=k5&status=lead&payout=99&currency=USD&sub_id_2=${clickId(sent)}`);
    expect([(await recipientOf(sent))?.convertedAt, (await broughtBy(sent)).length]).toEqual([null, 1]);
    await postback(`subid=k5&status=sale&payout=40&currency=USD&sub_id_2=${clickId(sent)}`);
    expect((await broadcastOf(sent))?.converted).toBe(1);
  });

  test("with a code that is forged, or of another workspace, brings nobody anything", async () => {
    const other = await createTestWorkspace(database.db, telegramMarkup);
    const theirs = await makeSentBroadcast(database.db, other);
    const mine = await makeSentBroadcast(database.db, space);
    const forged = `${clickId(mine).slice(0, -2)}AA`;
    await postback(
      `subid=k6&status=sale&payout=1&currency=USD&sub_id_1=${clickId(theirs)}`,
      `subid=k7&status=sale&payout=1&currency=USD&sub_id_1=${forged}`,
    );
    expect([await broughtBy(theirs), await broughtBy(mine)]).toEqual([[], []]);
  });

  test("stays with whom it was given first, corrections too, and of an erased recipient to nobody", async () => {
    const sent = await makeSentBroadcast(database.db, space);
    const sale = (payout: number, index: number) =>
      `subid=k8&status=sale&payout=${payout}&currency=USD&sub_id_1=${clickId(sent, index)}`;
    await postback(sale(10, 0));
    await postback(sale(20, 1));
    expect((await broughtBy(sent)).map(({ amount }) => amount)).toEqual(["20"]);
    expect([
      (await recipientOf(sent, 0))?.convertedAt instanceof Date,
      (await recipientOf(sent, 1))?.convertedAt,
    ]).toEqual([true, null]);
    const code = clickId(sent, 2);
    await database.db.delete(broadcastRecipients).where(eq(broadcastRecipients.id, sent.recipients[2]?.id ?? 0n));
    await postback(`subid=k9&status=sale&payout=5&currency=USD&sub_id_1=${code}`);
    expect(await broughtBy(sent)).toHaveLength(1);
  });
});

describe("an answer", () => {
  const hour = 3_600_000;
  const now = new Date();
  const from = async (sent: SentBroadcast, event: "wrote" | "command" | "chose" | "returned", index = 0) => {
    const { workspaceId, botId } = space;
    const person = sent.recipients[index];
    const who = { workspaceId, botId, subscriberId: person?.subscriberId ?? 0, telegramId: person?.telegramId ?? 0 };
    if (event === "wrote" || event === "command")
      await publish(database.db, subscriberWrote, { ...who, isCommand: event === "command" });
    else await publish(database.db, subscriberChose, { ...who, categoryId: 0, isOptedOut: event === "chose" });
    await runJobs(now);
  };
  const sentHoursAgo = (hours: number, more: Parameters<typeof makeSentBroadcast>[2] = {}) =>
    makeSentBroadcast(database.db, space, { sentAt: new Date(now.getTime() - hours * hour), ...more });

  test("by a message or a refusal counts once for the broadcast; commands and coming back do not count", async () => {
    const sent = await sentHoursAgo(1);
    for (const event of ["command", "returned"] as const) await from(sent, event);
    expect([(await broadcastOf(sent))?.replied, (await broadcastOf(sent))?.optedOut]).toEqual([0, 0]);
    for (const event of ["wrote", "wrote", "chose", "chose"] as const) await from(sent, event);
    await from(sent, "wrote", 1);
    expect([(await broadcastOf(sent))?.replied, (await broadcastOf(sent))?.optedOut]).toEqual([2, 1]);
    expect((await recipientOf(sent))?.repliedAt).toEqual(now);
  });

  test("goes to the latest broadcast that was delivered", async () => {
    const earlier = await sentHoursAgo(20, { people: [{ telegramId: 42 }] });
    const person = earlier.recipients[0];
    const chatId = person?.chatId ?? "";
    const [failed] = await database.db
      .insert(broadcasts)
      .values({ workspaceId: space.workspaceId, name: "Failed", state: "sent" })
      .returning();
    await database.db.insert(broadcastRecipients).values({
      broadcastId: failed?.id ?? "",
      workspaceId: space.workspaceId,
      botId: space.botId,
      chatId,
      telegramId: 42,
      state: "failed",
      queuedAt: now,
      doneAt: now,
    });
    await from(earlier, "wrote");
    expect((await recipientOf(earlier))?.repliedAt).toEqual(now);
  });

  test("after 72 hours answers nothing any more", async () => {
    const [late, inTime] = [await sentHoursAgo(72.01), await sentHoursAgo(71.99)];
    await from(late, "wrote");
    await from(inTime, "wrote");
    expect([(await recipientOf(late))?.repliedAt, (await recipientOf(inTime))?.repliedAt]).toEqual([null, now]);
  });
});
