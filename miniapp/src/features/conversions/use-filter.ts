import { useDeferredValue, useEffect, useState } from "react";
import { useSearchParams } from "wouter";

/** Filters that live in the address: they survive going into an item and back, and a link can carry them. */
export function useFilter<Name extends string>(
  names: readonly Name[],
): readonly [Partial<Record<Name, string>>, (change: Partial<Record<Name, string | undefined>>) => void] {
  const [params, setParams] = useSearchParams();
  const filter: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = params.get(name);
    if (value) filter[name] = value;
  }
  const change = (next: Partial<Record<Name, string | undefined>>) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(next) as [Name, string | undefined][])
          if (value) after.set(name, value);
          else after.delete(name);
        return after;
      },
      { replace: true, state: window.history.state },
    );
  return [filter, change];
}

/** Search text as typed, and as asked for: not at every letter. */
export function useSearchText(
  initial: string,
  onSettled: (text: string) => void,
): readonly [string, (text: string) => void] {
  const [text, setText] = useState(initial);
  const deferred = useDeferredValue(text);
  useEffect(() => {
    if (deferred.trim() === initial) return;
    const timer = setTimeout(() => onSettled(deferred.trim()), 350);
    return () => clearTimeout(timer);
  }, [deferred, initial, onSettled]);
  return [text, setText];
}
