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
    const timer = setTimeout(() => filters.set({ q: typed.trim() || undefined }), typed === "" ? 0 : pauseMs);
    return () => clearTimeout(timer);
  });
  // Rows on screen stay until those that were looked for have come.
  return { typed, type: setTyped, wanted: useDeferredValue(known) || undefined };
}
