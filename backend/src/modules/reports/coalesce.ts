/** One reading for many askers, never an old one: for figures that cost much and are asked for by every open screen at each change. */
import { pause } from "@backend/kit/clock.ts";

interface Line {
  running: Promise<unknown> | null;
  waiting: Promise<unknown> | null;
}

export interface Coalesce {
  <T>(key: string, work: () => Promise<T>): Promise<T>;
  readonly size: number;
}

/**
 * Per key one piece of work runs at a time. Who asks while it runs gets the next one, together with all others who wait: an answer
 * is never from before the question. Between two of them lies a pause of `restTimes` their length, so that a key costs at most a
 * fraction of one core however many ask.
 */
export function createCoalesce(restTimes = 3, longestRestMs = 1_000): Coalesce {
  const lines = new Map<string, Line>();

  function start<T>(key: string, line: Line, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const running = work();
    line.running = running
      .catch(() => {})
      .then(() => pause(Math.min(longestRestMs, (performance.now() - startedAt) * restTimes)))
      .then(() => {
        line.running = null;
        if (!line.waiting) lines.delete(key);
      });
    return running;
  }

  const ask = <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const line = lines.get(key) ?? { running: null, waiting: null };
    lines.set(key, line);
    if (line.waiting) return line.waiting as Promise<T>;
    if (!line.running) return start(key, line, work);
    const waiting = line.running.then(() => {
      line.waiting = null;
      lines.set(key, line);
      return start(key, line, work);
    });
    line.waiting = waiting;
    return waiting;
  };
  return Object.defineProperty(ask, "size", { get: () => lines.size }) as Coalesce;
}
