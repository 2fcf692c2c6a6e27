/** Sums of exact amounts, rates and changes. Values in, values out. */
import Big from "big.js";

export interface Money {
  currency: string | null;
  revenue: string;
  takenBack: string;
}

const plain = (value: Big): string => value.toFixed();
export const addAmounts = (left: string, right: string): string => plain(new Big(left).plus(right));

/** approved ÷ (approved + rejected); null while there are neither. */
export const approvalRate = (approved: number, rejected: number): number | null =>
  approved + rejected === 0 ? null : approved / (approved + rejected);

/** How much of the earlier figure came or went: 0.2 is a fifth more. Null when there was nothing to compare with. */
export const changeOf = (now: number, before: number): number | null => (before === 0 ? null : (now - before) / before);

/** The same of exact amounts; the share itself is a plain number, it is read and not reckoned with. */
export function changeOfAmount(now: string, before: string): number | null {
  const earlier = new Big(before);
  if (earlier.eq(0)) return null;
  return Number(new Big(now).minus(earlier).div(earlier.abs()).round(6));
}
