/**
 * The pulse of a process: every few seconds it writes what it sees of itself, its disk and its database into `processes`. Alerts
 * and the health page read it there, so they see all machines and not only the one they run on.
 */
import { statfs } from "node:fs/promises";
import { hostname } from "node:os";
import type { Logger } from "@backend/kit/log.ts";
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";
import { deleteProcess, saveProcess } from "./queries.ts";

export interface PulseDeps {
  db: Db;
  log: Logger;
  roles: readonly string[];
  /** Whose disk is watched. */
  dataDir: string;
  errorsPerMinute(): number;
  everyMs?: number;
  host?: string;
}

export interface Pulse {
  readonly processId: string;
  /** Writes once, now. Never throws. */
  beat(): Promise<void>;
  /** Stops writing and takes the row away: this process ended in order. */
  stop(): Promise<void>;
}

const defaultEveryMs = 15_000;
/** A beat that takes longer is given up: the database counts as away. */
const patienceMs = 5_000;

async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}

export function startPulse(deps: PulseDeps): Pulse {
  const processId = crypto.randomUUID();
  const startedAt = new Date();
  const host = deps.host ?? hostname();
  let awayFrom: Date | null = null;
  let lastAway: { from: Date; until: Date } | null = null;
  let isStopped = false;
  let beating: Promise<void> | null = null;

  async function write(): Promise<void> {
    const at = performance.now();
    await deps.db.execute(sql`select 1`);
    const databaseMs = Math.round(performance.now() - at);
    const now = new Date();
    const away = awayFrom ? { from: awayFrom, until: now } : lastAway;
    await saveProcess(deps.db, {
      id: processId,
      host,
      roles: [...deps.roles],
      startedAt,
      seenAt: now,
      errorsPerMinute: deps.errorsPerMinute(),
      diskFreeBytes: await freeBytes(deps.dataDir),
      databaseMs,
      memoryBytes: process.memoryUsage.rss(),
      awayFrom: away?.from ?? null,
      awayUntil: away?.until ?? null,
    });
    if (awayFrom) deps.log.warn({ from: awayFrom, until: now }, "the database is back");
    lastAway = away;
    awayFrom = null;
  }

  async function beat(): Promise<void> {
    const startedAt = new Date();
    let timer: Timer | undefined;
    const written = write();
    // Its late failure is of no interest once the patience has run out.
    written.catch(() => {});
    try {
      await Promise.race([
        written,
        new Promise((_, reject) => {
          timer = setTimeout(() => reject(new Error("the database does not answer")), patienceMs);
        }),
      ]);
    } catch (error) {
      if (!awayFrom) deps.log.error({ err: error }, "the database is away");
      awayFrom ??= startedAt;
    } finally {
      clearTimeout(timer);
    }
  }

  const beatOnce = () => {
    beating ??= beat().finally(() => {
      beating = null;
    });
    return beating;
  };
  const timer = setInterval(() => void beatOnce(), deps.everyMs ?? defaultEveryMs);
  void beatOnce();
  return {
    processId,
    beat: () => (isStopped ? Promise.resolve() : beatOnce()),
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await beating;
      await deleteProcess(deps.db, processId).catch((error: unknown) => {
        deps.log.warn({ err: error }, "the pulse could not say goodbye");
      });
    },
  };
}
