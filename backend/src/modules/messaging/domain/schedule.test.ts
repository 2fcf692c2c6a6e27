import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { publishedLimits } from "./pace.ts";
import { type HeadNews, LaneSchedule } from "./schedule.ts";

const both = { free: true, paid: true };
const head = (id: number, chat: string, rank: number): HeadNews => ({
  id,
  chatId: chat,
  rank,
  isPaid: false,
  isPrivate: true,
});

/** Sends everything as fast as chats allow; the queue of the "database" is `all`. Answers with ids and times. */
function drain(all: readonly HeadNews[], arrivals: ReadonlyMap<number, readonly HeadNews[]> = new Map()) {
  const schedule = new LaneSchedule(publishedLimits);
  const waiting = new Set(all);
  for (const one of all) schedule.learn(one);
  const sent: { news: HeadNews; at: number }[] = [];
  let now = 0;
  for (let step = 0; step < 20_000 && waiting.size > 0; step++) {
    for (const one of arrivals.get(step) ?? []) {
      waiting.add(one);
      schedule.learn(one);
    }
    for (const chatId of schedule.takeChatsToLoad(100)) {
      const mine = [...waiting].filter((one) => one.chatId === chatId).sort((a, b) => a.rank - b.rank || a.id - b.id);
      schedule.loaded(chatId, mine[0] ?? null, mine.length > 1);
    }
    const turn = schedule.next(now, both);
    if (!turn) {
      now = Math.max(now + 1, schedule.nextAt(now) ?? now + 1);
      continue;
    }
    const news = [...waiting].find((one) => one.id === turn.head.id) as HeadNews;
    turn.pace.fired(now);
    sent.push({ news, at: now });
    waiting.delete(news);
    schedule.settle(turn.head.chatId);
  }
  return sent;
}

const queue = fc
  .array(fc.record({ chat: fc.nat(6), rank: fc.nat(3) }), { maxLength: 60 })
  .map((rows) => rows.map(({ chat, rank }, id) => head(id + 1, `c${chat}`, rank)));

describe("the schedule of a lane", () => {
  test("sends everything exactly once", () =>
    fc.assert(
      fc.property(queue, (all) => {
        const sent = drain(all).map(({ news }) => news.id);
        expect(sent.toSorted((a, b) => a - b)).toEqual(all.map(({ id }) => id));
      }),
    ));

  test("keeps the order within a chat: smaller rank first, then the older", () =>
    fc.assert(
      fc.property(queue, (all) => {
        const sent = drain(all);
        for (const chat of new Set(all.map(({ chatId }) => chatId))) {
          const mine = sent.filter(({ news }) => news.chatId === chat).map(({ news }) => news.rank * 1000 + news.id);
          expect(mine).toEqual(mine.toSorted((a, b) => a - b));
        }
      }),
    ));

  test("never breaks the pace of a chat", () =>
    fc.assert(
      fc.property(queue, (all) => {
        const last = new Map<string, number>();
        for (const { news, at } of drain(all)) {
          expect(at - (last.get(news.chatId) ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(1_000);
          last.set(news.chatId, at);
        }
      }),
    ));

  test("lets a service message overtake all broadcasts, and a busy chat holds up nobody", () => {
    const many = Array.from({ length: 50 }, (_, n) => head(n + 1, "busy", 1));
    const news = Array.from({ length: 50 }, (_, n) => head(n + 100, `c${n}`, 3));
    const sent = drain([...many, ...news], new Map([[20, [head(1_000, "someone", 0)]]]));
    expect(sent.findIndex(({ news: { id } }) => id === 1_000)).toBeLessThanOrEqual(21);
    expect(sent.filter(({ at }) => at === 0)).toHaveLength(52);
  });

  test("has one message of a chat under way at a time, and hears of more meanwhile", () => {
    const schedule = new LaneSchedule(publishedLimits);
    schedule.learn(head(1, "c", 1));
    expect(schedule.next(0, both)?.head.id).toBe(1);
    schedule.learn(head(2, "c", 0));
    expect(schedule.next(10_000, both)).toBeNull();
    schedule.settle("c");
    expect(schedule.takeChatsToLoad(10)).toEqual(["c"]);
  });

  test("a message that went back to the queue is not overtaken by a later one that was seen meanwhile", () => {
    const schedule = new LaneSchedule(publishedLimits);
    schedule.learn(head(1, "c", 1));
    schedule.next(0, both);
    schedule.settle("c", true);
    // A page read before, and an announcement: both know only the later ones.
    schedule.learn(head(2, "c", 1));
    expect(schedule.next(0, both)).toBeNull();
    expect(schedule.takeChatsToLoad(10)).toEqual(["c"]);
    schedule.learn(head(3, "c", 1));
    expect(schedule.next(0, both)).toBeNull();
    schedule.loaded("c", head(1, "c", 1), false);
    expect(schedule.next(0, both)).toMatchObject({ head: { id: 1 }, hasMore: true });
  });

  test("an announcement during a reading that found nothing leads to another reading", () => {
    const schedule = new LaneSchedule(publishedLimits);
    schedule.ask("c");
    expect(schedule.takeChatsToLoad(10)).toEqual(["c"]);
    schedule.learn(head(1, "c", 1));
    schedule.loaded("c", null, false);
    expect(schedule.takeChatsToLoad(10)).toEqual(["c"]);
    schedule.notLoaded(["c"]);
    expect(schedule.takeChatsToLoad(10)).toEqual(["c"]);
  });

  test("a paused chat waits for its time, others do not", () => {
    const schedule = new LaneSchedule(publishedLimits);
    schedule.learn(head(1, "a", 0));
    schedule.learn(head(2, "b", 3));
    schedule.pauseChat("a", 5_000);
    expect(schedule.next(0, both)?.head.id).toBe(2);
    expect(schedule.next(4_999, both)).toBeNull();
    expect(schedule.nextAt(0)).toBe(5_000);
    expect(schedule.next(5_000, both)?.head.id).toBe(1);
  });

  test("forgets chats with nothing to know, so memory stays flat", () => {
    const schedule = new LaneSchedule(publishedLimits);
    for (let n = 0; n < 1_000; n++) schedule.learn(head(n, `c${n}`, 3));
    for (let n = 0; n < 1_000; n++) {
      const turn = schedule.next(0, both);
      turn?.pace.fired(0);
      schedule.settle(turn?.head.chatId ?? "");
    }
    schedule.prune(5_000);
    expect(schedule.knownChats).toBe(0);
  });
});
