/** What a benchmark says: figures, each beside a floor measured in the same run and the number it has to reach. */

export interface Target {
  /** What is compared: the figure itself, or the figure divided by its floor. */
  of: "value" | "ratio";
  is: "at least" | "at most";
  limit: number;
}

export interface Row {
  what: string;
  value: number;
  unit: string;
  /** The least (or most) that this machine could do just then, and what that was. */
  floor: { what: string; value: number } | null;
  /** value ÷ floor. */
  ratio: number | null;
  target: Target | null;
  /** Null when there is no target. */
  ok: boolean | null;
}

export interface Bench {
  name: string;
  /** One sentence for the table's heading. */
  what: string;
  run(options: RunOptions): Promise<Row[]>;
}

export interface RunOptions {
  /** Times that everything is measured; medians are told. */
  runs: number;
  /** Short runs, for trying a benchmark out; not for quoting. */
  isQuick: boolean;
  say(text: string): void;
}

export const atLeast = (limit: number, of: Target["of"] = "value"): Target => ({ of, is: "at least", limit });
export const atMost = (limit: number, of: Target["of"] = "value"): Target => ({ of, is: "at most", limit });

export function row(given: {
  what: string;
  value: number;
  unit: string;
  floor?: Row["floor"];
  target?: Target | null;
}): Row {
  const { floor = null, target = null, value } = given;
  const ratio = floor === null ? null : value / floor.value;
  const compared = target?.of === "ratio" ? ratio : value;
  const ok =
    target === null || compared === null
      ? null
      : target.is === "at least"
        ? compared >= target.limit
        : compared <= target.limit;
  return { what: given.what, value, unit: given.unit, floor, ratio, target, ok };
}

export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

export const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

export const median = (values: readonly number[]): number => percentile(ascending(values), 0.5);

/** Waits until `ask` says yes; fails after `timeoutMs` with `what`. */
export async function until(what: string, ask: () => Promise<boolean> | boolean, timeoutMs = 60_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await ask())) {
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await Bun.sleep(20);
  }
}
