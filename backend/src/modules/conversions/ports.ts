import type { Vault } from "@backend/kit/crypto.ts";
import type { Intake } from "@backend/kit/inbox.ts";
import type { Db } from "@db/client.ts";
import type { Markup } from "./domain/alert.ts";
import type { LoggedConversion, TrackerProblem } from "./domain/tracker-log.ts";

export type { LoggedConversion, TrackerProblem };

/** What this room needs from the outside. */
export interface ConversionsPorts {
  vault: Vault;
  /** How alerts are marked up for the messenger. */
  markup: Markup;
  /** This installation's address as trackers reach it, without a trailing slash. */
  publicUrl: string;
  /** Takes the test call of the "send a test" button: it goes the way of every call. */
  intake: Pick<Intake, "store">;
  /**
   * Stores copies of the workspace's calls in the transaction that `db` is, and answers how many it found. With the same key a call is
   * copied once, however often it is asked.
   */
  replayCalls(db: Db, workspaceId: string, eventIds: readonly string[], key: string): Promise<number>;
}

// ── What a tracker says of itself ───────────────────────────────────────────────────────────────────────────────────

export interface TrackerAccess {
  /** As `addressOf` wrote it. */
  apiUrl: string;
  apiKey: string;
}

export type LogDialect = "new" | "old";

export interface LogReading {
  /** Oldest first. */
  rows: LoggedConversion[];
  /** There is more than was read: ask again from the last row's moment. */
  isCut: boolean;
  dialect: LogDialect;
  /** The tracker's clock less ours, where it says its time. */
  clockAheadMs: number | null;
}

/** The log of a tracker. Failures are IntegrationErrors with a TrackerProblem. */
export interface TrackerLog {
  /** The tracker's address in what a person pasted; null when there is none in it. */
  addressOf(pasted: string): string | null;
  /** Proves address and key with the cheapest call there is. */
  check(access: TrackerAccess): Promise<void>;
  /** Conversions whose present status the tracker heard of between the two moments of its own clock. */
  readLog(
    access: TrackerAccess,
    question: { from: Date; until: Date; dialect: LogDialect | null },
  ): Promise<LogReading>;
}

/** What reading trackers' logs needs beside. */
export interface TrackerLogPorts {
  trackerLog: TrackerLog;
  /** What is kept of the logs leaves with the calls. */
  keep: { inboxDays: number };
}
