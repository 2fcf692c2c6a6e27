/** Unsaved input, kept by route in session storage: Telegram may drop the page whenever it is minimised. */
import { useCallback, useState } from "react";

const keyOf = (name: string) => `draft:${window.location.pathname}:${name}`;

function read<T>(key: string): T | undefined {
  try {
    const stored = sessionStorage.getItem(key);
    return stored === null ? undefined : (JSON.parse(stored) as T);
  } catch {
    return undefined;
  }
}

function forget(key: string): void {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // A closed storage holds nothing.
  }
}

export interface Draft<T extends object> {
  value: T;
  /** True when it differs from what the screen began with. */
  isDirty: boolean;
  change(part: Partial<T>): void;
  /** Forgets it: after saving, or when the person gives up. */
  clear(): void;
}

/**
 * A form's values that survive the page. A form that is shown for another address or `name` without having gone takes up the draft
 * of that one. Never for secrets: storage can be read by whoever holds the device.
 */
export function useDraft<T extends object>(name: string, initial: T): Draft<T> {
  const key = keyOf(name);
  const [held, setHeld] = useState(() => ({ key, stored: read<Partial<T>>(key) ?? {} }));
  const current = held.key === key ? held : { key, stored: read<Partial<T>>(key) ?? {} };
  if (current !== held) setHeld(current);
  const { stored } = current;
  const change = useCallback(
    (part: Partial<T>) =>
      setHeld((before) => {
        // Typed by somebody who is elsewhere by now: it belongs to the place where it was typed.
        const known = before.key === key ? before.stored : (read<Partial<T>>(key) ?? {});
        const next = { ...known, ...part };
        try {
          sessionStorage.setItem(key, JSON.stringify(next));
        } catch {
          // A full or closed storage: the form itself still holds the input.
        }
        return before.key === key ? { key, stored: next } : before;
      }),
    [key],
  );
  const clear = useCallback(() => {
    forget(key);
    setHeld((before) => (before.key === key ? { key, stored: {} } : before));
  }, [key]);
  const value = { ...initial, ...stored };
  const isDirty = Object.entries(stored).some(([field, part]) => part !== (initial as Record<string, unknown>)[field]);
  return { value, isDirty, change, clear };
}
