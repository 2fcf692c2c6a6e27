/** What messages of sequences bring: from the link in a message to the figures of its step. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { jobHandlers } from "@backend/app/jobs.ts";
import { startTestProduct, type TestProduct } from "@backend/app/testing.ts";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { systemActor } from "@backend/kit/context.ts";
import { readPayload } from "@backend/kit/jobs.ts";
import { createTestWorkspace, type TestWorkspace } from "@backend/modules/conversions/testing.ts";
import { subscribers } from "@db/schema/audience.ts";
import { sequenceMessages, sequenceRuns } from "@db/schema/broadcasts.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq, sql } from "drizzle-orm";
import { hear } from "./actions/hear.ts";
import { activateSequence } from "./actions/release-sequence.ts";
import { changeSequence, createSequence, deleteSequence, readSequence } from "./actions/sequences.ts";
import { broadcastsPersonData } from "./person-data.ts";
import type { SequenceBody } from "./sequence-contracts.ts";
import { letterOf, makeSubscriber, queuedIn } from "./testing.ts";

let database: TestDatabase;
let product: TestProduct;
let space: TestWorkspace;
let connectionId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  product = await startTestProduct(database);
});
afterAll(async () => {
  await product.close();
  await database.drop();
});
beforeEach(async () => {
  space = await createTestWorkspace(database.db, telegramMarkup);
  connectionId = await space.connect();
});

const context = () => product.runtime.contextFor(systemActor(space.workspaceId), "test");

/** Does what waits, as the worker would; jobs that jobs make included. */
async function runJobs(): Promise<void> {
  const handlers = new Map(jobHandlers(product.runtime).map((handler) => [handler.job.name, handler]));
  for (;;) {
    const waiting = await database.db.execute<{ id: string; name: string; payload: unknown }>(sql`
      select j.id, t.identifier as name, j.payload from graphile_worker._private_jobs j
      join graphile_worker._private_tasks t on t.id = j.task_id
      where t.identifier in ('broadcasts.attribute', 'sequences.hear') order by j.id`);
    if (waiting.length === 0) return;
    for (const { id, name, payload } of waiting) {
      const handler = handlers.get(name);
      if (!handler?.workspaceOf) throw new Error(`nobody does ${name}`);
      const input = readPayload(handler.job, payload) as never;
      const actor = systemActor(handler.workspaceOf(input));
      await handler.action(product.runtime.contextFor(actor, "test") as never, input);
      await database.db.execute(sql`delete from graphile_worker._private_jobs where id = ${id}::bigint`);
    }
  }
}

const offer =
  'See <a href="https://shop.example/a">it</a> or <a href="https://tracker.example/c?sub_id_9={click}">buy</a>';
const bodyOf = (some: Partial<SequenceBody> = {}): SequenceBody => ({
  ...{ name: "Welcome", botIds: [], trigger: { kind: "joined", source: null }, stops: [], categoryId: null },
  ...{ isUrgent: false, isRepeatable: false },
  steps: [{ delayMinutes: 0, atClock: null, condition: null, letter: letterOf(offer) }],
  ...some,
});
async function running(some: Partial<SequenceBody> = {}): Promise<string> {
  const { id } = await createSequence(context(), bodyOf(some));
  await activateSequence(context(), { sequenceId: id });
  return id;
}
const joins = async () => {
  const person = await makeSubscriber(database.db, space as never);
  const happening = { kind: "joined", source: null } as const;
  await hear(context(), { workspaceId: space.workspaceId, subscriberId: person.id, happening });
  return person;
};
/** Paths of the counted links in the message that was queued last. */
async function linksSent(): Promise<string[]> {
  const html = (await queuedIn(database.db, space.workspaceId)).at(-1)?.html ?? "";
  return [...html.matchAll(/https:\/\/switchboard\.example(\/l\/[\w-]+)/g)].map(([, path]) => path ?? "");
}
const visit = (path: string) =>
  product.server.handle(
    new Request(`http://localhost${path}`, {
      headers: { "user-agent": "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36" },
    }),
  );
const stepOf = async (sequenceId: string) => (await readSequence(context(), { sequenceId })).steps[0];

