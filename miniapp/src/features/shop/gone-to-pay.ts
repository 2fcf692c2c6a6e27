/**
 * That somebody has gone to a provider's page to pay: the page leads back to the app, which begins anew then and would offer to pay once
 * more. Kept on the device, beyond the page; forgotten when a payment has had its time.
 */
import { useState } from "react";

const key = "gone-to-pay";
/** Providers say within seconds that somebody has paid; whoever has not come back by then is not paying. */
const forMs = 10 * 60_000;

type Gone = Readonly<Record<string, number>>;

/** Those of the stored that are not forgotten. What is no such record holds nothing. */
export function freshOf(stored: string | null, now: number): Gone {
  try {
    const known: unknown = JSON.parse(stored ?? "{}");
    if (typeof known !== "object" || known === null) return {};
    const isFresh = ([, at]: [string, unknown]) => typeof at === "number" && at <= now && now - at < forMs;
    return Object.fromEntries(Object.entries(known).filter(isFresh)) as Gone;
  } catch {
    return {};
  }
}

function read(): Gone {
  try {
    return freshOf(localStorage.getItem(key), Date.now());
  } catch {
    return {};
  }
}

/** Whether he has gone to pay an order, and how that is noted. */
export function useGoneToPay(orderId: string): [hasGone: boolean, go: () => void] {
  const [since, setSince] = useState<Gone>(read);
  const go = () => {
    const next = { ...read(), [orderId]: Date.now() };
    setSince(next);
    try {
      localStorage.setItem(key, JSON.stringify(next));
    } catch {
      // A full or closed storage: this page knows it still.
    }
  };
  return [orderId in freshOf(JSON.stringify(since), Date.now()), go];
}
