/** When something is tried or asked again. Times in, times out. */
const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Somebody waits at the checkout: the first repeats come at once, and after about four minutes he is told. */
const makePauses = [2, 5, 10, 30, 60, 120].map((seconds) => seconds * secondMs);

/** Pause before the next try to make an invoice after `tries` failed ones; null = given up. */
export const nextMake = (tries: number): number | null => makePauses[tries - 1] ?? null;

/** Between two looks at an invoice that may be paid any moment: a lost webhook must cost at most three minutes. */
const openPauses = [1, 1, 2, 2].map((minutes) => minutes * minuteMs);
const longestOpenPause = 3 * minuteMs;
const lateHours = 1;
const lateDays = 3;

/**
 * When an invoice is asked about next, counting `asked` looks so far: by growing pauses until an hour after it expired, then once a day
 * for three days (money that comes so late is a person's to decide about). Null = never again.
 */
export function nextAsk(invoice: { expiresAt: Date }, asked: number, now: Date): Date | null {
  const { expiresAt } = invoice;
  const next = now.getTime() + (openPauses[asked] ?? longestOpenPause);
  const lateUntil = expiresAt.getTime() + lateHours * hourMs;
  if (next <= lateUntil) return new Date(next);
  for (let day = 1; day <= lateDays; day++) {
    const at = expiresAt.getTime() + day * dayMs;
    if (at > now.getTime()) return new Date(at);
  }
  return null;
}

const refundPauses = [5 * secondMs, 30 * secondMs, 2 * minuteMs, 10 * minuteMs, 30 * minuteMs];

const lostAfterDays = 3;

/** Whether a refund is given up about which nobody has said anything since then. */
export const isLost = (unheardSince: Date, now: Date): boolean =>
  now.getTime() - unheardSince.getTime() >= lostAfterDays * dayMs;

/** Pause before a refund is tried or asked after again, until it is lost. */
export const nextRefundStep = (tries: number): number => refundPauses[tries - 1] ?? hourMs;
