/** A closed-loop HTTP load: `connections` callers, each sending its next request when the last was answered. */
export interface LoadResult {
  perSecond: number;
  p50: number;
  p99: number;
  max: number;
  non2xx: number;
}

export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** Runs for `seconds` after one second of warm-up. Latencies in milliseconds. */
export async function load(
  request: () => Promise<Response>,
  options: { connections: number; seconds: number },
): Promise<LoadResult> {
  const latencies: number[] = [];
  let non2xx = 0;
  const warmUntil = performance.now() + 1_000;
  const until = warmUntil + options.seconds * 1_000;
  await Promise.all(
    Array.from({ length: options.connections }, async () => {
      for (;;) {
        const startedAt = performance.now();
        if (startedAt >= until) return;
        const response = await request();
        await response.arrayBuffer();
        if (startedAt < warmUntil) continue;
        latencies.push(performance.now() - startedAt);
        if (!response.ok) non2xx++;
      }
    }),
  );
  latencies.sort((a, b) => a - b);
  return {
    perSecond: latencies.length / options.seconds,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    max: latencies.at(-1) ?? 0,
    non2xx,
  };
}

export const median = (values: readonly number[]): number =>
  percentile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
