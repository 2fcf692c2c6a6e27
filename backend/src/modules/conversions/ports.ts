import type { Vault } from "@backend/kit/crypto.ts";
import type { Intake } from "@backend/kit/inbox.ts";
import type { Markup } from "./domain/alert.ts";

/** What this room needs from the outside. */
export interface ConversionsPorts {
  vault: Vault;
  /** How alerts are marked up for the messenger. */
  markup: Markup;
  /** This installation's address as trackers reach it, without a trailing slash. */
  publicUrl: string;
  /** Takes the test call of the "send a test" button: it goes the way of every call. */
  intake: Pick<Intake, "store">;
}

// ── What a tracker says of itself ───────────────────────────────────────────────────────────────────────────────────

/** Why a tracker's own log cannot be read. Each has a sentence: `conversions.tracker.<problem>`. */
export type TrackerProblem =
  /** The address may not be called: unknown to the world, or in a network that is not public. */
  | "address_refused"
  | "unreachable"
  | "certificate"
  | "timed_out"
  /** Somebody answers, but no tracker: a page, another program. */
  | "not_a_tracker"
  | "redirected"
  | "key_refused"
  /** The tracker's licence has no API. */
  | "no_api"
  /** The key's user may not see this. */
  | "not_allowed"
  /** A firewall in front of it turned us away. */
  | "blocked"
  | "request_refused"
  | "too_large"
  | "unreadable"
  | "busy"
  | "failing";

export interface TrackerAccess {
  /** As `addressOf` wrote it. */
  apiUrl: string;
  apiKey: string;
}

/** A conversion in its present status, as the tracker's log has it. Text as the tracker wrote it; null where it has nothing. */
export interface LoggedConversion {
  /** The tracker's own id of it. */
  trackerId: string;
  /** When the tracker heard of this status: ISO, by the tracker's clock. */
  at: string;
  subid: string | null;
  tid: string | null;
  status: string;
  /** The advertiser's word for it. */
  originalStatus: string | null;
  revenue: string | null;
  campaignId: string | null;
  campaignName: string | null;
  offerId: string | null;
  offerName: string | null;
  landingId: string | null;
  landingName: string | null;
  source: string | null;
  trafficSource: string | null;
  creativeId: string | null;
  externalId: string | null;
  country: string | null;
  subIds: Record<string, string>;
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
