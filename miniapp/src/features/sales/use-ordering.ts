import { useT } from "@miniapp/shared/i18n.ts";
import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useChange } from "../alerts/use-change.ts";

/** A drag passes many places: the one it ends at is what is saved. */
const settleMs = 700;

/** Puts a list of the shop in another order: at once on the screen, saved when the hand rests, with a way back. */
export function useOrdering<T extends { id: string }>(
  queryKey: QueryKey,
  items: readonly T[],
  save: (ids: string[]) => Promise<unknown>,
): (next: T[]) => void {
  const t = useT();
  const queries = useQueryClient();
  const change = useChange("shop");
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
      if (ids.join() === first.join()) return;
      change.run(() => save(ids), { said: t("app.selling.reordered"), undo: () => save(first) });
    };
    clearTimeout(timer.current);
    timer.current = setTimeout(() => waiting.current?.(), settleMs);
  };
}
