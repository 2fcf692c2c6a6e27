/**
 * The sending part of a process: takes lanes, keeps them, gives them back. Any number of processes share the bots of one
 * database.
 *
 * A process lives through its row in `lane_hosts` (heartbeat every second). A row without a heartbeat for 3.5 s is deleted by
 * whoever sees it, and its lanes are taken over. A process that could not write its heartbeat for 2.2 s stops sending by
 * itself, and so never sends in a lane that another may have taken: both times are measured by clocks that run alike, and
 * the second is counted from before the heartbeat was asked for.
 */
import { pause } from "@backend/kit/clock.ts";
import { liveChannel } from "@backend/kit/live.ts";
import type { Logger } from "@backend/kit/log.ts";
import type { Database } from "@db/client.ts";
import { laneChannel, lookWord } from "../actions/queue-delivery.ts";
import { type PaceLimits, publishedLimits } from "../domain/pace.ts";
import type { HeadNews } from "../domain/schedule.ts";
import type { FoldRenderers, LaneBots, TelegramSender } from "../ports.ts";
import { Lane, type LaneDeps } from "./lane.ts";
import type { LaneCounters, LaneNumbersHere } from "./numbers.ts";
import {
  beat,
  botsWithWork,
  buryDeadHosts,
  countLanes,
  type Lease,
  readOwnLeases,
  recoverInterrupted,
  registerHost,
  releaseLanes,
  retireHost,
  ripen,
  takeLanes,
} from "./queries.ts";
import { createLaneStore } from "./store.ts";
import { within } from "./within.ts";

export interface LaneRuntimeOptions {
  database: Database;
  sender: TelegramSender;
  bots: LaneBots;
  /** One per fold kind; kinds without one are never folded. */
  renderers?: FoldRenderers;
  log: Logger;
  limits?: Partial<PaceLimits>;
  /** Milliseconds of a clock that never jumps; for tests. */
  now?: () => number;
  random?: () => number;
}

export interface LaneRuntime {
  readonly hostId: string;
  /** What was counted here since the start, and how things stand. */
  numbers(): LaneNumbersHere;
  /** Sends nothing more, waits for answers on their way, writes them down and gives all lanes back. */
  stop(graceMs?: number): Promise<void>;
}

const beatEveryMs = 1_000;
/** Less than the 3.5 s after which others take over (lane/queries.ts). */
const trustMs = 2_200;
const manageEveryMs = 500;
const manageLeastMs = 50;
const ripenEveryMs = 250;
const pollEveryMs = 2_000;
const tellEveryMs = 300;
const answerGraceMs = 5_000;
const beatMostMs = 2_000;
/** A round of a loop may wait for answers of Telegram, when lanes are given back. */
const loopMostMs = 15_000;
const pruneEveryMs = 5_000;
const ripenAtOnce = 1_000;

const newHostId = () => `${process.pid}-${crypto.randomUUID()}`;

