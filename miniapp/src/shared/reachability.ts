/** Whether the server can be reached, as far as we know: the device says when it has no network, the live stream when nobody answers. */
import { useEffect, useState } from "react";

let isServerReachable = true;
const listeners = new Set<() => void>();

/** Told by whoever speaks with the server all the time. */
export function setServerReachable(isReachable: boolean): void {
  if (isReachable === isServerReachable) return;
  isServerReachable = isReachable;
  for (const listener of listeners) listener();
}

const isReachable = () => navigator.onLine && isServerReachable;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

/** Shorter breaks are not worth a word. */
const patienceMs = 3_000;

/** Whether the server has been out of reach for at least three seconds. */
export function useIsOffline(): boolean {
  const [isOffline, setOffline] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(timer);
      if (isReachable()) setOffline(false);
      else timer = setTimeout(() => setOffline(true), patienceMs);
    };
    look();
    const off = subscribe(look);
    return () => {
      clearTimeout(timer);
      off();
    };
  }, []);
  return isOffline;
}
