import { queueDeliveries, queueDelivery } from "@backend/modules/messaging/index.ts";
import { type BenchBot, type BenchChat, clock, createRig, type Rig } from "./product.ts";
import { ascending, atLeast, atMost, type Bench, percentile, type Row, type RunOptions, row } from "./row.ts";

/** How close the lanes come to what Telegram allows, against a stand-in that refuses the first message too many. */
export const pace: Bench = {
  name: "pace",
  what: "broadcast lanes against the strict stand-in: one bot with service messages in between, forty bots at once",
  run: strict,
};

export const paid: Bench = {
  name: "paid",
  what: "one bot's broadcast with Telegram's paid pace",
  run: paidPace,
};

async function strict({ isQuick, say }: RunOptions): Promise<Row[]> {
  const rig = await createRig();
  try {
    await rig.start({ ROLE: "api,bot" });
    const seconds = isQuick ? 10 : 60;
    const manySeconds = isQuick ? 5 : 20;
    const one = await rig.addBot();
    const chats = await rig.addChats(one, 600);
    const people = await rig.addChats(one, 50);
    await Bun.sleep(3_000);
    const idle = await serviceMessages(rig, people, 20, 150);
    await Bun.sleep(1_000);
    await backlog(rig, chats, Math.ceil((30 * (seconds + 15)) / chats.length));
    const [alone, during] = await Promise.all([
      rate(rig, [one], seconds, 3),
      Bun.sleep(3_000).then(() => serviceMessages(rig, people, seconds * 4, 250)),
    ]);
    say(`one bot: ${alone.perSecond.toFixed(2)}/s, ${alone.refused} × 429`);
    say(`service messages meanwhile: p50 ${during.p50.toFixed(0)}, p99 ${during.p99.toFixed(0)} ms`);
    await drop(rig);

    const forty: BenchBot[] = [];
    while (forty.length < 40) forty.push(await rig.addBot());
    const theirs = (await Promise.all(forty.map((bot) => rig.addChats(bot, 50)))).flat();
    await Bun.sleep(3_000);
    await backlog(rig, theirs, Math.ceil((30 * (manySeconds + 10)) / 50));
    const many = await rate(rig, forty, manySeconds, 4);
    say(`40 bots: ${many.perSecond.toFixed(0)}/s, ${many.refused} × 429`);
    return [
      row({
        what: `one bot for ${seconds} s`,
        value: alone.perSecond,
        unit: "/s",
        floor: { what: "allowed", value: 30 },
        target: atLeast(0.99, "ratio"),
      }),
      row({ what: "one bot, answers 429", value: alone.refused, unit: "calls", target: atMost(0) }),
      row({
        what: "service message during that broadcast, p99",
        value: during.p99,
        unit: "ms",
        floor: { what: "lane otherwise idle, p50", value: idle.p50 },
        target: atMost(250),
      }),
      row({
        what: `40 bots at once for ${manySeconds} s`,
        value: many.perSecond,
        unit: "/s",
        floor: { what: "allowed", value: 1200 },
        target: atLeast(1150),
      }),
      row({ what: "40 bots, answers 429", value: many.refused, unit: "calls", target: atMost(0) }),
    ];
  } finally {
    await rig.close();
  }
}

/**
 * Five messages ahead of the even pace are 167 ms at 30/s and 5 ms at 1000/s, less than a pause of either process: the
 * paid pace is metered with the same time, not with the same number.
 */
const paidTolerance = 167;

async function paidPace({ isQuick, say }: RunOptions): Promise<Row[]> {
  const rig = await createRig({ limits: { botTolerance: paidTolerance } });
  try {
    await rig.start({ ROLE: "api,bot" });
    const seconds = isQuick ? 5 : 15;
    const bot = await rig.addBot();
    const chats = await rig.addChats(bot, 3_000);
    await Bun.sleep(2_000);
    await backlog(rig, chats, Math.ceil((1000 * (seconds + 5)) / chats.length), true);
    const measured = await rate(rig, [bot], seconds, 3);
    say(`${measured.perSecond.toFixed(0)}/s, ${measured.refused} × 429`);
    return [
      row({
        what: `one bot with the paid pace for ${seconds} s`,
        value: measured.perSecond,
        unit: "/s",
        floor: { what: "allowed", value: 1000 },
        target: atLeast(950),
      }),
      row({ what: "answers 429", value: measured.refused, unit: "calls", target: atMost(0) }),
    ];
  } finally {
    await rig.close();
  }
}

/** Queues `each` broadcast messages for every chat, chat by chat in turn, as a broadcast is filled. */
async function backlog(rig: Rig, chats: readonly BenchChat[], each: number, isPaid = false): Promise<void> {
  for (let turn = 0; turn < each; turn++)
    for (let from = 0; from < chats.length; from += 1_000)
      await queueDeliveries(
        rig.database.db,
        chats.slice(from, from + 1_000).map((chat) => ({
          workspaceId: chat.bot.workspaceId,
          chatId: chat.id,
          lane: "broadcast",
          content: { kind: "text", html: `Message ${turn} of the broadcast` },
          isPaid,
        })),
      );
}

/** What is left is not sent. */
async function drop(rig: Rig): Promise<void> {
  await rig.database.sql`update deliveries set state = 'cancelled' where state = 'queued'`;
  await Bun.sleep(1_500);
}

/** Messages a second that got through during `seconds`, after `settleSeconds`. */
async function rate(
  rig: Rig,
  bots: readonly BenchBot[],
  seconds: number,
  settleSeconds: number,
): Promise<{ perSecond: number; refused: number }> {
  await Bun.sleep(settleSeconds * 1_000);
  const from = clock();
  await Bun.sleep(seconds * 1_000);
  const to = clock();
  let sent = 0;
  let refused = 0;
  for (const bot of bots) {
    for (const { at } of rig.telegram.acceptedMessages(bot.telegramId)) if (at >= from && at < to) sent++;
    refused += rig.telegram.counters(bot.telegramId).refused429;
  }
  return { perSecond: (sent * 1_000) / (to - from), refused };
}

/** Service messages one after another into chats in turn: from the commit that owes them to their arrival. */
async function serviceMessages(
  rig: Rig,
  chats: readonly BenchChat[],
  count: number,
  gapMs: number,
): Promise<{ p50: number; p99: number }> {
  const run = crypto.randomUUID().slice(0, 8);
  const committedAt: number[] = [];
  const arrivedAt = new Map<string, number>();
  const stop = rig.telegram.subscribe((event) => {
    if (event.kind === "message-sent" && event.message.text?.startsWith(run))
      arrivedAt.set(event.message.text, clock());
  });
  try {
    for (let n = 0; n < count; n++) {
      const chat = chats[n % chats.length] as BenchChat;
      await queueDelivery(rig.database.db, {
        workspaceId: chat.bot.workspaceId,
        chatId: chat.id,
        lane: "service",
        content: { kind: "text", html: `${run} ${n}` },
      });
      committedAt.push(clock());
      await Bun.sleep(gapMs);
    }
    await Bun.sleep(1_000);
  } finally {
    stop();
  }
  const took = ascending(committedAt.map((at, n) => (arrivedAt.get(`${run} ${n}`) ?? Number.POSITIVE_INFINITY) - at));
  return { p50: percentile(took, 0.5), p99: percentile(took, 0.99) };
}