/** Starts sending. Throws when the database cannot be reached. */
export async function createLaneRuntime(options: LaneRuntimeOptions): Promise<LaneRuntime> {
  const { database, log } = options;
  const { sql } = database;
  const now = options.now ?? (() => performance.now());
  const lanes = new Map<string, Lane>();
  /** Counters of lanes that were given away stay counted. */
  const former = new Map<string, LaneCounters>();
  const stopping = new AbortController();
  const loops: Promise<void>[] = [];
  let wakeManager = () => {};

  let hostId = newHostId();
  let beatAt = now();
  await registerHost(sql, hostId);
  let store = createLaneStore(database, hostId, options.renderers ?? {}, log);
  const isAlive = () => now() - beatAt < trustMs;

  const depsOf = (): LaneDeps => ({
    store,
    sender: options.sender,
    bots: options.bots,
    limits: { ...publishedLimits, ...options.limits },
    now,
    random: options.random ?? Math.random,
    log,
    isAlive,
  });

  // ── Hearing of work ─────────────────────────────────────────────────────────────────────────────────────────────

  function onNotify(payload: string): void {
    const [botId = "", chatId, kind, rank, id] = payload.split("|");
    const lane = lanes.get(botId);
    if (!lane) {
      // Somebody else's, or new and nobody's yet.
      if (chatId === undefined) wakeManager();
      return;
    }
    if (chatId === undefined || chatId === lookWord) {
      lane.wake();
      lane.reread(chatId === lookWord).catch((error: unknown) => log.warn({ err: error }, "lane: pause not readable"));
      return;
    }
    // Paid messages are never announced one by one in a hurry: broadcasts come in bulk.
    const news: HeadNews = { id: Number(id), chatId, rank: Number(rank), isPaid: false, isPrivate: kind === "p" };
    lane.wake(news);
  }

  const listening = await sql.listen(laneChannel, onNotify, () => {
    // Whatever was said while the connection was away is unknown.
    for (const lane of lanes.values()) lane.wake();
  });

  // ── Lanes ───────────────────────────────────────────────────────────────────────────────────────────────────────

  function open(lease: Lease): void {
    const lane = new Lane(lease.botId, lease.fence, lease, depsOf());
    lanes.set(lease.botId, lane);
    lane.wake();
  }

  function forget(lane: Lane): void {
    lanes.delete(lane.botId);
    const known = former.get(lane.botId);
    former.set(lane.botId, known ? sum(known, lane.counters) : lane.counters);
  }

  async function recover(botIds: readonly string[]): Promise<void> {
    if (botIds.length === 0) return;
    for (const found of await recoverInterrupted(sql, botIds)) {
      const { botId, again, unknown } = found;
      log.warn({ botId, again, unknown }, "lane: messages were under way when their lane changed hands");
      const lane = lanes.get(botId);
      if (lane) lane.counters.unknown += unknown;
      if (again > 0) lane?.wake();
    }
  }

  /** What the former owner had under way is settled before anything of ours is claimed. */
  async function openAll(leases: readonly Lease[]): Promise<void> {
    if (leases.length === 0) return;
    await recover(leases.map(({ botId }) => botId));
    for (const lease of leases) open(lease);
  }

  async function takeShare(): Promise<void> {
    await buryDeadHosts(sql, hostId);
    await agreeWithBook();
    const { hosts, lanes: all, free } = await countLanes(sql);
    const share = Math.ceil(all / Math.max(1, hosts));
    if (free > 0 && lanes.size < share) {
      const leases = await takeLanes(sql, hostId, Math.min(free, share - lanes.size));
      await openAll(leases);
      if (leases.length > 0) log.info({ taken: leases.length, lanes: lanes.size, hosts }, "lane: lanes taken");
    } else if (lanes.size > share) await giveBack([...lanes.values()].slice(share), answerGraceMs);
  }

  /** A deleted bot takes its lane with it; a lane that was taken while the database broke off is opened after all. */
  async function agreeWithBook(): Promise<void> {
    const book = new Map((await readOwnLeases(sql, hostId)).map((lease) => [lease.botId, lease]));
    const gone = [...lanes.values()].filter(({ botId }) => !book.has(botId));
    for (const lane of gone) forget(lane);
    await Promise.all(gone.map((lane) => lane.close(0)));
    await openAll([...book.values()].filter(({ botId }) => !lanes.has(botId)));
  }

  async function giveBack(list: readonly Lane[], graceMs: number): Promise<void> {
    await Promise.all(list.map((lane) => lane.close(graceMs)));
    await store.idle();
    await releaseLanes(
      sql,
      hostId,
      list.map(({ botId }) => botId),
    );
    for (const lane of list) forget(lane);
  }

  /** Declared dead by others: they have the lanes. A new life begins with nothing. */
  async function beginAgain(): Promise<void> {
    log.error({ hostId }, "lane: this process was taken for dead, its lanes are lost");
    const lost = [...lanes.values()];
    beatAt = Number.NEGATIVE_INFINITY;
    for (const lane of lost) forget(lane);
    // Answers on their way still tell the truth about their messages.
    for (const lane of lost) void lane.close(answerGraceMs);
    hostId = newHostId();
    store = createLaneStore(database, hostId, options.renderers ?? {}, log);
    const askedAt = now();
    await registerHost(sql, hostId);
    beatAt = askedAt;
  }

  /** Looks for lanes twice a second, and soon after a bot nobody here knows was spoken of. */
  async function managerSleep(): Promise<void> {
    await pause(manageLeastMs, stopping.signal);
    const sleeping = new AbortController();
    const stop = () => sleeping.abort();
    wakeManager = stop;
    stopping.signal.addEventListener("abort", stop, { once: true });
    await pause(manageEveryMs - manageLeastMs, sleeping.signal);
    stopping.signal.removeEventListener("abort", stop);
    wakeManager = () => {};
  }

  // ── Loops ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** `ms` may be a pause of the loop's own. */
  function every(ms: number | (() => Promise<void>), what: string, work: () => Promise<void> | void): void {
    const loop = async () => {
      let isFailing = false;
      while (!stopping.signal.aborted) {
        try {
          await within(loopMostMs, what, Promise.resolve(work()));
          isFailing = false;
        } catch (error) {
          if (!isFailing) log.warn({ err: error }, `lane: ${what} failed`);
          isFailing = true;
        }
        await (typeof ms === "number" ? pause(ms, stopping.signal) : ms());
      }
    };
    loops.push(loop());
  }

  every(beatEveryMs, "heartbeat", async () => {
    const askedAt = now();
    if (await within(beatMostMs, "heartbeat", beat(sql, hostId))) beatAt = Math.max(beatAt, askedAt);
    else if (!stopping.signal.aborted) await beginAgain();
  });
  every(managerSleep, "taking lanes", takeShare);
  every(ripenEveryMs, "planned messages", async () => {
    for (const botId of await ripen(sql, ripenAtOnce)) {
      const lane = lanes.get(botId);
      if (lane) lane.wake();
      else await sql`select pg_notify(${laneChannel}, ${botId})`;
    }
  });
  every(pollEveryMs, "looking for work", async () => {
    const mine = [...lanes.keys()];
    if (mine.length === 0) return;
    await recover(mine);
    for (const botId of await botsWithWork(sql, mine)) {
      const lane = lanes.get(botId);
      if (lane?.isIdle()) lane.wake();
    }
  });
  every(tellEveryMs, "telling screens", async () => {
    const changed = store.takeChanged();
    if (changed.length === 0) return;
    const events = changed.map((workspaceId) => JSON.stringify({ workspaceId, topic: "deliveries" }));
    await sql`select pg_notify(${liveChannel}, e) from unnest(${events}::text[]) e`;
  });
  every(pruneEveryMs, "forgetting chats", () => {
    for (const lane of lanes.values()) lane.prune();
  });

  return {
    get hostId() {
      return hostId;
    },
    numbers() {
      const counters = new Map(former);
      for (const lane of lanes.values()) {
        const known = counters.get(lane.botId);
        counters.set(lane.botId, known ? sum(known, lane.counters) : { ...lane.counters });
      }
      return {
        hostId,
        lanes: lanes.size,
        counters: [...counters.values()],
        gauges: [...lanes.values()].map((lane) => lane.gauges()),
        unrecorded: store.unrecorded,
      };
    },
    async stop(graceMs = 6_000) {
      if (stopping.signal.aborted) return;
      stopping.abort();
      await Promise.race([Promise.all(loops), pause(1_000)]);
      const keepAlive = setInterval(() => {
        // Answers on their way are still ours to record.
        beat(sql, hostId).catch(() => {});
      }, beatEveryMs);
      try {
        await Promise.race([giveBack([...lanes.values()], graceMs), pause(graceMs + 1_000)]);
        await Promise.race([retireHost(sql, hostId), pause(500)]);
      } catch (error) {
        log.warn({ err: error }, "lane: lanes not given back, others take them over in seconds");
      } finally {
        clearInterval(keepAlive);
        store.close();
        await Promise.race([listening.unlisten(), pause(500)]).catch(() => {});
      }
    },
  };
}

function sum(a: LaneCounters, b: LaneCounters): LaneCounters {
  return {
    botId: a.botId,
    sent: a.sent + b.sent,
    refused429: a.refused429 + b.refused429,
    ambiguous: a.ambiguous + b.ambiguous,
    unknown: a.unknown + b.unknown,
    failed: a.failed + b.failed,
    folded: a.folded + b.folded,
    digests: a.digests + b.digests,
    notSent: a.notSent + b.notSent,
  };
}
