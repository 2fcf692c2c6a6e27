import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { Changes } from "./use-change.ts";

/** A drag passes many places: the one it ends at is what is saved. */
const settleMs = 700;

export interface Ordering<T extends { id: string }> {
  /** Of the list that is shown: it changes at once. */
  queryKey: QueryKey;
  /** The whole list, in the order in which it is stored. */
  items: readonly T[];
  save(ids: string[]): Promise<unknown>;
  change: Changes;
  /** Said when it is saved, beside the way back. */
  said: string;
}

/** Puts a list in another order: at once on the screen, saved when the hand rests, with a way back. */
export function useOrdering<T extends { id: string }>(of: Ordering<T>): (next: T[]) => void {
  const { queryKey, items, save, change, said } = of;
  const queries = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const before = useRef<string[] | null>(null);
  const waiting = useRef<(() => void) | null>(null);
  // Leaving the screen in the middle of a move must not lose it.
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      waiting.current?.();
    },
    [],
  );
  return (next) => {
    const first = before.current ?? items.map(({ id }) => id);
    before.current = first;
    queries.setQueryData(queryKey, next);
    const ids = next.map(({ id }) => id);
    waiting.current = () => {
      waiting.current = null;
      before.current = null;
      if (ids.join() !== first.join()) change.run(() => save(ids), { said, undo: () => save(first) });
    };
    clearTimeout(timer.current);
    timer.current = setTimeout(() => waiting.current?.(), settleMs);
  };
}
