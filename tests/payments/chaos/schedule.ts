/** What a seed makes of an afternoon: who orders, pays and gives back what, and everything that goes wrong meanwhile. */
import type { CallFault } from "@sandbox/crypto-pay/index.ts";

export type Way = "crypto_pay" | "yookassa" | "balance";
/** Between what a provider did and what we write down; see `killPoint`. */
export const killPlaces = {
  "payments.invoice-made": "payments.make-invoice",
  "payments.asked": "payments.hear-invoice",
  "payments.settled": "payments.hear-invoice",
  "payments.refund-answered": "payments.move-refund",
} as const;
export type KillPlace = keyof typeof killPlaces;

/** `nth` chooses among what there is when its turn comes. */
export type Deed =
  | { do: "place"; who: number; what: number; by: Way; hasCode: boolean; usesBalance: boolean }
  | { do: "cancel" | "complete" | "giveUp" | "tellAgain"; nth: number }
  | { do: "pay"; nth: number; told: "once" | "twice" | "never" | "held"; isWrong: boolean }
  | { do: "refund"; nth: number; isWhole: boolean; to: "provider" | "balance" }
  | { do: "refundOutside"; nth: number; isWhole: boolean }
  | { do: "resolve"; nth: number; as: "accepted" | "to_balance" | "refunded" }
  | { do: "fault"; of: "crypto_pay" | "yookassa"; what: CallFault; times: number }
  | { do: "pass"; minutes: number }
  | { do: "release" | "work" }
  | { do: "cut"; afterMs: number }
  | { do: "kill"; at: KillPlace };

/** What happens at one moment. */
export type Moment = readonly Deed[];

/** The same numbers for the same seed, on every machine (mulberry32). */
function numbersOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const customers = 6;
export const goods = 4;
/** A process that is killed costs a second to start: so many of them in one schedule. */
const killsAtMost = 2;
// A 500 after the work is the same to us as a time-out after it, and takes no fifteen seconds.
const faults: readonly CallFault[] = ["late_500", "broken_json", "server_error", "too_many_calls", "html", "reset"];

export function drawSchedule(seed: number): Moment[] {
  const number = numbersOf(seed);
  const below = (limit: number) => Math.floor(number() * limit);
  const isLucky = (share: number) => number() < share;
  const oneOf = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  let kills = 0;

  const draws: readonly [weight: number, () => Deed][] = [
    [
      26,
      () => ({
        do: "place",
        who: below(customers),
        what: below(goods),
        by: oneOf<Way>(["crypto_pay", "yookassa", "yookassa", "balance"]),
        hasCode: isLucky(0.3),
        usesBalance: isLucky(0.4),
      }),
    ],
    [
      34,
      () => ({
        do: "pay",
        nth: below(100),
        told: oneOf(["once", "once", "twice", "never", "held"] as const),
        isWrong: isLucky(0.1),
      }),
    ],
    [2, () => ({ do: "cancel", nth: below(100) })],
    [7, () => ({ do: "complete", nth: below(100) })],
    [2, () => ({ do: "giveUp", nth: below(100) })],
    [6, () => ({ do: "tellAgain", nth: below(100) })],
    [9, () => ({ do: "refund", nth: below(100), isWhole: isLucky(0.6), to: oneOf(["provider", "balance"] as const) })],
    [4, () => ({ do: "refundOutside", nth: below(100), isWhole: isLucky(0.6) })],
    [8, () => ({ do: "resolve", nth: below(100), as: oneOf(["accepted", "to_balance", "refunded"] as const) })],
    [
      5,
      () => ({ do: "fault", of: oneOf(["crypto_pay", "yookassa"] as const), what: oneOf(faults), times: 1 + below(3) }),
    ],
    [7, () => ({ do: "pass", minutes: oneOf([2, 2, 5, 5, 20, 61, 1500]) })],
    [4, () => ({ do: "release" })],
    [14, () => ({ do: "work" })],
    [4, () => ({ do: "cut", afterMs: below(40) })],
    [6, () => ({ do: "kill", at: oneOf(Object.keys(killPlaces) as KillPlace[]) })],
  ];
  const total = draws.reduce((sum, [weight]) => sum + weight, 0);

  const draw = (): Deed => {
    let left = number() * total;
    for (const [weight, make] of draws) {
      left -= weight;
      if (left >= 0) continue;
      const deed = make();
      if (deed.do !== "kill" || kills++ < killsAtMost) return deed;
      break;
    }
    return { do: "work" };
  };
  const moments = Array.from({ length: 50 + below(30) }, () => Array.from({ length: 1 + below(3) }, draw));
  // Now and then everything is done before the next thing happens, and now and then it piles up.
  return moments.flatMap((moment) => (isLucky(0.6) ? [moment, [{ do: "work" }]] : [moment]));
}
