/**
 * Broadcasts through the whole engine: launched by the action that the button calls, filled by the product's jobs, sent by its lanes
 * against the strict stand-in. A million messages take seventeen minutes even at the paid pace, so memory is watched while the
 * first of them go out: what waits is filled in a window of fixed size, and the last minute looks like the first.
 */
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { type ActionContext, systemActor } from "@backend/kit/context.ts";
import { createVault } from "@backend/kit/crypto.ts";
import { createLogger } from "@backend/kit/log.ts";
import { createBroadcast } from "@backend/modules/broadcasts/actions/drafts.ts";
import { launchBroadcast } from "@backend/modules/broadcasts/actions/launch-broadcast.ts";
import { cancelBroadcast } from "@backend/modules/broadcasts/actions/pause-broadcast.ts";
import type { BroadcastsPorts } from "@backend/modules/broadcasts/ports.ts";
import { sql } from "drizzle-orm";
import { type BenchBot, clock, createRig, memoryMb, type Rig, type Server } from "./product.ts";
import { atLeast, atMost, type Bench, type Row, type RunOptions, row, until } from "./row.ts";

export const broadcast: Bench = {
  name: "broadcast",
  what: "launch with a million subscribers, memory, pace of one bot, of forty, of a paid one; one of two processes killed",
  run,
};

/** As for the paid lane (pace.ts): the time that a busy machine may be late by. */
const paidTolerance = 167;
const text = "Message of the broadcast";

async function run({ isQuick, say }: RunOptions): Promise<Row[]> {
  const rows: Row[] = [];
  const inRig = async (tolerance: number | null, work: (rig: Rig) => Promise<Row[]>) => {
    const rig = await createRig(tolerance === null ? {} : { limits: { botTolerance: tolerance } });
    try {
      rows.push(...(await work(rig)));
    } finally {
      await rig.close();
    }
  };
  await inRig(paidTolerance, (rig) => million(rig, isQuick ? 20_000 : 1_000_000, isQuick ? 10 : 90, say));
  await inRig(null, (rig) => steady(rig, isQuick ? 10 : 60, say));
  await inRig(null, (rig) => forty(rig, isQuick ? 8 : 30, say));
  return rows;
}

async function million(rig: Rig, people: number, seconds: number, say: RunOptions["say"]): Promise<Row[]> {
  const product = await rig.start({ ROLE: "worker,bot" });
  const bot = await rig.platformBot();
  await fill(rig, bot, people, Math.min(people, (seconds + 30) * 1_000));
  await Bun.sleep(2_000);
  const idle = memoryMb(product.pid);
  const launchedAt = clock();
  const id = await launch(rig, [bot], true);
  const first = await firstArrival(rig, bot);
  say(`${people} subscribers: first message ${(first - launchedAt).toFixed(0)} ms after the launch`);
  const watched = await watch(rig, [bot], seconds, 5, product);
  say(
    `paid: ${watched.perSecond.toFixed(0)}/s, ${watched.refused} × 429, memory +${(watched.peakMb - idle).toFixed(0)} MB`,
  );
  await stop(rig, id);
  return [
    row({
      what: `launch to first message, ${people.toLocaleString("en")} subscribers`,
      value: first - launchedAt,
      unit: "ms",
      target: atMost(2_000),
    }),
    row({ what: "memory above idle while it runs", value: watched.peakMb - idle, unit: "MB", target: atMost(150) }),
    row({
      what: `one bot with the paid pace for ${seconds} s`,
      value: watched.perSecond,
      unit: "/s",
      floor: { what: "allowed", value: 1000 },
      target: atLeast(950),
    }),
    row({ what: "paid, answers 429", value: watched.refused, unit: "calls", target: atMost(0) }),
    row({ what: "paid, extra copies", value: copies(rig, [bot]), unit: "messages", target: atMost(0) }),
  ];
}

