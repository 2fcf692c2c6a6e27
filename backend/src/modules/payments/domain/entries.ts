/** Entries of the books before they are written. Credits are positive; one transaction sums to zero per currency. */
import Big from "big.js";
import { type AccountKind, accountKinds } from "./words.ts";

export interface AccountName {
  kind: AccountKind;
  /** A person of `customer` and `held`, a provider of `provider`; nothing otherwise. */
  holder?: string;
}

export interface Entry {
  account: AccountName;
  currency: string;
  /** Exact decimal text. */
  amount: string;
}

/** What one transaction does to one account. */
export interface Movement {
  kind: AccountKind;
  holder: string;
  currency: string;
  amount: string;
}

const keyOf = ({ kind, holder, currency }: Omit<Movement, "amount">) =>
  `${accountKinds.indexOf(kind)} ${holder} ${currency}`;

/**
 * Entries added up per account, nothing left out but zeros, in the one order in which accounts are locked (so that no two
 * transactions wait for each other). Throws when a currency does not sum to zero: such a transaction is a mistake of ours.
 */
export function movementsOf(entries: readonly Entry[]): Movement[] {
  const sums = new Map<string, Movement>();
  const totals = new Map<string, Big>();
  for (const { account, currency, amount } of entries) {
    const name = { kind: account.kind, holder: account.holder ?? "", currency };
    const key = keyOf(name);
    const before = sums.get(key)?.amount ?? "0";
    sums.set(key, { ...name, amount: new Big(before).plus(amount).toFixed() });
    totals.set(currency, (totals.get(currency) ?? new Big(0)).plus(amount));
  }
  for (const [currency, total] of totals)
    if (!total.eq(0)) throw new Error(`entries in ${currency} do not sum to zero: ${total.toFixed()}`);
  return [...sums.entries()]
    .filter(([, { amount }]) => !new Big(amount).eq(0))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, movement]) => movement);
}

/** Money from one account to another: the two entries of the commonest transaction. */
export const transfer = (from: AccountName, to: AccountName, currency: string, amount: string): Entry[] => [
  { account: from, currency, amount: new Big(amount).times(-1).toFixed() },
  { account: to, currency, amount: new Big(amount).toFixed() },
];

/** Accounts that may not be below zero: what we owe a person is never less than nothing. */
export const isNeverOverdrawn = (kind: AccountKind): boolean => kind === "customer" || kind === "held";
