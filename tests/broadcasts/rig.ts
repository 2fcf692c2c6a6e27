/** A workspace with bots, an audience and a member who may send, over lanes, a worker and the strict stand-in. */
import { type ActionContext, type Actor, systemActor } from "@backend/kit/context.ts";
import { setReactions } from "@backend/kit/events.ts";
import { createLogger } from "@backend/kit/log.ts";
import { startWorker, type Worker } from "@backend/kit/worker.ts";
import { createBroadcast } from "@backend/modules/broadcasts/actions/drafts.ts";
import { launchBroadcast } from "@backend/modules/broadcasts/actions/launch-broadcast.ts";
import type { CreateBroadcast } from "@backend/modules/broadcasts/engine-contracts.ts";
import { broadcastsModule } from "@backend/modules/broadcasts/index.ts";
import type { BroadcastsPorts } from "@backend/modules/broadcasts/ports.ts";
import { type Broadcast, findOwnBroadcast } from "@backend/modules/broadcasts/queries.ts";
import { testPorts } from "@backend/modules/broadcasts/testing.ts";
import { permissionsOf, type RoleName } from "@backend/modules/identity/index.ts";
import { makePerson } from "@backend/modules/identity/testing.ts";
import { registerChat } from "@backend/modules/messaging/index.ts";
import type { TestBot } from "@backend/modules/messaging/testing.ts";
import { makeBot } from "@backend/modules/messaging/testing.ts";
import type { Database } from "@db/client.ts";
import type { StandInOptions } from "@sandbox/telegram/index.ts";
import { sql } from "drizzle-orm";
import { createRig, type Rig, until } from "../lanes/rig.ts";

export { until } from "../lanes/rig.ts";

/** Messages a second of a test's bots: three times Telegram's, so that thirty seconds of it pass in ten. */
export const testPace = 90;
const silent = createLogger(process.env.BROADCASTS_LOG ?? "silent");

/** The worker role with the jobs of broadcasts alone. */
export const startBroadcastWorker = (database: Database, databaseUrl: string): Promise<Worker> =>
  startWorker({
    databaseUrl,
    handlers: broadcastsModule.handlers,
    concurrency: 3,
    outsideConcurrency: 1,
    log: silent,
    contextFor: (actor, jobName) => contextOf(database, actor, jobName),
    actorFor: (workspaceId) => systemActor(workspaceId ?? "00000000-0000-0000-0000-000000000000"),
    onJobDone: () => {},
  });

export const contextOf = (database: Database, actor: Actor, requestId: string): ActionContext<BroadcastsPorts> => ({
  db: database.db,
  actor,
  now: new Date(),
  log: silent,
  ports: testPorts,
  requestId,
});

export interface TestMember {
  personId: string;
  telegramId: number;
  actor: Actor;
}

export interface BroadcastRig extends Rig {
  workspaceId: string;
  bots: TestBot[];
  owner: TestMember;
  member(role: RoleName): Promise<TestMember>;
  /** Subscribers of a bot, who have started it; answers with their Telegram ids. */
  audience(bot: TestBot, count: number): Promise<number[]>;
  context(member?: TestMember, now?: Date): ActionContext<BroadcastsPorts>;
  draft(over?: CreateBroadcast): Promise<string>;
  /** A draft that is let go at once. */
  launch(over?: CreateBroadcast): Promise<string>;
  work(): Promise<Worker>;
  read(id: string): Promise<Broadcast>;
  /** The broadcast is in this state and nothing of it is under way. */
  reaches(id: string, state: Broadcast["state"], ms?: number): Promise<Broadcast>;
  /** Texts of the service messages that a member got. */
  news(member: TestMember): string[];
}

let nextId = 400_000_000;

export const letterOf = (html: string) => [
  { key: "A" as const, share: 100, letter: { fallback: "en", messages: { en: { kind: "text" as const, html } } } },
];

