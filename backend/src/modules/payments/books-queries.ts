/** SQL of the books: accounts, transactions, entries. Balances are moved by the database as entries are written. */
import type { Db } from "@db/client.ts";
import {
  type AccountKind,
  exchangeRates,
  type LedgerDifference,
  ledgerAccounts,
  ledgerChecks,
  ledgerEntries,
  ledgerTransactions,
} from "@db/schema/payments.ts";
import { and, asc, desc, eq, gte, inArray, lt, lte, or, type SQL, sql } from "drizzle-orm";
import type { Movement } from "./domain/entries.ts";

export interface LockedAccount {
  id: string;
  kind: AccountKind;
  holder: string;
  currency: string;
  balance: string;
}

/** Makes accounts that are not there yet and locks all, in the order given; answers in that order. */
export async function lockAccounts(
  db: Db,
  workspaceId: string,
  movements: readonly Omit<Movement, "amount">[],
): Promise<LockedAccount[]> {
  const names = movements.map(({ kind, holder, currency }) => ({ workspaceId, kind, holder, currency }));
  const same = names.map(({ kind, holder, currency }) =>
    and(eq(ledgerAccounts.kind, kind), eq(ledgerAccounts.holder, holder), eq(ledgerAccounts.currency, currency)),
  );
  const known = () =>
    db
      .select({
        id: ledgerAccounts.id,
        kind: ledgerAccounts.kind,
        holder: ledgerAccounts.holder,
        currency: ledgerAccounts.currency,
      })
      .from(ledgerAccounts)
      .where(and(eq(ledgerAccounts.workspaceId, workspaceId), or(...same)));
  let rows = await known();
  if (rows.length < names.length) {
    await db.insert(ledgerAccounts).values(names).onConflictDoNothing();
    rows = await known();
  }
  const ids = names.map(
    (name) =>
      rows.find((row) => row.kind === name.kind && row.holder === name.holder && row.currency === name.currency)?.id ??
      "",
  );
  const order = sql`array_position(${`{${ids.join(",")}}`}::uuid[], ${ledgerAccounts.id})`;
  return db
    .select({
      id: ledgerAccounts.id,
      kind: ledgerAccounts.kind,
      holder: ledgerAccounts.holder,
      currency: ledgerAccounts.currency,
      balance: ledgerAccounts.balance,
    })
    .from(ledgerAccounts)
    .where(inArray(ledgerAccounts.id, ids))
    .orderBy(order)
    .for("no key update");
}

export async function isBooked(db: Db, workspaceId: string, cause: string, causeId: string): Promise<boolean> {
  const rows = await db
    .select({ id: ledgerTransactions.id })
    .from(ledgerTransactions)
    .where(
      and(
        eq(ledgerTransactions.workspaceId, workspaceId),
        eq(ledgerTransactions.cause, cause),
        eq(ledgerTransactions.causeId, causeId),
      ),
    );
  return rows.length > 0;
}

/** Null when the cause has a transaction already. */
export async function insertTransaction(
  db: Db,
  values: { workspaceId: string; cause: string; causeId: string; at: Date },
): Promise<bigint | null> {
  const [row] = await db
    .insert(ledgerTransactions)
    .values(values)
    .onConflictDoNothing()
    .returning({ id: ledgerTransactions.id });
  return row?.id ?? null;
}

export async function insertEntries(
  db: Db,
  transactionId: bigint,
  entries: readonly { accountId: string; amount: string; currency: string }[],
): Promise<void> {
  await db.insert(ledgerEntries).values(entries.map((entry) => ({ transactionId, ...entry })));
}

/** What a person has, by currency; accounts that are empty are left out. */
export async function listBalancesOf(
  db: Db,
  workspaceId: string,
  personId: string,
): Promise<{ currency: string; amount: string; held: string }[]> {
  return db.execute<{ currency: string; amount: string; held: string }>(sql`
    select currency, trim_scale(coalesce(sum(balance) filter (where kind = 'customer'), 0))::text as amount,
      trim_scale(coalesce(sum(balance) filter (where kind = 'held'), 0))::text as held
    from ledger_accounts where workspace_id = ${workspaceId} and kind in ('customer', 'held') and holder = ${personId}
    group by currency having sum(balance) <> 0 order by currency`);
}

