/** What the lanes of this process counted since its start: plain numbers, for whoever shows metrics. */
export interface LaneCounters {
  botId: string;
  /** Messages that Telegram accepted. */
  sent: number;
  /** Answers 429. */
  refused429: number;
  /** Calls whose outcome nobody knows. */
  ambiguous: number;
  /** Messages that became unknown. */
  unknown: number;
  failed: number;
  /** Messages folded into digests, and the digests. */
  folded: number;
  digests: number;
  /** Calls that certainly did not reach Telegram. */
  notSent: number;
}

export interface LaneGauges {
  botId: string;
  /** Claimed, waiting for their slot. */
  ready: number;
  inFlight: number;
  /** Chats whose next message is known. */
  heads: number;
  isPaused: boolean;
  /** Messages a second it may send now. */
  perSecond: number;
}

export interface LaneNumbersHere {
  hostId: string;
  lanes: number;
  counters: LaneCounters[];
  gauges: LaneGauges[];
  /** Results waiting to be written down. */
  unrecorded: number;
}

export const noCounts = (botId: string): LaneCounters => ({
  botId,
  sent: 0,
  refused429: 0,
  ambiguous: 0,
  unknown: 0,
  failed: 0,
  folded: 0,
  digests: 0,
  notSent: 0,
});