export async function createBroadcastRig(
  options: { bots?: number; standIn?: StandInOptions } = {},
): Promise<BroadcastRig> {
  const rig = await createRig({ limits: { botPerSecond: testPace, botTolerance: 30 }, ...options.standIn });
  setReactions([]);
  const { database, telegram } = rig;
  const { db } = database;
  const workers: Worker[] = [];
  const bots: TestBot[] = [];
  for (let n = 0; n < (options.bots ?? 1); n++) {
    const bot = await makeBot(db, bots[0] ? { workspaceId: bots[0].workspaceId } : {});
    telegram.addBot({ token: bot.token, username: `test_${bot.telegramId}_bot` });
    bots.push(bot);
  }
  const [first] = bots;
  if (!first) throw new Error("a rig without a bot");
  const { workspaceId } = first;

  async function member(role: RoleName): Promise<TestMember> {
    const place = { ...first, botUsername: "", token: first?.token ?? "" } as never;
    const { personId, telegramId } = await makePerson(db, place, { role });
    telegram.people.addPerson({ id: telegramId, firstName: "Member" });
    telegram.people.start(first?.telegramId ?? 0, telegramId);
    await registerChat(db, {
      ...(first as TestBot),
      telegramChatId: telegramId,
      kind: "private",
      title: "Member",
      personId,
    });
    const actor: Actor = {
      kind: "person",
      workspaceId,
      personId,
      botId: first?.botId ?? "",
      locale: "en",
      timeZone: "UTC",
      member: { memberId: personId, role },
      permissions: permissionsOf(role),
    };
    return { personId, telegramId, actor };
  }
  const owner = await member("owner");

  async function audience(bot: TestBot, count: number): Promise<number[]> {
    const from = nextId;
    nextId += count;
    const ids = Array.from({ length: count }, (_, n) => from + n);
    for (const id of ids) {
      telegram.people.addPerson({ id, firstName: `P${id}` });
      telegram.people.start(bot.telegramId, id);
    }
    await db.execute(sql`insert into lanes (bot_id) values (${bot.botId}) on conflict do nothing`);
    await db.execute(sql`
      with made as (
        insert into chats (workspace_id, bot_id, telegram_chat_id, kind, title)
        select ${workspaceId}, ${bot.botId}, i, 'private', 'P' || i from generate_series(${from}::bigint, ${from + count - 1}::bigint) i
        returning id, telegram_chat_id
      )
      insert into subscribers (workspace_id, bot_id, chat_id, telegram_id, origin, first_name, subscribed_at)
      select ${workspaceId}, ${bot.botId}, id, telegram_chat_id, 'start', 'P' || telegram_chat_id, now() from made
      order by telegram_chat_id`);
    return ids;
  }

  const context = (who: TestMember = owner, now = new Date()): ActionContext<BroadcastsPorts> => ({
    ...contextOf(database, who.actor, "test"),
    now,
  });

  async function read(id: string): Promise<Broadcast> {
    const row = await findOwnBroadcast(db, workspaceId, id);
    if (!row) throw new Error("no such broadcast");
    return row;
  }

  const made: BroadcastRig = {
    ...rig,
    workspaceId,
    bots,
    owner,
    member,
    audience,
    context,
    read,
    async draft(over = {}) {
      const { id } = await createBroadcast(context(), {
        name: "News",
        botIds: bots.map(({ botId }) => botId),
        variants: letterOf("news"),
        ...over,
      });
      return id;
    },
    async launch(over = {}) {
      const id = await made.draft(over);
      await launchBroadcast(context(), { broadcastId: id });
      return id;
    },
    start: (more = {}) => rig.start({ limits: { perSecond: testPace }, ...more }),
    async work() {
      const worker = await startBroadcastWorker(database, database.url);
      workers.push(worker);
      return worker;
    },
    async reaches(id, state, ms = 30_000) {
      await until(
        `the broadcast is ${state}`,
        async () => {
          const row = await read(id);
          return row.state === state && row.queued === 0;
        },
        ms,
      );
      return read(id);
    },
    news: (who) => rig.texts(first, who.telegramId),
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop(1_000)));
      await rig.stop();
    },
  };
  return made;
}

