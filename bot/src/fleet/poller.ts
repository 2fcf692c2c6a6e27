/**
 * Asks Telegram for updates of every active bot when no webhook is used. One process polls a bot at a time: the right to do so
 * is a lease on the bot's row, renewed with every answer and taken over when its holder is gone. The offset is stored after the
 * updates are, so a crash repeats updates (told apart by their numbers) and loses none.
 */
import { pause } from "@backend/kit/clock.ts";
import { randomToken, type Vault } from "@backend/kit/crypto.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import type { Logger } from "@backend/kit/log.ts";
import {
  allowedUpdates,
  type BotAccounts,
  type BotRow,
  checkBotsJob,
  listActiveBots,
  releasePollLease,
  renewPollLeases,
  saveHealth,
  savePollOffset,
  takePollLease,
} from "@backend/modules/bots/index.ts";
import type { Db } from "@db/client.ts";
import type { TakeUpdate } from "../intake/take-update.ts";

export interface PollerDeps {
  db: Db;
  vault: Pick<Vault, "open">;
  accounts: Pick<BotAccounts, "getUpdates" | "deleteWebhook">;
  takeUpdate: TakeUpdate;
  log: Logger;
  /** How long Telegram may hold an answer back; 50 s at most on its side. */
  pollTimeoutSec?: number;
  /** How often new bots, and bots whose poller is gone, are looked for. */
  scanEveryMs?: number;
  /** A poller that has not renewed its lease for so long is dead, and another takes over; renewed three times as often. */
  leaseMs?: number;
  /** First pause after a failure; doubles up to `longestPauseMs`. */
  firstPauseMs?: number;
  longestPauseMs?: number;
}

export interface Poller {
  /** Bots that this process polls right now. */
  readonly botIds: readonly string[];
  /** Ends long polls at once, waits for what is being stored, gives leases back. */
  stop(): Promise<void>;
}

export function startPoller(deps: PollerDeps): Poller {
  const {
    db,
    log,
    pollTimeoutSec = 25,
    scanEveryMs = 5_000,
    leaseMs = 6_000,
    firstPauseMs = 500,
    longestPauseMs = 60_000,
  } = deps;
  const pollerId = randomToken(12);
  const stopping = new AbortController();
  const loops = new Map<string, { ended: Promise<void>; lost: AbortController }>();

  /** One question and what follows from it. False when the bot is another's from now on. */
  async function pollOnce(bot: BotRow, signal: AbortSignal): Promise<boolean> {
    const lease = await takePollLease(db, bot.id, pollerId, leaseMs);
    if (!lease) return false;
    // Read with every lease: a token that was replaced meanwhile is used from the next question on.
    bot.tokenSealed = lease.tokenSealed;
    const token = deps.vault.open(bot.tokenSealed);
    const ask = { offset: lease.offset, timeoutSec: pollTimeoutSec, limit: 100, allowedUpdates };
    const updates = await deps.accounts.getUpdates(token, ask, signal);
    if (bot.health?.problem === "bots.polled_elsewhere") await noteHealth(bot, null);
    if (updates.length === 0) return true;
    const receiver = { botId: bot.id, workspaceId: bot.workspaceId };
    const origin = { method: "POLL", path: "getUpdates", senderAddress: null };
    await Promise.all(updates.map((update) => deps.takeUpdate(receiver, update, origin)));
    return savePollOffset(db, bot.id, pollerId, Math.max(...updates.map((update) => update.update_id)) + 1);
  }

  async function noteHealth(
    bot: BotRow,
    problem: "bots.polled_elsewhere" | "bots.token_refused" | null,
  ): Promise<void> {
    if ((bot.health?.problem ?? null) === problem) return;
    bot.health = { checkedAt: new Date().toISOString(), problem };
    await saveHealth(db, bot.id, bot.health);
  }

  /** Writes down what a failure says about the bot; answers how long to wait at least. */
  async function afterFailure(bot: BotRow, error: unknown): Promise<number> {
    if (!(error instanceof IntegrationError)) {
      log.error({ err: error, botId: bot.id }, "updates could not be taken");
      return 0;
    }
    const { status, retryAfterMs = 0 } = error.options;
    log.warn({ botId: bot.id, status, message: error.message }, "asking for updates failed");
    // After a stall another process of ours may hold the bot by now; then nothing is wrong with it.
    if (status === 409 && (await takePollLease(db, bot.id, pollerId, leaseMs))) {
      // Either a webhook is set, which deleting mends, or somebody else polls with this token, which only he can end.
      await deps.accounts.deleteWebhook(deps.vault.open(bot.tokenSealed)).catch(() => {});
      await noteHealth(bot, "bots.polled_elsewhere");
    }
    if (status === 401 || status === 404) {
      // Looked at by the job that may mark it as disconnected, at once rather than at its next firing.
      if (bot.health?.problem !== "bots.token_refused") await enqueue(db, checkBotsJob, {});
      await noteHealth(bot, "bots.token_refused");
      return longestPauseMs;
    }
    return retryAfterMs;
  }

  async function loop(bot: BotRow, signal: AbortSignal): Promise<void> {
    let pauseMs = firstPauseMs;
    while (!signal.aborted) {
      try {
        if (!(await pollOnce(bot, signal))) return;
        pauseMs = firstPauseMs;
      } catch (error) {
        if (signal.aborted) return;
        const atLeastMs = await afterFailure(bot, error).catch(() => 0);
        await pause(Math.max(pauseMs, atLeastMs), signal);
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      }
    }
  }

  async function scan(): Promise<void> {
    for (const bot of await listActiveBots(db)) {
      if (loops.has(bot.id) || stopping.signal.aborted) continue;
      if (!(await takePollLease(db, bot.id, pollerId, leaseMs))) continue;
      const lost = new AbortController();
      const ended = loop(bot, AbortSignal.any([stopping.signal, lost.signal]))
        .catch((error: unknown) => log.error({ err: error, botId: bot.id }, "polling ended by an error"))
        .finally(() => loops.delete(bot.id));
      loops.set(bot.id, { ended, lost });
    }
  }

  /** Renews all leases of this process in one statement; a bot that has become another's, or was switched off, is let go at once. */
  async function renew(): Promise<void> {
    const polled = [...loops.keys()];
    if (polled.length === 0) return;
    const kept = new Set(await renewPollLeases(db, pollerId, leaseMs));
    for (const botId of polled) if (!kept.has(botId)) loops.get(botId)?.lost.abort();
  }
  const renewing = setInterval(
    // While the database is away the leases run out by themselves, and no offset could be stored either.
    () => void renew().catch((error: unknown) => log.warn({ err: error }, "poll leases could not be renewed")),
    leaseMs / 3,
  );

  const scanning = (async () => {
    while (!stopping.signal.aborted) {
      await scan().catch((error: unknown) => log.error({ err: error }, "bots to poll could not be listed"));
      await pause(scanEveryMs, stopping.signal);
    }
  })();

  return {
    get botIds() {
      return [...loops.keys()];
    },
    async stop() {
      const polled = new Set(loops.keys());
      stopping.abort();
      clearInterval(renewing);
      await scanning;
      for (const botId of loops.keys()) polled.add(botId);
      await Promise.all([...loops.values()].map(({ ended }) => ended));
      for (const botId of polled) await releasePollLease(db, botId, pollerId).catch(() => {});
    },
  };
}
