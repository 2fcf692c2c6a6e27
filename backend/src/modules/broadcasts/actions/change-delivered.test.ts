import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type ActionContext, systemActor } from "@backend/kit/context.ts";
import { AppError } from "@backend/kit/errors.ts";
import { createLogger } from "@backend/kit/log.ts";
import type { Content, Letter } from "@backend/modules/messaging/index.ts";
import { makeBot, makeGroup, makePrivateChat } from "@backend/modules/messaging/testing.ts";
import { subscribers } from "@db/schema/audience.ts";
import { broadcastChanges, broadcastRecipients, broadcastSettings, broadcasts } from "@db/schema/broadcasts.ts";
import { auditEntries } from "@db/schema/identity.ts";
import { deliveries, laneRank } from "@db/schema/messaging.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { and, asc, eq, ne } from "drizzle-orm";
import type { Variant } from "../contracts.ts";
import type { BroadcastsPorts } from "../ports.ts";
import { testPorts } from "../testing.ts";
import { deleteDelivered, editDelivered, editLosers, listChanges, stopChange } from "./change-delivered.ts";
import { readBroadcast } from "./read-broadcasts.ts";
import { runChange } from "./run-change.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const text = (html: string): Letter => ({ fallback: "en", messages: { en: { kind: "text", html } } });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
let nextChat = 500_000_000;

/** A broadcast that has reached `people` people, every second one with variant B, and a group. */
async function sentBroadcast(people: number, letters: Letter[] = [text("a {first_name}"), text("b")]) {
  const { db } = database;
  const bot = await makeBot(db);
  const { workspaceId, botId } = bot;
  const keys = ["A", "B", "C", "D"] as const;
  const variants = letters.map((letter, index) => ({ key: keys[index] ?? "A", share: 50, letter })) satisfies Variant[];
  const [broadcast] = await db
    .insert(broadcasts)
    .values({ workspaceId, name: "Sale", state: "sent", botIds: [botId], variants })
    .returning();
  const broadcastId = broadcast?.id ?? "";
  const at = new Date();
  const deliver = async (
    chatId: string,
    values: { telegramId: number | null; subscriberId: number | null; variant: number },
  ) => {
    const [delivery] = await db
      .insert(deliveries)
      .values({
        workspaceId,
        botId,
        chatId,
        rank: laneRank.broadcast,
        content: letters[values.variant]?.messages.en as Content,
        state: "sent",
        telegramMessageId: 1000 + nextChat,
        doneAt: at,
      })
      .returning();
    await db.insert(broadcastRecipients).values({
      ...values,
      broadcastId,
      workspaceId,
      botId,
      chatId,
      state: "sent",
      deliveryId: delivery?.id ?? null,
      doneAt: at,
    });
  };
  for (let n = 0; n < people; n++) {
    const telegramId = nextChat++;
    const chat = await makePrivateChat(db, bot, telegramId);
    const [subscriber] = await db
      .insert(subscribers)
      .values({ workspaceId, botId, chatId: chat.id, telegramId, firstName: `P${n}`, origin: "start" })
      .returning();
    await deliver(chat.id, {
      telegramId,
      subscriberId: Number(subscriber?.id),
      variant: letters.length > 1 ? n % 2 : 0,
    });
  }
  const group = await makeGroup(db, bot, -nextChat++);
  await deliver(group.id, { telegramId: null, subscriberId: null, variant: 0 });
  const context = (now = new Date()): ActionContext<BroadcastsPorts> => ({
    db,
    actor: systemActor(workspaceId),
    now,
    log: createLogger("silent"),
    ports: testPorts,
    requestId: "test",
  });
  return {
    workspaceId,
    broadcastId,
    context,
    /** The deliveries that change what was sent, oldest first. */
    queued: () =>
      db
        .select()
        .from(deliveries)
        .where(and(eq(deliveries.workspaceId, workspaceId), ne(deliveries.act, "send")))
        .orderBy(asc(deliveries.id)),
    /** What the lanes would do. */
    settle: (state: "sent" | "failed", count = 1_000) => database.sql`
      update deliveries set state = ${state}, done_at = now() where id in (
        select id from deliveries where workspace_id = ${workspaceId} and act <> 'send' and state = 'queued' order by id limit ${count})`,
    step: (changeId: string, now?: Date) => runChange(context(now), { workspaceId, changeId }),
    change: async (changeId: string) =>
      (await db.select().from(broadcastChanges).where(eq(broadcastChanges.id, changeId)))[0],
  };
}