async function steady(rig: Rig, seconds: number, say: RunOptions["say"]): Promise<Row[]> {
  await rig.start({ ROLE: "worker,bot" });
  const bot = await rig.platformBot();
  const people = (seconds + 20) * 30;
  await fill(rig, bot, people, people);
  await Bun.sleep(2_000);
  const id = await launch(rig, [bot], false);
  const measured = await watch(rig, [bot], seconds, 4);
  say(`one bot: ${measured.perSecond.toFixed(2)}/s, ${measured.refused} × 429`);
  await stop(rig, id);
  return [
    row({
      what: `one bot for ${seconds} s`,
      value: measured.perSecond,
      unit: "/s",
      floor: { what: "allowed", value: 30 },
      target: atLeast(0.99, "ratio"),
    }),
    row({ what: "one bot, answers 429", value: measured.refused, unit: "calls", target: atMost(0) }),
  ];
}

/** Two processes share the bots; then one is killed. */
async function forty(rig: Rig, seconds: number, say: RunOptions["say"]): Promise<Row[]> {
  await rig.start({ ROLE: "worker,bot" });
  const doomed = await rig.start({ ROLE: "worker,bot" });
  const bots: BenchBot[] = [];
  while (bots.length < 40) bots.push(await rig.addBot());
  const each = (2 * seconds + 40) * 30;
  for (const bot of bots) await fill(rig, bot, each, each);
  await Bun.sleep(3_000);
  const id = await launch(rig, bots, false);
  const before = await watch(rig, bots, seconds, 6);
  say(`40 bots, two processes: ${before.perSecond.toFixed(0)}/s, ${before.refused} × 429`);
  process.kill(doomed.pid, "SIGKILL");
  const recovered = await recovery(rig, bots, 0.9 * before.perSecond);
  say(`one killed: nine tenths of the pace again after ${(recovered / 1_000).toFixed(1)} s`);
  const after = await watch(rig, bots, Math.ceil(seconds / 2), 1);
  await stop(rig, id);
  return [
    row({
      what: `40 bots over two processes for ${seconds} s`,
      value: before.perSecond,
      unit: "/s",
      floor: { what: "allowed", value: 1200 },
      target: atLeast(1150),
    }),
    row({ what: "40 bots, answers 429", value: before.refused, unit: "calls", target: atMost(0) }),
    row({ what: "one process killed: 90 % of the pace again", value: recovered, unit: "ms", target: atMost(10_000) }),
    row({ what: "40 bots over the process that is left", value: after.perSecond, unit: "/s" }),
    row({ what: "40 bots, extra copies", value: copies(rig, bots), unit: "messages", target: atMost(0) }),
  ];
}

let nextTelegramId = 3_000_000_000;

/** Subscribers of a bot; the stand-in knows the first `reached` of them, who are all that will be written to. */
async function fill(rig: Rig, bot: BenchBot, people: number, reached: number): Promise<void> {
  const from = nextTelegramId;
  nextTelegramId += people;
  const step = 50_000;
  const { db } = rig.database;
  await db.execute(sql`insert into lanes (bot_id) values (${bot.id}) on conflict do nothing`);
  for (let n = 0; n < people; n += step)
    await db.execute(sql`
      with made as (
        insert into chats (workspace_id, bot_id, telegram_chat_id, kind, title)
        select ${bot.workspaceId}, ${bot.id}, i, 'private', 'Person'
        from generate_series(${from + n}::bigint, ${from + Math.min(people, n + step) - 1}::bigint) i
        returning id, telegram_chat_id)
      insert into subscribers (workspace_id, bot_id, chat_id, telegram_id, origin, first_name, language, subscribed_at)
      select ${bot.workspaceId}, ${bot.id}, id, telegram_chat_id, 'start', 'Person', 'uk', now() from made
      order by telegram_chat_id`);
  await db.execute(sql`analyze subscribers`);
  for (let n = 0; n < reached; n++) {
    rig.telegram.people.addPerson({ id: from + n, firstName: "Person" });
    const terms = rig.telegram.world.privateChat(bot.telegramId, from + n).private;
    if (terms) terms.isStarted = true;
  }
}

