import { useEffect, useState } from "react";

/** The time, again and again while `isWanted`; for what is left of an hour. Milliseconds since 1970, of this device. */
export function useNow(isWanted: boolean, everyMs = 1_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isWanted) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [isWanted, everyMs]);
  return now;
}
