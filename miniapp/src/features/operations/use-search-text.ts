import { useDeferredValue, useEffect, useState } from "react";
import { useFilters } from "./use-filters.ts";

const pauseMs = 300;

/** A search field's text, and what to look for once the typing pauses. It is kept in the address. */
export function useSearchText(): { typed: string; type(text: string): void; wanted: string | undefined } {
  const filters = useFilters();
  const known = filters.get("q") ?? "";
  const [typed, setTyped] = useState(known);
  useEffect(() => {
    if (typed.trim() === known) return;
    const at = window.location.pathname;
    const keep = () => {
      // A row was tapped meanwhile, and its page is still on its way: whoever left the list is not to be brought back to it.
      if (window.location.pathname === at) filters.set({ q: typed.trim() || undefined });
    };
    const timer = setTimeout(keep, typed === "" ? 0 : pauseMs);
    return () => clearTimeout(timer);
  });
  // Rows on screen stay until those that were looked for have come.
  return { typed, type: setTyped, wanted: useDeferredValue(known) || undefined };
}