/** What went out of a broadcast to each Telegram id, by the books of the stand-in. */
export function arrivals(rig: BroadcastRig, text = "news"): Map<number, number> {
  const got = new Map<number, number>();
  for (const bot of rig.bots)
    for (const message of rig.telegram.acceptedMessages(bot.telegramId))
      if (message.text === text) got.set(message.chatId, (got.get(message.chatId) ?? 0) + 1);
  return got;
}

const states = ["planned", "queued", "sent", "failed", "unknown", "skipped", "cancelled"] as const;
type Counted = Record<(typeof states)[number] | "total", number>;

/**
 * The invariant of a broadcast, read in one snapshot, in the middle of anything: its counters are its recipients, its bots' counters
 * add up to them, and the total is all who were looked at and all who were not yet. Answers with the counters.
 */
export async function expectInvariant(rig: BroadcastRig, id: string): Promise<Counted> {
  const counts = await rig.database.sql.begin("isolation level repeatable read", async (tx) => {
    const [row] = await tx<
      Counted[]
    >`select total, planned, queued, sent, failed, unknown, skipped, cancelled from broadcasts where id = ${id}`;
    const bots = await tx<Counted[]>`
      select sum(total)::int as total, sum(planned)::int as planned, sum(queued)::int as queued, sum(sent)::int as sent,
        sum(failed)::int as failed, sum(unknown)::int as unknown, sum(skipped)::int as skipped, sum(cancelled)::int as cancelled
      from broadcast_bots where broadcast_id = ${id}`;
    const rows = await tx<{ state: (typeof states)[number]; count: number }[]>`
      select state, count(*)::int as count from broadcast_recipients where broadcast_id = ${id} group by state`;
    return { row, bots: bots[0], rows };
  });
  const { row, bots, rows } = counts;
  if (!row || !bots) throw new Error("no such broadcast");
  const byState = Object.fromEntries(
    states.map((state) => [state, rows.find((one) => one.state === state)?.count ?? 0]),
  );
  for (const state of states) {
    if (row[state] !== byState[state] || row[state] !== bots[state])
      throw new Error(`${state}: row ${row[state]}, recipients ${byState[state]}, bots ${bots[state]}`);
  }
  const looked = states.reduce((sum, state) => sum + row[state], 0);
  if (row.total < looked) throw new Error(`total ${row.total} is less than ${looked} recipients`);
  return row;
}

/**
 * Our report and Telegram's books agree on every recipient: nobody got it twice, whoever is sent got it, whoever got it is sent or
 * unknown (or still under way).
 */
export async function expectAgreement(rig: BroadcastRig, id: string, text = "news"): Promise<Counted> {
  const counters = await expectInvariant(rig, id);
  const got = arrivals(rig, text);
  const twice = [...got].filter(([, times]) => times > 1);
  if (twice.length > 0) throw new Error(`extra copies: ${JSON.stringify(twice)}`);
  const rows = await rig.database.sql<{ chat: string; state: string }[]>`
    select c.telegram_chat_id as chat, r.state from broadcast_recipients r join chats c on c.id = r.chat_id
    where r.broadcast_id = ${id}`;
  const stateOf = new Map(rows.map(({ chat, state }) => [Number(chat), state]));
  for (const [chat, state] of stateOf)
    if (state === "sent" && !got.has(chat)) throw new Error(`${chat} is sent and got nothing`);
  for (const chat of got.keys()) {
    const state = stateOf.get(chat);
    if (state !== "sent" && state !== "unknown" && state !== "queued")
      throw new Error(`${chat} got it and is ${state ?? "no recipient"}`);
  }
  return counters;
}
