import type { Db } from "@db/client.ts";
import Big from "big.js";
import { insertEntries, insertTransaction, isBooked, listBalancesOf, lockAccounts } from "../books-queries.ts";
import { type Entry, isNeverOverdrawn, movementsOf } from "../domain/entries.ts";
import { balanceTooLow } from "../errors.ts";

export interface Booking {
  workspaceId: string;
  /** Why money moves (`noun.verbed`), and of what: the pair is booked once, for ever. */
  cause: string;
  causeId: string;
  at: Date;
  entries: readonly Entry[];
}

/**
 * Writes one transaction of the books, inside the caller's. False, and nothing written, when its cause was booked before. Throws
 * `payments.balance_too_low` when a person's account would go below zero, and a plain error for entries that do not add up. Accounts
 * stay locked until the caller's transaction ends: whoever spends the same balance waits, and then sees what is left.
 */
export async function book(db: Db, { workspaceId, cause, causeId, at, entries }: Booking): Promise<boolean> {
  const movements = movementsOf(entries);
  if (movements.length === 0) return false;
  const accounts = await lockAccounts(db, workspaceId, movements);
  // Before the balances: a repeat of a booking that took everything must not hear that nothing is left.
  if (await isBooked(db, workspaceId, cause, causeId)) return false;
  const lines = movements.map(({ amount, currency }, at) => {
    const account = accounts[at];
    if (!account) throw new Error("an account just made is not there");
    if (isNeverOverdrawn(account.kind) && new Big(account.balance).plus(amount).lt(0)) throw balanceTooLow();
    return { accountId: account.id, amount, currency };
  });
  const transactionId = await insertTransaction(db, { workspaceId, cause, causeId, at });
  if (transactionId === null) return false;
  await insertEntries(db, transactionId, lines);
  return true;
}

/** What a person may spend and what of his is set aside for open orders, by currency, as exact decimal text. */
export const balancesOf = (
  db: Db,
  workspaceId: string,
  personId: string,
): Promise<{ currency: string; amount: string; held: string }[]> => listBalancesOf(db, workspaceId, personId);
