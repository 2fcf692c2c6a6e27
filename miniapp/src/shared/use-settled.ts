import { useEffect, useState } from "react";

/** A value once it has stayed the same for a while: what a person types is asked for when he pauses. */
export function useSettled<T>(value: T, waitMs = 500): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), waitMs);
    return () => clearTimeout(timer);
  }, [value, waitMs]);
  return settled;
}
