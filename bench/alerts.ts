import { type BenchChat, clock, createRig, type Rig } from "./product.ts";
import { ascending, atMost, type Bench, median, percentile, type Row, type RunOptions, row, until } from "./row.ts";

const perSecond = 100;
const bots = 4;

/** From the answer to a tracker until sendMessage arrives at the Bot API. */
export const alerts: Bench = {
  name: "alerts",
  what: `postback answered → sendMessage on the wire, ${perSecond}/s through ${bots} bots; all roles in one process`,
  run: measure,
};

interface Target {
  chat: BenchChat;
  path: string;
}

async function measure({ runs, isQuick, say }: RunOptions): Promise<Row[]> {
  const rig = await createRig();
  try {
    const product = await rig.start();
    const made = [await rig.platformBot()];
    while (made.length < bots) made.push(await rig.addBot());
    const ofBots = await Promise.all(made.map((bot) => rig.addChats(bot, 30)));
    const targets: Target[] = [];
    // Bots take turns, so that each is asked for its share of messages at even times.
    for (let n = 0; n < 30; n++)
      for (const chats of ofBots) {
        const chat = chats[n];
        if (chat) targets.push({ chat, path: await rig.connect(chat.bot.workspaceId, chat) });
      }
    const hundred = targets.slice(0, 100);
    const seconds = isQuick ? 5 : 20;
    // Lanes that were just taken do not know what their chats got; they ask, once per chat.
    await wave(rig, product.port, targets, { count: targets.length, perSecond: 50 });
    await Bun.sleep(2_000);

    const floors: number[] = [];
    const even: Figures[] = [];
    const spread: Figures[] = [];
    for (let n = 0; n < runs; n++) {
      const alone = await wave(rig, product.port, hundred, { count: 40, perSecond: 10 });
      floors.push(alone.p50);
      await Bun.sleep(1_500);
      even.push(await wave(rig, product.port, hundred, { count: seconds * perSecond, perSecond }));
      await Bun.sleep(1_500);
      spread.push(await wave(rig, product.port, targets, { count: seconds * perSecond, perSecond }));
      await Bun.sleep(1_500);
      const told = ({ p50, p99, max }: Figures) => [p50, p99, max].map((ms) => ms.toFixed(1)).join(" / ");
      say(
        `run ${n + 1}: p50/p99/max at 10/s ${told(alone)}; 100 chats ${told(even.at(-1) as Figures)}; 120 chats ${told(spread.at(-1) as Figures)}`,
      );
    }
    const floor = { what: "the same at 10/s, p50", value: median(floors) };
    const rows = (where: string, all: Figures[], isTarget: boolean) => [
      row({
        what: `100/s over ${where}, p50`,
        value: median(all.map(({ p50 }) => p50)),
        unit: "ms",
        floor,
        target: isTarget ? atMost(20) : null,
      }),
      row({
        what: `100/s over ${where}, p99`,
        value: median(all.map(({ p99 }) => p99)),
        unit: "ms",
        floor,
        target: isTarget ? atMost(100) : null,
      }),
    ];
    const refused = made.reduce((sum, bot) => sum + rig.telegram.counters(bot.telegramId).refused429, 0);
    return [
      ...rows("120 chats", spread, true),
      ...rows("100 chats", even, true),
      row({ what: "answers 429", value: refused, unit: "calls", target: atMost(0) }),
    ];
  } finally {
    await rig.close();
  }
}

interface Figures {
  p50: number;
  p99: number;
  max: number;
}

/** Sends postbacks at even times to each target in turn, waits for all alerts, and tells how long they took. */
async function wave(
  rig: Rig,
  port: number,
  targets: readonly Target[],
  given: { count: number; perSecond: number },
): Promise<Figures> {
  const run = crypto.randomUUID().slice(0, 8);
  const bots = [...new Set(targets.map(({ chat }) => chat.bot.telegramId))];
  for (const bot of bots) rig.telegram.resetCounters(bot);
  const answeredAt = new Map<number, number[]>();
  const begun = performance.now();
  const calls: Promise<void>[] = [];
  for (let n = 0; n < given.count; n++) {
    const target = targets[n % targets.length] as Target;
    const waitMs = begun + (n * 1000) / given.perSecond - performance.now();
    if (waitMs > 0) await Bun.sleep(waitMs);
    const query = `subid=${run}-${n}&status=deposit&conversion_revenue=120.50&currency=usd&campaign_name=Spring&country=au`;
    calls.push(
      fetch(`http://127.0.0.1:${port}${target.path}?${query}`).then(async (response) => {
        await response.arrayBuffer();
        if (!response.ok) throw new Error(`status ${response.status}`);
        const { telegramId } = target.chat;
        answeredAt.set(telegramId, [...(answeredAt.get(telegramId) ?? []), clock()]);
      }),
    );
  }
  await Promise.all(calls);
  const arrived = () => bots.flatMap((bot) => rig.telegram.acceptedMessages(bot));
  await until(`${given.count} alerts to arrive`, () => arrived().length >= given.count);
  const arrivedAt = new Map<number, number[]>();
  for (const { chatId, at } of arrived()) arrivedAt.set(chatId, [...(arrivedAt.get(chatId) ?? []), at]);
  // Per chat the order is kept: its n-th alert is of its n-th postback.
  const took = [...answeredAt].flatMap(([chatId, times]) =>
    times.map((at, n) => (arrivedAt.get(chatId)?.[n] ?? Number.NaN) - at),
  );
  if (took.some(Number.isNaN)) throw new Error("an alert is missing, or two were folded into one");
  const sorted = ascending(took);
  return { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), max: sorted.at(-1) ?? 0 };
}
