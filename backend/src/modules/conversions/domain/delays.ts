/** How long things took, as a distribution: the middle, the slow end, and bars. Pure. */

export interface Distribution {
  count: number;
  /** Half of them were at most this; null without any. */
  p50Ms: number | null;
  p95Ms: number | null;
  /** Counts by length, shortest first; `upToMs` null = longer than every bar before. */
  bars: { upToMs: number | null; count: number }[];
}

const second = 1_000;
const minute = 60 * second;
/** From tracker to us: its queue and its minute of cron, then what is out of order. */
export const toUsBars = [10 * second, 30 * second, minute, 2 * minute, 5 * minute, 15 * minute, 60 * minute] as const;
/** From us to the chat: parts of a second, then pace limits, then outages. */
export const toChatBars = [100, 250, 500, second, 2 * second, 5 * second, 30 * second] as const;

/** Nearest rank: a value that occurred. */
function rank(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

/** Clocks differ a little, so what seems to have arrived before it was sent took no time. */
export function distributionOf(delaysMs: readonly number[], bars: readonly number[]): Distribution {
  const sorted = delaysMs.map((delay) => Math.max(0, Math.round(delay))).sort((left, right) => left - right);
  const counts = new Array<number>(bars.length + 1).fill(0);
  for (const delay of sorted) {
    const at = bars.findIndex((upTo) => delay <= upTo);
    const bar = at < 0 ? bars.length : at;
    counts[bar] = (counts[bar] ?? 0) + 1;
  }
  return {
    count: sorted.length,
    p50Ms: rank(sorted, 0.5),
    p95Ms: rank(sorted, 0.95),
    bars: counts.map((count, index) => ({ upToMs: bars[index] ?? null, count })),
  };
}