describe("editing what was delivered", () => {
  test("renders for each recipient anew, counts what the lanes did, and ends", async () => {
    const sent = await sentBroadcast(4);
    const change = await editDelivered(sent.context(), { ...sent, letter: text("Hello, {first_name|all}!") });
    expect(change).toMatchObject({ act: "edit", state: "running", total: 5, done: 0 });
    await sent.step(change.id);
    const rows = await sent.queued();
    expect(rows.map(({ content }) => (content as { html: string }).html)).toEqual([
      "Hello, P0!",
      "Hello, P1!",
      "Hello, P2!",
      "Hello, P3!",
      "Hello, all!",
    ]);
    expect(rows.every(({ act, rank, targetMessageId }) => act === "edit" && rank === 3 && targetMessageId)).toBe(true);
    await sent.settle("sent", 3);
    await sent.step(change.id);
    expect(await sent.change(change.id)).toMatchObject({ state: "running", done: 3, failed: 0 });
    await sent.settle("failed");
    await sent.step(change.id);
    await sent.step(change.id);
    expect(await sent.change(change.id)).toMatchObject({ state: "done", done: 3, failed: 2, skipped: 0, open: [] });
    expect(await sent.queued()).toHaveLength(5);
    const jobs =
      await database.sql`select 1 from graphile_worker._private_jobs where payload->>'changeId' = ${change.id}`;
    expect(jobs).toHaveLength(1);
  });

  test("of one variant leaves the other, and what is sent later has the new words", async () => {
    const sent = await sentBroadcast(4);
    const change = await editDelivered(sent.context(), { ...sent, variant: "B", letter: text("new b") });
    expect(change.total).toBe(2);
    await sent.step(change.id);
    expect((await sent.queued()).map(({ content }) => (content as { html: string }).html)).toEqual(["new b", "new b"]);
    const [row] = await database.db.select().from(broadcasts).where(eq(broadcasts.id, sent.broadcastId));
    expect(((row?.variants ?? []) as Variant[]).map(({ letter }) => letter)).toEqual([
      text("a {first_name}"),
      text("new b"),
    ]);
  });

  test("gives the losers the winner's words", async () => {
    const sent = await sentBroadcast(4);
    const change = await editLosers(sent.context(), { broadcastId: sent.broadcastId, variant: 0 });
    await sent.step(change?.id ?? "");
    expect((await sent.queued()).map(({ content }) => (content as { html: string }).html)).toEqual(["a P1", "a P3"]);
    const alone = await sentBroadcast(1, [text("a")]);
    expect(await editLosers(alone.context(), { broadcastId: alone.broadcastId, variant: 0 })).toBeNull();
  });

  test("skips who has left, and what retention has forgotten", async () => {
    const sent = await sentBroadcast(3);
    const change = await editDelivered(sent.context(), { ...sent, letter: text("x") });
    const [first, second] = await database.db
      .select()
      .from(broadcastRecipients)
      .where(eq(broadcastRecipients.broadcastId, sent.broadcastId))
      .orderBy(asc(broadcastRecipients.id));
    await database.db
      .update(subscribers)
      .set({ state: "blocked" })
      .where(eq(subscribers.id, Number(first?.subscriberId) as never));
    await database.db.delete(deliveries).where(eq(deliveries.id, second?.deliveryId ?? 0n));
    await sent.step(change.id);
    expect(await sent.change(change.id)).toMatchObject({ skipped: 2, total: 4 });
    expect(await sent.queued()).toHaveLength(2);
  });

  test("ends when retention has deleted what it waited for, and counts that as skipped", async () => {
    const sent = await sentBroadcast(2);
    const change = await editDelivered(sent.context(), { ...sent, letter: text("x") });
    await sent.step(change.id);
    await sent.settle("sent");
    const [first] = await sent.queued();
    await database.db.delete(deliveries).where(eq(deliveries.id, first?.id ?? 0n));
    await sent.step(change.id);
    await sent.step(change.id);
    expect(await sent.change(change.id)).toMatchObject({ state: "done", done: 2, failed: 0, skipped: 1, open: [] });
  });

  test("looks less and less often while nothing moves, and often again when it does", async () => {
    const sent = await sentBroadcast(2);
    const change = await editDelivered(sent.context(), { ...sent, letter: text("x") });
    let now = new Date();
    /** Does the step that waits, at its time; answers with the wait for the next. */
    const next = async () => {
      const [job] = await database.sql`
        select payload, run_at from graphile_worker._private_jobs where payload->>'changeId' = ${change.id}`;
      now = new Date(Math.max(now.getTime(), Date.parse(String(job?.run_at))));
      await runChange(sent.context(now), job?.payload);
      const [after] = await database.sql`
        select run_at from graphile_worker._private_jobs where payload->>'changeId' = ${change.id}`;
      return Math.round((Date.parse(String(after?.run_at)) - now.getTime()) / 1_000);
    };
    const waits: number[] = [];
    for (let step = 0; step < 9; step++) waits.push(await next());
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    await sent.settle("sent", 1);
    expect(await next()).toBe(1);
  });

  test("a worker that dies in a step does nothing twice", async () => {
    const sent = await sentBroadcast(3);
    const change = await editDelivered(sent.context(), { ...sent, letter: text("x") });
    await Promise.all([sent.step(change.id), sent.step(change.id), sent.step(change.id)]);
    expect(await sent.queued()).toHaveLength(4);
  });

  test("is refused while it is sent, without anything delivered, twice at once, and for what messages cannot become", async () => {
    const sent = await sentBroadcast(2);
    const edit = (more: object = {}) => codeOf(editDelivered(sent.context(), { ...sent, letter: text("x"), ...more }));
    expect(await edit({ letter: text("<b>x") })).toBe("messaging.html_unclosed");
    expect(await edit({ variant: "D" })).toBe("letters.no_such_variant");
    const album = {
      kind: "album",
      items: [
        { kind: "photo", media: "a".repeat(20) },
        { kind: "photo", media: "b".repeat(20) },
      ],
    };
    expect(await edit({ letter: { fallback: "en", messages: { en: album } } })).toBe("letters.cannot_become");
    expect(await edit()).toBe("done");
    expect(await edit()).toBe("letters.change_running");
    await database.db.update(broadcasts).set({ state: "sending" }).where(eq(broadcasts.id, sent.broadcastId));
    expect(await edit()).toBe("letters.pause_first");
    const empty = await sentBroadcast(0);
    await database.db.delete(broadcastRecipients).where(eq(broadcastRecipients.broadcastId, empty.broadcastId));
    expect(await codeOf(editDelivered(empty.context(), { ...empty, letter: text("x") }))).toBe(
      "letters.nothing_delivered",
    );
  });

  test("where two people are needed one alone gives nobody other words, unless the rule is his to change", async () => {
    const sent = await sentBroadcast(2);
    const { broadcastId, workspaceId } = sent;
    await database.db.insert(broadcastSettings).values({ workspaceId, needsFourEyes: true });
    const as = (actor: Partial<ActionContext["actor"]>) => {
      const context = sent.context();
      return { ...context, actor: { ...context.actor, ...actor } as ActionContext["actor"] };
    };
    const person = { kind: "person" as const, personId: null as never };
    const change = { broadcastId, letter: text("other words") };
    const manager = as({ ...person, permissions: new Set(["broadcasts.send"]) });
    const key = as({ kind: "api_key", permissions: new Set(["broadcasts.send", "workspace.manage"]) });
    const mayReword = async (actor: typeof manager) => (await readBroadcast(actor, { broadcastId })).mayReword;
    for (const actor of [manager, key]) {
      expect(await codeOf(editDelivered(actor, change))).toBe("broadcasts.edit_needs_owner");
      expect(await mayReword(actor)).toBe(false);
    }
    const owner = as({ ...person, permissions: new Set(["broadcasts.send", "workspace.manage"]) });
    expect(await mayReword(owner)).toBe(true);
    expect(await codeOf(editDelivered(owner, change))).toBe("done");
    await database.db
      .update(broadcastSettings)
      .set({ needsFourEyes: false })
      .where(eq(broadcastSettings.workspaceId, workspaceId));
    expect(await mayReword(manager)).toBe(true);
    expect(await mayReword(as({ ...person, permissions: new Set(["broadcasts.write", "workspace.manage"]) }))).toBe(
      false,
    );
  });

  test("a picture is not taken away", async () => {
    const photo: Letter = { fallback: "en", messages: { en: { kind: "photo", media: "AgACAgIAAxkBAAIB" } } };
    const sent = await sentBroadcast(1, [photo]);
    expect(await codeOf(editDelivered(sent.context(), { ...sent, letter: text("x") }))).toBe("letters.cannot_become");
  });
});

