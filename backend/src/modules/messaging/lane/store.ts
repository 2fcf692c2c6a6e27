/** What a lane asks of the database. One per process: claims and results of all its lanes share their commits. */
import { pause } from "@backend/kit/clock.ts";
import { publish } from "@backend/kit/events.ts";
import { groupCommit } from "@backend/kit/group-commit.ts";
import type { Logger } from "@backend/kit/log.ts";
import type { Database, Db } from "@db/client.ts";
import { loseChat } from "../actions/lose-chat.ts";
import { recordMigration } from "../actions/register-chat.ts";
import type { Content } from "../contracts.ts";
import { planFold } from "../domain/fold.ts";
import type { LostChat } from "../domain/outcome.ts";
import type { HeadNews } from "../domain/schedule.ts";
import { chatFailure } from "../errors.ts";
import { botRefused, topicLost } from "../events.ts";
import type { FoldInput, FoldRenderer, FoldRenderers } from "../ports.ts";
import { forgetTopic } from "../queries.ts";
import {
  type ClaimAsk,
  type Claimed,
  type Cursor,
  claim,
  foldInto,
  type Lease,
  lockWaiting,
  pauseLane,
  type Result,
  readHeads,
  readHistories,
  readOwnLeases,
  record,
  scanQueue,
  unclaim,
} from "./queries.ts";
import { within } from "./within.ts";

/** More waiting messages than this go into the next digest. */
const mostFolded = 1_000;
const retryMs = 250;
/** The longest that a lane waits for an answer of the database before it asks again. */
const answerMs = 6_000;

export interface LaneStore {
  /** Null: no longer waiting, or not ours to send. */
  claim(ask: ClaimAsk): Promise<Claimed | null>;
  /** Resolves once written; tries again for as long as the database is away. */
  record(result: Result): Promise<void>;
  /** The same for messages that were claimed and not sent. */
  unclaim(claims: readonly { id: number; fence: number }[]): Promise<void>;
  scan(botId: string, after: Cursor, limit: number, now: number): Promise<HeadNews[]>;
  heads(
    botId: string,
    chatIds: readonly string[],
    now: number,
  ): Promise<Map<string, { news: HeadNews; hasMore: boolean }>>;
  histories(chatIds: readonly string[], now: number): Promise<Map<string, number[]>>;
  /**
   * Folds what waits for the chat into one digest on the first one's row, if there is anything to fold and `isTooMany` says
   * so of their number; answers with how many were folded away.
   */
  fold(lane: { botId: string; fence: number }, chatId: string, isTooMany: (count: number) => boolean): Promise<number>;
  /** Records a chat that cannot be written to, and the message that showed it. */
  loseChat(message: Claimed, fence: number, state: LostChat, text: string): Promise<void>;
  migrate(botId: string, from: number, to: number): Promise<void>;
  /** A topic that does not exist any more; published if it was known. */
  forgetTopic(message: Claimed, threadId: number): Promise<void>;
  refuseBot(workspaceId: string, lane: { botId: string; fence: number }): Promise<void>;
  pauseLane(
    lane: { botId: string; fence: number },
    given: { ms: number; reason: string; learnedPerSecond: number | null },
  ): Promise<void>;
  readLease(botId: string): Promise<Lease | null>;
  /** Workspaces whose messages changed since the last call. */
  takeChanged(): string[];
  readonly unrecorded: number;
  idle(): Promise<void>;
  /** Stops trying again: what is not written by now is recovered by the next owner. */
  close(): void;
}

