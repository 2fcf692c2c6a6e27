/**
 * A tracker's own log of conversions beside what its postbacks told us: which rows have arrived, which are missing, how far back
 * to look, and what a missing one says. Pure: the log is read by a port, and rows are written by the pull.
 */
import { type CanonicalStatus, canonicalStatus, foldStatus, type StatusMap } from "./status-map.ts";
import { readAmount } from "./values.ts";

/** Why a tracker's log cannot be read. Each has a sentence: `conversions.tracker.<problem>`. */
export const trackerProblems = [
  /** The address may not be called: unknown to the world, or in a network that is not public. */
  "address_refused",
  "unreachable",
  "certificate",
  "timed_out",
  /** Somebody answers, but no tracker: a page, another program. */
  "not_a_tracker",
  "redirected",
  "key_refused",
  /** The tracker's licence has no API. */
  "no_api",
  /** The key's user may not see this. */
  "not_allowed",
  /** A firewall in front of it turned us away. */
  "blocked",
  "request_refused",
  "too_large",
  "unreadable",
  "busy",
  "failing",
  /** The key was sealed with a secret that is gone. */
  "key_unreadable",
] as const;
export type TrackerProblem = (typeof trackerProblems)[number];

export const isTrackerProblem = (word: unknown): word is TrackerProblem =>
  trackerProblems.some((problem) => problem === word);

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
  flowId: string | null;
  landingId: string | null;
  landingName: string | null;
  source: string | null;
  trafficSource: string | null;
  creativeId: string | null;
  externalId: string | null;
  country: string | null;
  subIds: Record<string, string>;
}

/** The name of a row: a conversion and its status, since a new status of the same conversion is a row of its own. */
export const logRowKey = (row: Pick<LoggedConversion, "trackerId" | "status">): string =>
  `${row.trackerId.slice(0, 100)}:${foldStatus(row.status).slice(0, 60)}`;

/** The two parts of a row's name again. */
export function partsOfLogRowKey(key: string): { trackerId: string; status: string } {
  const at = key.indexOf(":");
  return { trackerId: key.slice(0, at), status: key.slice(at + 1) };
}

// ── Has it arrived? ─────────────────────────────────────────────────────────────────────────────────────────────────

/** Statuses that trackers and teams call by each other's names. */
const kindOf: Readonly<Record<CanonicalStatus, "lead" | "sale" | "refusal" | "other">> = {
  lead: "lead",
  registration: "lead",
  sale: "sale",
  deposit: "sale",
  rebill: "sale",
  rejected: "refusal",
  trash: "refusal",
  other: "other",
};

export interface KnownConversion {
  id: bigint;
  /** '' when none was sent. */
  subid: string;
  tid: string;
  status: string;
  rawStatus: string | null;
  isRecovered: boolean;
}

const isCanonical = (status: string): status is CanonicalStatus => Object.hasOwn(kindOf, status);

/**
 * Words that a row may have been told by: its status, and the advertiser's word where it does not contradict it. A conversion
 * that was a lead and is a sale may keep "lead" as that word, and the lead that came must not stand for the sale that did not.
 */
function wordsOf(row: LoggedConversion, statusMap: StatusMap): string[] {
  if (row.originalStatus === null) return [row.status];
  const [now, original] = [canonicalStatus(row.status, statusMap), canonicalStatus(row.originalStatus, statusMap)];
  const isContradiction = now !== "other" && original !== "other" && kindOf[now] !== kindOf[original];
  return isContradiction ? [row.status] : [row.status, row.originalStatus];
}