describe("deleting what was delivered", () => {
  test("tries what is at most 48 hours old, and groups whatever their age", async () => {
    const sent = await sentBroadcast(3);
    const later = new Date(Date.now() + 49 * 3_600_000);
    const change = await deleteDelivered(sent.context(later), { broadcastId: sent.broadcastId });
    await sent.step(change.id, later);
    expect(await sent.change(change.id)).toMatchObject({ act: "delete", skipped: 3, total: 4 });
    expect((await sent.queued()).map(({ act }) => act)).toEqual(["delete"]);
    await sent.settle("sent");
    await sent.step(change.id, later);
    await sent.step(change.id, later);
    expect(await sent.change(change.id)).toMatchObject({ state: "done", done: 1, skipped: 3 });
  });

  test("can be stopped: what waits is cancelled, and another may begin", async () => {
    const sent = await sentBroadcast(3);
    const { id: changeId } = await deleteDelivered(sent.context(), { broadcastId: sent.broadcastId });
    await sent.step(changeId);
    await sent.settle("sent", 1);
    await stopChange(sent.context(), { changeId });
    expect((await sent.queued()).map(({ state }) => state)).toEqual(["sent", "cancelled", "cancelled", "cancelled"]);
    await sent.step(changeId);
    expect(await sent.change(changeId)).toMatchObject({ state: "stopped", done: 1, failed: 0, skipped: 3, open: [] });
    expect(await codeOf(stopChange(sent.context(), { changeId }))).toBe("letters.change_ended");
    expect(await codeOf(deleteDelivered(sent.context(), { broadcastId: sent.broadcastId }))).toBe("done");
    const trace = await database.db.select().from(auditEntries).where(eq(auditEntries.workspaceId, sent.workspaceId));
    expect(trace.map(({ action }) => action)).toEqual([
      "broadcast.delete_started",
      "broadcast.change_stopped",
      "broadcast.delete_started",
    ]);
    expect(
      (await listChanges(sent.context(), { broadcastId: sent.broadcastId })).items.map(({ state }) => state),
    ).toEqual(["running", "stopped"]);
  });

  test("that is stopped counts what was under way as it ends: its numbers make up its total", async () => {
    const sent = await sentBroadcast(520);
    const { id: changeId } = await deleteDelivered(sent.context(), { broadcastId: sent.broadcastId });
    await sent.step(changeId);
    await sent.settle("sent", 10);
    await database.sql`
      update deliveries set state = 'sending' where id in (
        select id from deliveries where workspace_id = ${sent.workspaceId} and state = 'queued' order by id limit 3)`;
    await stopChange(sent.context(), { changeId });
    await sent.step(changeId);
    const before = await sent.change(changeId);
    expect(before).toMatchObject({ state: "stopped", total: 521, done: 10, failed: 0, skipped: 508 });
    expect(before?.open).toHaveLength(3);
    await database.sql`
      update deliveries set state = 'sent', done_at = now() where workspace_id = ${sent.workspaceId} and state = 'sending'`;
    await sent.step(changeId);
    expect(await sent.change(changeId)).toMatchObject({ state: "stopped", done: 13, skipped: 508, open: [] });
  });
});

test("another workspace's broadcast and changes do not exist", async () => {
  const [sent, stranger] = [await sentBroadcast(1), await sentBroadcast(1)];
  const { broadcastId } = sent;
  const { id: changeId } = await deleteDelivered(sent.context(), { broadcastId });
  const ctx = stranger.context();
  expect(await codeOf(editDelivered(ctx, { broadcastId, letter: text("x") }))).toBe("broadcasts.broadcast_not_found");
  expect(await codeOf(deleteDelivered(ctx, { broadcastId }))).toBe("broadcasts.broadcast_not_found");
  expect(await codeOf(listChanges(ctx, { broadcastId }))).toBe("broadcasts.broadcast_not_found");
  expect(await codeOf(stopChange(ctx, { changeId }))).toBe("letters.change_not_found");
  await runChange(ctx, { workspaceId: stranger.workspaceId, changeId });
  expect(await sent.queued()).toEqual([]);
});