/** Accounts as finance sees them: what is owed to people in one line per currency. */
export async function sumAccounts(
  db: Db,
  workspaceId: string,
): Promise<{ kind: AccountKind; holder: string; currency: string; balance: string; count: number }[]> {
  return db.execute<{ kind: AccountKind; holder: string; currency: string; balance: string; count: number }>(sql`
    select kind, case when kind in ('customer', 'held') then '' else holder end as holder, currency,
      trim_scale(sum(balance))::text as balance, count(*) filter (where balance <> 0)::int as count
    from ledger_accounts where workspace_id = ${workspaceId}
    group by 1, 2, 3 order by array_position(array['provider','customer','held','revenue','fees','to_check','granted'], kind), 2, 3`);
}

// ── Movements ───────────────────────────────────────────────────────────────────────────────────────────────────────

export interface LedgerFilter {
  kind?: AccountKind;
  personId?: string;
  currency?: string;
  from?: Date;
  to?: Date;
}

export interface LedgerRow {
  id: bigint;
  at: Date;
  kind: AccountKind;
  holder: string;
  cause: string;
  causeId: string;
  amount: string;
  currency: string;
}

/** Newest first; at most `limit` rows. */
export async function listEntries(
  db: Db,
  workspaceId: string,
  filter: LedgerFilter,
  page: { before: bigint | null; limit: number },
): Promise<LedgerRow[]> {
  const conditions: (SQL | undefined)[] = [
    eq(ledgerAccounts.workspaceId, workspaceId),
    filter.kind && eq(ledgerAccounts.kind, filter.kind),
    filter.currency === undefined ? undefined : eq(ledgerAccounts.currency, filter.currency),
    filter.personId === undefined
      ? undefined
      : and(inArray(ledgerAccounts.kind, ["customer", "held"]), eq(ledgerAccounts.holder, filter.personId)),
    filter.from && gte(ledgerTransactions.at, filter.from),
    filter.to && lte(ledgerTransactions.at, filter.to),
    page.before === null ? undefined : lt(ledgerEntries.id, page.before),
  ];
  return db
    .select({
      id: ledgerEntries.id,
      at: ledgerTransactions.at,
      kind: ledgerAccounts.kind,
      holder: ledgerAccounts.holder,
      cause: ledgerTransactions.cause,
      causeId: ledgerTransactions.causeId,
      amount: ledgerEntries.amount,
      currency: ledgerEntries.currency,
    })
    .from(ledgerEntries)
    .innerJoin(ledgerAccounts, eq(ledgerAccounts.id, ledgerEntries.accountId))
    .innerJoin(ledgerTransactions, eq(ledgerTransactions.id, ledgerEntries.transactionId))
    .where(and(...conditions))
    .orderBy(desc(ledgerEntries.id))
    .limit(page.limit);
}

/** Whether an order's money has become revenue: what a refund of it is taken from. */
export async function hasEarned(db: Db, workspaceId: string, cause: string, orderId: string): Promise<boolean> {
  const rows = await db
    .select({ id: ledgerEntries.id })
    .from(ledgerTransactions)
    .innerJoin(ledgerEntries, eq(ledgerEntries.transactionId, ledgerTransactions.id))
    .innerJoin(ledgerAccounts, eq(ledgerAccounts.id, ledgerEntries.accountId))
    .where(
      and(
        eq(ledgerTransactions.workspaceId, workspaceId),
        eq(ledgerTransactions.cause, cause),
        eq(ledgerTransactions.causeId, orderId),
        eq(ledgerAccounts.kind, "revenue"),
      ),
    )
    .limit(1);
  return rows.length > 0;
}