/** How well a conversion of ours fits a row; 0 = it is another one. */
function fit(row: LoggedConversion, known: KnownConversion, statusMap: StatusMap): number {
  if (row.subid === null ? known.tid !== row.tid : known.subid !== row.subid) return 0;
  const tid = row.tid ?? "";
  // An address without {tid} tells us none, so nothing of ours can be told apart by it.
  if (known.tid !== tid && known.tid !== "") return 0;
  const words = wordsOf(row, statusMap);
  const spoken = known.rawStatus === null ? null : foldStatus(known.rawStatus);
  const isSameWord = spoken !== null && words.some((word) => foldStatus(word) === spoken);
  const statuses = words.map((word) => canonicalStatus(word, statusMap)).filter((status) => status !== "other");
  const own = isCanonical(known.status) ? known.status : "other";
  const isSameStatus = own !== "other" && statuses.includes(own);
  const isSameKind = own !== "other" && statuses.some((status) => kindOf[status] === kindOf[own]);
  if (!isSameWord && !isSameStatus && !isSameKind) return 0;
  return 1 + (isSameStatus || isSameWord ? 4 : 0) + (known.tid === tid ? 2 : 0) + (known.isRecovered ? 0 : 1);
}

/** The conversion of ours that a row speaks of, or null when it has not arrived. */
export function findArrived(
  row: LoggedConversion,
  known: readonly KnownConversion[],
  statusMap: StatusMap,
): KnownConversion | null {
  let best: { known: KnownConversion; fit: number } | null = null;
  for (const one of known) {
    const score = fit(row, one, statusMap);
    if (score > (best?.fit ?? 0)) best = { known: one, fit: score };
  }
  return best?.known ?? null;
}

// ── Where to look ───────────────────────────────────────────────────────────────────────────────────────────────────

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** What was logged before the last look may have been written down after it. */
export const overlapMs = 2 * hourMs;
/** A postback may be this long on its way before its conversion counts as missing. */
export const graceMs = 3 * minuteMs;
/** How far the first look reaches back. */
export const firstLookMs = 24 * hourMs;
/** A tracker whose clock is a day behind logs today's conversions under yesterday; every few hours the look reaches so far. */
export const longLookMs = 32 * hourMs;
export const longLookEveryMs = 6 * hourMs;
/** And one whose clock is a day ahead logs them under tomorrow. */
const aheadMs = 26 * hourMs;
/** Nothing older is asked for, however long we were away. */
const farthestMs = 14 * 24 * hourMs;
/** Clocks that differ by less are taken for right: the tracker says its time in whole seconds, some time before it arrives. */
const sameClockMs = minuteMs;

/** The moments to ask a tracker for, by its own clock. `isLong`: reach back for clocks that are a day behind. */
export function windowToAsk(
  pull: { checkedUntil: Date | null; isLong: boolean },
  now: Date,
): { from: Date; until: Date } {
  const nowMs = now.getTime();
  const begun = (pull.checkedUntil?.getTime() ?? nowMs - firstLookMs) - overlapMs;
  const from = pull.isLong ? Math.min(begun, nowMs - longLookMs) : begun;
  return { from: new Date(Math.max(from, nowMs - farthestMs)), until: new Date(nowMs + aheadMs) };
}

export interface Looked {
  /** Rows that can be judged now. */
  rows: readonly LoggedConversion[];
  /** Everything logged before this moment of the tracker's clock has been looked at. */
  checkedUntil: Date;
}

/**
 * Which rows of a reading are judged now. Not those whose postback may still be on its way, and not those from before this
 * connection was compared at all. A row dated later than the tracker's own time is judged at once: it is in the log, so it has
 * happened, and nobody knows for how long.
 */
export function judgedNow(
  reading: { rows: readonly LoggedConversion[]; isCut: boolean; clockAheadMs: number | null },
  since: Date,
  now: Date,
): Looked {
  const ahead = clockAhead(reading.clockAheadMs);
  const trackerNow = now.getTime() + ahead;
  const settled = trackerNow - graceMs;
  const beginning = since.getTime() + ahead - firstLookMs;
  const rows = reading.rows.filter(({ at }) => {
    const time = Date.parse(at);
    return time >= beginning && (time <= settled || time > trackerNow);
  });
  const last = reading.rows.at(-1);
  const until = reading.isCut && last ? Math.min(Date.parse(last.at), settled) : settled;
  return { rows, checkedUntil: new Date(until) };
}