function contextOf(rig: Rig, workspaceId: string): ActionContext<BroadcastsPorts> {
  return {
    db: rig.database.db,
    actor: systemActor(workspaceId),
    now: new Date(),
    log: createLogger("error"),
    ports: { markup: telegramMarkup, vault: createVault(rig.secretsKey), publicUrl: "https://bench.example" },
    requestId: "bench",
  };
}

async function launch(rig: Rig, bots: readonly BenchBot[], isPaid: boolean): Promise<string> {
  const ctx = contextOf(rig, bots[0]?.workspaceId ?? "");
  const letter = { fallback: "en", messages: { en: { kind: "text" as const, html: text } } };
  const { id } = await createBroadcast(ctx, {
    name: "Bench",
    botIds: bots.map((bot) => bot.id),
    variants: [{ key: "A", share: 100, letter }],
    options: { isPaid },
  });
  await launchBroadcast(ctx, { broadcastId: id });
  return id;
}

async function stop(rig: Rig, id: string): Promise<void> {
  const [found] = await rig.database.sql<{ workspace_id: string; state: string }[]>`
    select workspace_id, state from broadcasts where id = ${id}`;
  if (found?.state === "sending") await cancelBroadcast(contextOf(rig, found.workspace_id), { broadcastId: id });
}

async function firstArrival(rig: Rig, bot: BenchBot): Promise<number> {
  await until("the first message", () => rig.telegram.acceptedMessages(bot.telegramId).length > 0);
  return rig.telegram.acceptedMessages(bot.telegramId)[0]?.at ?? 0;
}

const arrivedSince = (rig: Rig, bots: readonly BenchBot[], from: number): number =>
  bots.reduce((sum, bot) => {
    const messages = rig.telegram.acceptedMessages(bot.telegramId);
    let at = messages.length;
    while (at > 0 && (messages[at - 1]?.at ?? 0) >= from) at--;
    return sum + messages.length - at;
  }, 0);

/** Messages a second that got through during `seconds`, after `settleSeconds`, and the most memory that the process held. */
async function watch(
  rig: Rig,
  bots: readonly BenchBot[],
  seconds: number,
  settleSeconds: number,
  product?: Server,
): Promise<{ perSecond: number; refused: number; peakMb: number }> {
  await Bun.sleep(settleSeconds * 1_000);
  let peakMb = 0;
  const look = setInterval(() => {
    if (product) peakMb = Math.max(peakMb, memoryMb(product.pid));
  }, 100);
  const from = clock();
  await Bun.sleep(seconds * 1_000);
  const took = clock() - from;
  clearInterval(look);
  const refused = bots.reduce((sum, bot) => sum + rig.telegram.counters(bot.telegramId).refused429, 0);
  return { perSecond: (arrivedSince(rig, bots, from) * 1_000) / took, refused, peakMb };
}

/** Milliseconds until two seconds in a row are as fast as `perSecond`. */
async function recovery(rig: Rig, bots: readonly BenchBot[], perSecond: number): Promise<number> {
  const from = clock();
  for (;;) {
    const second = clock();
    await Bun.sleep(2_000);
    const pace = (arrivedSince(rig, bots, second) * 1_000) / (clock() - second);
    if (pace >= perSecond || clock() - from > 60_000) return second - from;
    await Bun.sleep(0);
  }
}

function copies(rig: Rig, bots: readonly BenchBot[]): number {
  let extra = 0;
  for (const bot of bots) {
    const chats = rig.telegram
      .acceptedMessages(bot.telegramId)
      .filter((message) => message.text === text)
      .map(({ chatId }) => chatId);
    extra += chats.length - new Set(chats).size;
  }
  return extra;
}