/** What was booked under a cause for one thing, whose id begins the cause's: the sum of credits. */
export async function sumBooked(db: Db, workspaceId: string, cause: string, id: string): Promise<string> {
  const [row] = await db
    .select({ sum: sql<string>`coalesce(sum(${ledgerEntries.amount}) filter (where ${ledgerEntries.amount} > 0), 0)` })
    .from(ledgerTransactions)
    .innerJoin(ledgerEntries, eq(ledgerEntries.transactionId, ledgerTransactions.id))
    .where(
      and(
        eq(ledgerTransactions.workspaceId, workspaceId),
        eq(ledgerTransactions.cause, cause),
        sql`starts_with(${ledgerTransactions.causeId}, ${`${id}:`})`,
      ),
    );
  return row?.sum ?? "0";
}

// ── The check ───────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * What does not add up, from one snapshot: accounts whose balance is not the sum of their entries, and currencies whose accounts do not
 * sum to zero. Reads every entry of the workspace, so it is a job's, at night.
 */
export async function findDifferences(db: Db, workspaceId: string, limit: number): Promise<LedgerDifference[]> {
  return db.execute<LedgerDifference & Record<string, unknown>>(sql`
    with sums as (
      select a.id, a.currency, a.balance, coalesce(e.sum, 0) as entries
      from ledger_accounts a
      left join (select account_id, sum(amount) as sum from ledger_entries
        where account_id in (select id from ledger_accounts where workspace_id = ${workspaceId}) group by 1) e on e.account_id = a.id
      where a.workspace_id = ${workspaceId}
    )
    select id as "accountId", currency, trim_scale(balance)::text as balance, trim_scale(entries)::text as entries
    from sums where balance <> entries
    union all
    select null, currency, trim_scale(sum(balance))::text, '0' from sums group by currency having sum(balance) <> 0
    limit ${limit}`);
}

export async function saveCheck(
  db: Db,
  row: { workspaceId: string; checkedAt: Date; differences: LedgerDifference[] },
): Promise<void> {
  await db
    .insert(ledgerChecks)
    .values(row)
    .onConflictDoUpdate({
      target: ledgerChecks.workspaceId,
      set: { checkedAt: row.checkedAt, differences: row.differences },
    });
}

export async function findCheck(db: Db, workspaceId: string) {
  const [row] = await db.select().from(ledgerChecks).where(eq(ledgerChecks.workspaceId, workspaceId));
  return row ?? null;
}

/** Workspaces that have books at all. */
export async function listBookkeepers(db: Db): Promise<string[]> {
  const rows = await db.selectDistinct({ workspaceId: ledgerAccounts.workspaceId }).from(ledgerAccounts);
  return rows.map(({ workspaceId }) => workspaceId);
}

// ── Rates ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function saveRates(db: Db, rates: readonly (typeof exchangeRates.$inferInsert)[]): Promise<void> {
  if (rates.length === 0) return;
  await db
    .insert(exchangeRates)
    .values([...rates])
    .onConflictDoUpdate({
      target: [exchangeRates.base, exchangeRates.quote, exchangeRates.day],
      set: { rate: sql`excluded.rate`, source: sql`excluded.source` },
    });
}

/** Rates into `quote` of the days from `since` on, oldest first, and the last one before them. `day` is text: 2026-11-26. */
export async function listRatesInto(
  db: Db,
  quote: string,
  since: string,
): Promise<{ base: string; day: string; rate: string }[]> {
  const last = sql`(select max(r.day) from exchange_rates r where r.base = ${exchangeRates.base} and r.quote = ${quote} and r.day <= ${since})`;
  return db
    .select({ base: exchangeRates.base, day: exchangeRates.day, rate: exchangeRates.rate })
    .from(exchangeRates)
    .where(and(eq(exchangeRates.quote, quote), sql`${exchangeRates.day} >= coalesce(${last}, ${since})`))
    .orderBy(asc(exchangeRates.day));
}
