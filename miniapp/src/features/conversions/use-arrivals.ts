import { useEffect, useState } from "react";

/** How many of `now`, newest first, came since `before` was seen; nothing is new in a list seen for the first time. */
export function countArrivals(before: readonly string[], now: readonly string[]): number {
  const newestBefore = before[0];
  if (newestBefore === undefined) return 0;
  return Math.max(0, now.indexOf(newestBefore));
}

/** Counts what has just appeared at the top of a live list, to be announced. `list` names the list: another filter begins anew. */
export function useArrivals(ids: readonly string[], list: string): number {
  const [seen, setSeen] = useState<{ list: string; ids: readonly string[]; count: number }>({ list, ids, count: 0 });
  const newest = ids[0];
  // biome-ignore lint/correctness/useExhaustiveDependencies: the newest one is what tells a changed list from the same one
  useEffect(() => {
    setSeen((before) => ({ list, ids, count: before.list === list ? countArrivals(before.ids, ids) : 0 }));
  }, [list, newest]);
  return seen.count;
}