describe("links of a sequence", () => {
  test("outlive every wish to delete it: only one that never sent anything can go", async () => {
    const id = await running();
    expect((await readSequence(context(), { sequenceId: id })).isDeletable).toBe(true);
    await joins();
    const [see = ""] = await linksSent();
    // Also when the step is gone by which it was sent.
    const { steps } = bodyOf();
    await changeSequence(context(), { sequenceId: id, ...bodyOf({ steps }) });
    expect((await readSequence(context(), { sequenceId: id })).isDeletable).toBe(false);
    await expect(deleteSequence(context(), { sequenceId: id })).rejects.toMatchObject({ code: "sequences.has_sent" });
    expect((await visit(see)).status).toBe(302);
    const unsent = await running({ name: "Unsent" });
    await deleteSequence(context(), { sequenceId: unsent });
    await expect(readSequence(context(), { sequenceId: unsent })).rejects.toMatchObject({
      code: "sequences.sequence_not_found",
    });
  });

  test("are everybody's own, lead to what was written, and count people and their clicks for the step", async () => {
    const id = await running();
    await joins();
    const ann = await joins();
    const [see = "", buy = ""] = await linksSent();
    const answer = await visit(see);
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "https://shop.example/a"]);
    const bought = await visit(buy);
    expect(bought.headers.get("location")).toBe(`https://tracker.example/c?sub_id_9=sb_${buy.slice(3)}`);
    const step = await stepOf(id);
    expect([step?.sent, step?.clicked, step?.converted, step?.money]).toEqual([2, 1, 0, []]);
    const [subscriber] = await database.db
      .select()
      .from(subscribers)
      .where(eq(subscribers.id, BigInt(ann.id)));
    expect(subscriber?.clicks).toBe(2);
    const told = await broadcastsPersonData.exportPerson(database.db, {
      ...{ workspaceId: space.workspaceId, personId: "", telegramId: ann.telegramId },
    });
    expect(told).toMatchObject([{ sequence: "Welcome", clicks: 2 }]);
  });

  test("still lead there when the step no longer says it", async () => {
    const sequenceId = await running();
    await joins();
    const [see = ""] = await linksSent();
    const { steps } = await readSequence(context(), { sequenceId });
    const letter = letterOf('<a href="https://new.example/">new</a>');
    const changed = { delayMinutes: 0, atClock: null, condition: null, letter };
    await changeSequence(context(), { ...bodyOf(), sequenceId, steps: [{ ...changed, id: steps[0]?.id }] });
    await joins();
    const [fresh = ""] = await linksSent();
    expect((await visit(see)).headers.get("location")).toBe("https://shop.example/a");
    expect((await visit(fresh)).headers.get("location")).toBe("https://new.example/");
  });

  test("end a sequence that ends at a click, and begin none that waits for a click in a broadcast", async () => {
    const ending = await running({ stops: [{ kind: "clicked" }], steps: [...bodyOf().steps, later] });
    const waiting = await running({ trigger: { kind: "clicked", broadcastId: null }, steps: [later] });
    await joins();
    const [see = ""] = await linksSent();
    await visit(see);
    await runJobs();
    const runs = await database.db.select().from(sequenceRuns).where(eq(sequenceRuns.sequenceId, ending));
    expect(runs.map(({ state, reason }) => [state, reason])).toEqual([["stopped", "clicked"]]);
    expect((await readSequence(context(), { sequenceId: waiting })).active).toBe(0);
  });
});

const later = { delayMinutes: 60, atClock: null, condition: null, letter: letterOf("later") };

describe("a conversion", () => {
  test("belongs to the step whose link brought it; its refusal takes it back, and it ends the sequence", async () => {
    const id = await running({ stops: [{ kind: "converted", status: "sale" }], steps: [...bodyOf().steps, later] });
    const ann = await joins();
    const [, buy = ""] = await linksSent();
    const postback = async (status: string) => {
      const click = `sub_id_9=sb_${buy.slice(3)}`;
      await space.receive(connectionId, `subid=k1&tid=1&status=${status}&payout=12.30&currency=USD&${click}`);
      await space.readInbox();
      await runJobs();
    };
    await postback("sale");
    await postback("sale");
    const sold = await stepOf(id);
    expect([sold?.converted, sold?.money]).toEqual([1, [{ currency: "USD", amount: "12.3" }]]);
    const runs = await database.db.select().from(sequenceRuns).where(eq(sequenceRuns.sequenceId, id));
    expect(runs.map(({ reason }) => reason)).toEqual(["converted"]);
    const conversionsOf = async () =>
      (
        await database.db
          .select()
          .from(subscribers)
          .where(eq(subscribers.id, BigInt(ann.id)))
      )[0]?.conversions;
    expect(await conversionsOf()).toBe(1);

    await postback("rejected");
    const refused = await stepOf(id);
    expect([refused?.converted, refused?.money, await conversionsOf()]).toEqual([0, [], 0]);
    const [message] = await database.db.select().from(sequenceMessages).where(eq(sequenceMessages.sequenceId, id));
    expect(message?.convertedAt).toBeNull();
  });
});
