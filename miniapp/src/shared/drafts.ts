/** Unsaved input, kept by route in session storage: Telegram may drop the page whenever it is minimised. */
import { useCallback, useState } from "react";

const keyOf = (name: string) => `draft:${window.location.pathname}:${name}`;

function read<T>(name: string): T | undefined {
  try {
    const stored = sessionStorage.getItem(keyOf(name));
    return stored === null ? undefined : (JSON.parse(stored) as T);
  } catch {
    return undefined;
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

/** A form's values that survive the page. Never for secrets: storage can be read by whoever holds the device. */
export function useDraft<T extends object>(name: string, initial: T): Draft<T> {
  const [stored, setStored] = useState<Partial<T>>(() => read<Partial<T>>(name) ?? {});
  const change = useCallback(
    (part: Partial<T>) =>
      setStored((before) => {
        const next = { ...before, ...part };
        try {
          sessionStorage.setItem(keyOf(name), JSON.stringify(next));
        } catch {
          // A full or closed storage: the form itself still holds the input.
        }
        return next;
      }),
    [name],
  );
  const clear = useCallback(() => {
    sessionStorage.removeItem(keyOf(name));
    setStored({});
  }, [name]);
  const value = { ...initial, ...stored };
  const isDirty = Object.entries(stored).some(([key, part]) => part !== (initial as Record<string, unknown>)[key]);
  return { value, isDirty, change, clear };
}