export function createLaneStore(database: Database, hostId: string, renderers: FoldRenderers, log: Logger): LaneStore {
  const { sql, db } = database;
  const stopped = new AbortController();
  const changed = new Set<string>();

  /** Repeats `work` until it succeeds: for facts that must not be forgotten because the database was away for a moment. */
  async function insist<T>(what: string, work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await within(answerMs, what, work());
      } catch (error) {
        if (stopped.signal.aborted) throw error;
        if (tries === 1 || tries % 40 === 0) log.warn({ err: error, what, tries }, "lane: not written yet");
        await pause(retryMs, stopped.signal);
      }
    }
  }

  /** A renderer that fails on an odd item must not hold up the chat: then its messages go out one by one. */
  function rendered(render: FoldRenderer, input: FoldInput): Content | null {
    try {
      return render(input);
    } catch (error) {
      log.error({ err: error, chatId: input.chatId }, "lane: digest could not be made");
      return null;
    }
  }

  const claims = groupCommit<ClaimAsk, Claimed | null>(async (asks) => {
    const found = await within(answerMs, "claims", claim(sql, asks));
    return asks.map((ask) => found.get(ask.id) ?? null);
  });
  const results = groupCommit<Result, void>(async (items) => {
    await insist("results", () => record(sql, items));
    return items.map(() => undefined);
  });

  return {
    async claim(ask) {
      const claimed = await claims.add(ask);
      if (claimed) changed.add(claimed.workspaceId);
      return claimed;
    },
    record: (result) => results.add(result),
    async unclaim(list) {
      if (list.length > 0) await insist("releases", () => unclaim(sql, list));
    },
    scan: (botId, after, limit, now) => within(answerMs, "scan", scanQueue(sql, botId, after, limit, now)),
    heads: (botId, chatIds, now) => within(answerMs, "heads", readHeads(sql, botId, chatIds, now)),
    histories: (chatIds, now) => within(answerMs, "histories", readHistories(sql, chatIds, now)),
    async fold(lane, chatId, isTooMany) {
      return db.transaction(async (transaction) => {
        const tx = transaction as unknown as Db;
        const waiting = await lockWaiting(tx, lane, chatId, mostFolded);
        if (!waiting) return 0;
        changed.add(waiting.workspaceId);
        const plan = planFold(
          waiting.rows.map((row) => ({
            id: row.id,
            rank: row.rank,
            threadId: row.threadId,
            foldKind: row.fold && Object.hasOwn(renderers, row.fold.kind) ? row.fold.kind : null,
          })),
        );
        if (!plan || !isTooMany(plan.members.length + 1)) return 0;
        const ids = new Set([plan.leader, ...plan.members]);
        const rows = waiting.rows.filter((row) => ids.has(row.id));
        const [first] = rows;
        const render = renderers[first?.fold?.kind ?? ""];
        if (!first?.fold || !render) return 0;
        const digest = rendered(render, {
          workspaceId: waiting.workspaceId,
          chatId,
          items: rows.map((row) => row.fold?.item),
          locale: first.fold.locale ?? waiting.locale,
          timeZone: first.fold.timeZone ?? null,
          since: first.createdAt,
        });
        if (!digest) return 0;
        await foldInto(tx, plan.leader, plan.members, digest);
        return plan.members.length;
      });
    },
    async loseChat(message, fence, state, text) {
      changed.add(message.workspaceId);
      await insist("lost chat", () =>
        db.transaction(async (transaction) => {
          const tx = transaction as unknown as Db;
          await loseChat(tx, message.chatId, state);
        }),
      );
      await results.add({ id: message.id, fence, state: "failed", code: chatFailure(state), text });
    },
    async migrate(botId, from, to) {
      await insist("migration", () => recordMigration(db, botId, { from, to }));
    },
    async forgetTopic({ workspaceId, chatId }, threadId) {
      await insist("topic", () =>
        db.transaction(async (transaction) => {
          const tx = transaction as unknown as Db;
          if (await forgetTopic(tx, chatId, threadId)) await publish(tx, topicLost, { workspaceId, chatId, threadId });
        }),
      );
    },
    async refuseBot(workspaceId, lane) {
      await insist("refused bot", async () => {
        await pauseLane(sql, lane, { ms: Number.POSITIVE_INFINITY, reason: "token", learnedPerSecond: null });
        await publish(db, botRefused, { workspaceId, botId: lane.botId });
      });
    },
    async pauseLane(lane, given) {
      await insist("pause", () => pauseLane(sql, lane, given));
    },
    readLease: async (botId) => (await readOwnLeases(sql, hostId, botId))[0] ?? null,
    takeChanged() {
      const list = [...changed];
      changed.clear();
      return list;
    },
    get unrecorded() {
      return results.size;
    },
    async idle() {
      await Promise.all([claims.idle(), results.idle()]);
    },
    close: () => stopped.abort(),
  };
}