/** By how much a tracker's clock is ahead, where that is more than the way of an answer explains. */
export const clockAhead = (measuredMs: number | null): number =>
  measuredMs === null || Math.abs(measuredMs) < sameClockMs ? 0 : measuredMs;

/** A row's moment by our clock. */
export const happenedAt = (row: Pick<LoggedConversion, "at">, measuredMs: number | null): Date =>
  new Date(Date.parse(row.at) - clockAhead(measuredMs));

/**
 * Minutes until the next look: as asked, and ever later while the tracker fails, up to six hours. Its server also serves clicks, so a
 * failing one is asked ever more seldom.
 */
export function minutesToNext(everyMinutes: number, failures: number): number {
  return Math.max(everyMinutes, Math.min(everyMinutes * 2 ** Math.min(failures, 9), 360));
}

// ── What a missing row says ─────────────────────────────────────────────────────────────────────────────────────────

/** How this connection's postbacks have spoken of rows with the same status, learnt from those that did arrive. */
export interface Habit {
  /** Their word for it. */
  rawStatus: string | null;
  /** Whether their address has a place for the transaction, filled or not. */
  namesTid: boolean;
}

/**
 * A missing row as the postback that never came would have said it, as a query for the reader of calls. Spoken by habit: a
 * postback that comes late after all must be found to be the same conversion.
 */
export function callOfRow(row: LoggedConversion, habit: Habit | null, statusMap: StatusMap): string {
  const status = habit?.rawStatus ?? row.status;
  const money = kindOf[canonicalStatus(status, statusMap)] === "sale";
  const amount = row.revenue === null ? undefined : readAmount(row.revenue)?.amount;
  // Every row has a revenue; the zero of a lead says nothing.
  const isSilent = !money && amount !== undefined && !/[1-9]/.test(amount);
  const fields: Record<string, string | null> = {
    subid: row.subid,
    tid: habit && !habit.namesTid ? null : row.tid,
    status,
    conversion_revenue: isSilent ? null : row.revenue,
    campaign_id: row.campaignId,
    campaign_name: row.campaignName,
    offer_id: row.offerId,
    offer_name: row.offerName,
    stream_id: row.flowId,
    landing_id: row.landingId,
    landing_name: row.landingName,
    source: row.source,
    traffic_source_name: row.trafficSource,
    creative_id: row.creativeId,
    external_id: row.externalId,
    country: row.country,
    conversion_time: row.at,
    ...Object.fromEntries(Object.entries(row.subIds).map(([number, value]) => [`sub_id_${number}`, value])),
  };
  const said = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== null);
  return new URLSearchParams(said).toString();
}

const textFields = [
  ..."subid tid originalStatus revenue campaignId campaignName offerId offerName flowId landingId landingName".split(
    " ",
  ),
  ..."source trafficSource creativeId externalId country".split(" "),
] as const;

/** A stored row again; null for bytes that are none. */
export function readStoredRow(text: string): LoggedConversion | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const given = value as Record<string, unknown>;
  const { trackerId, at, status, subIds } = given;
  if (typeof trackerId !== "string" || typeof status !== "string" || typeof at !== "string") return null;
  if (!Number.isFinite(Date.parse(at))) return null;
  const texts = Object.fromEntries(
    textFields.map((name) => [name, typeof given[name] === "string" ? given[name] : null]),
  );
  const subs = Object.entries(typeof subIds === "object" && subIds !== null ? subIds : {}).filter(
    (entry): entry is [string, string] => /^\d{1,2}$/.test(entry[0]) && typeof entry[1] === "string",
  );
  return { ...texts, trackerId, at, status, subIds: Object.fromEntries(subs) } as LoggedConversion;
}
