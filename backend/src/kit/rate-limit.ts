/**
 * A limit per key, held in this process (each replica grants its own share: with N replicas the sum is N times as much, which
 * is what a limit against floods needs; limits that money depends on live in the database instead).
 */
export interface RateLimit {
  /** 0 when the call may go on, otherwise milliseconds until one may. */
  take(key: string, nowMs?: number): number;
  readonly size: number;
}

/** GCRA: `perSecond` sustained, `burst` at once on top. Memory is bounded by `maxKeys`; keys that are full again are forgotten. */
export function createRateLimit(options: { perSecond: number; burst: number; maxKeys?: number }): RateLimit {
  const interval = 1000 / options.perSecond;
  const tolerance = interval * Math.max(0, options.burst - 1);
  const maxKeys = options.maxKeys ?? 50_000;
  /** Theoretical arrival time of the next call, per key. */
  const arrivals = new Map<string, number>();
  return {
    take(key, nowMs = performance.now()) {
      const due = Math.max(arrivals.get(key) ?? 0, nowMs);
      const early = due - tolerance - nowMs;
      if (early > 0) return Math.ceil(early);
      if (!arrivals.has(key) && arrivals.size >= maxKeys) forget(arrivals, nowMs, maxKeys);
      arrivals.set(key, due + interval);
      return 0;
    },
    get size() {
      return arrivals.size;
    },
  };
}

function forget(arrivals: Map<string, number>, nowMs: number, maxKeys: number): void {
  for (const [key, due] of arrivals) if (due <= nowMs) arrivals.delete(key);
  // Still full: a flood of keys. The oldest go, so that memory stays bounded whatever is thrown at us.
  for (const key of arrivals.keys()) {
    if (arrivals.size < maxKeys) break;
    arrivals.delete(key);
  }
}
