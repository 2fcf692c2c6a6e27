/** Filters of a list live in its address, so that coming back from a page finds the list as it was. */
import { useGo } from "@miniapp/shared/navigation.tsx";
import { useLocation, useSearch } from "wouter";

export interface Filters {
  get(name: string): string | undefined;
  set(change: Readonly<Record<string, string | undefined>>): void;
  isEmpty: boolean;
  clear(): void;
}

export function useFilters(): Filters {
  const search = useSearch();
  const [path] = useLocation();
  const go = useGo();
  const given = new URLSearchParams(search);
  const open = (next: URLSearchParams) => go(next.size > 0 ? `${path}?${next}` : path, { replace: true });
  return {
    get: (name) => given.get(name) ?? undefined,
    set(change) {
      // What the address says now, not what it said when this was rendered.
      const next = new URLSearchParams(window.location.search);
      for (const [name, value] of Object.entries(change)) {
        if (value) next.set(name, value);
        else next.delete(name);
      }
      open(next);
    },
    isEmpty: given.size === 0,
    clear: () => open(new URLSearchParams()),
  };
}

/** The value if it is one of the known, else nothing: addresses are typed by people too. */
export const oneOf = <const Known extends readonly string[]>(
  known: Known,
  value: string | undefined,
): Known[number] | undefined => known.find((one) => one === value);
