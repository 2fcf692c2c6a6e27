/** The books under callers at once, against a model, and against whoever would write into them past us. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { AppError } from "@backend/kit/errors.ts";
import { makePerson, makeWorkspace, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import type { Db } from "@db/client.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import Big from "big.js";
import { sql } from "drizzle-orm";
import fc from "fast-check";
import { type Booking, balancesOf, book } from "./actions/book.ts";
import { checkBooks } from "./actions/check-books.ts";
import { transfer } from "./domain/entries.ts";
import { contextOf } from "./testing.ts";

let database: TestDatabase;
let at: TestWorkspace;
const now = new Date("2026-11-26T10:00:00Z");

beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 20 });
  at = await makeWorkspace(database.db);
});
afterAll(() => database.drop());

const inTransaction = (booking: Omit<Booking, "workspaceId" | "at">, workspaceId = at.workspaceId) =>
  database.db.transaction((tx) => book(tx as unknown as Db, { workspaceId, at: now, ...booking }));
const provider = { kind: "provider", holder: "crypto_pay" } as const;
const revenue = { kind: "revenue" } as const;
const customerOf = (holder: string) => ({ kind: "customer", holder }) as const;
const heldOf = (holder: string) => ({ kind: "held", holder }) as const;

/** Fills a person's balance. */
async function somebodyWith(amount: string, currency = "USD"): Promise<string> {
  const { personId } = await makePerson(database.db, at);
  await inTransaction({
    cause: "test.fill",
    causeId: personId,
    entries: transfer(provider, customerOf(personId), currency, amount),
  });
  return personId;
}
const codeOf = (error: unknown) => (error instanceof AppError ? error.code : String(error));
const sumsOf = async (workspaceId: string) => {
  const rows = await database.db.execute<{ currency: string; sum: string }>(
    sql`select currency, sum(balance)::text as sum from ledger_accounts where workspace_id = ${workspaceId} group by 1 having sum(balance) <> 0`,
  );
  return [...rows];
};
const difference = async (workspaceId: string) => {
  await checkBooks(contextOf(database.db, workspaceId, now), { workspaceId });
  const [row] = await database.db.execute<{ differences: unknown[] }>(
    sql`select differences from ledger_checks where workspace_id = ${workspaceId}`,
  );
  return row?.differences;
};

describe("a balance", () => {
  test("that fifty spend at once is spent exactly as far as it goes (R1)", async () => {
    const personId = await somebodyWith("10");
    const spent = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) =>
        inTransaction({
          cause: "test.spend",
          causeId: `${personId}:${n}`,
          entries: transfer(customerOf(personId), revenue, "USD", "0.3"),
        }),
      ),
    );
    const refused = spent.filter((one) => one.status === "rejected");
    expect(spent.length - refused.length).toBe(33);
    expect([...new Set(refused.map(({ reason }) => codeOf(reason)))]).toEqual(["payments.balance_too_low"]);
    expect(await balancesOf(database.db, at.workspaceId, personId)).toEqual([
      { currency: "USD", amount: "0.1", held: "0" },
    ]);
    expect(await sumsOf(at.workspaceId)).toEqual([]);
  });

  test("is moved once by one cause, told fifty times at once", async () => {
    const personId = await somebodyWith("5");
    const told = await Promise.all(
      Array.from({ length: 50 }, () =>
        inTransaction({
          cause: "test.once",
          causeId: personId,
          entries: transfer(customerOf(personId), revenue, "USD", "5"),
        }),
      ),
    );
    expect(told.filter(Boolean)).toHaveLength(1);
    // And a repeat that finds nothing left hears that it was done, not that money is missing.
    expect(await balancesOf(database.db, at.workspaceId, personId)).toEqual([]);
  });

  test("set aside for an order is spent by nobody else, and both ways cross without waiting for ever", async () => {
    const [ann, bob] = [await somebodyWith("20"), await somebodyWith("20")];
    await Promise.all(
      Array.from({ length: 40 }, (_, n) => {
        const [from, to] = n % 2 ? [ann, bob] : [bob, ann];
        return inTransaction({
          cause: "test.cross",
          causeId: `${ann}:${n}`,
          entries: transfer(customerOf(from), heldOf(to), "USD", "1"),
        });
      }),
    );
    for (const personId of [ann, bob])
      expect(await balancesOf(database.db, at.workspaceId, personId)).toEqual([
        { currency: "USD", amount: "0", held: "20" },
      ]);
  });
});

describe("the books and a plain model of them", () => {
  const step = fc.record({
    kind: fc.constantFrom("pay", "hold", "release", "spend", "refund", "repeat"),
    who: fc.integer({ min: 0, max: 2 }),
    amount: fc.integer({ min: 1, max: 3_000 }).map((cents) => new Big(cents).div(100).toFixed()),
    currency: fc.constantFrom("USD", "XTR"),
  });

  test("agree after any history", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (history) => {
        const own = await makeWorkspace(database.db);
        const people = ["ann", "bob", "eve"];
        const model = new Map<string, Big>();
        const get = (key: string) => model.get(key) ?? new Big(0);
        let last: Booking | null = null;
        for (const [n, { kind, who, amount, currency }] of history.entries()) {
          const person = people[who] ?? "";
          const ways = {
            pay: [provider, customerOf(person)],
            hold: [customerOf(person), heldOf(person)],
            release: [heldOf(person), customerOf(person)],
            spend: [heldOf(person), revenue],
            refund: [revenue, customerOf(person)],
          } as const;
          const [from, to] = ways[kind === "repeat" ? "pay" : (kind as keyof typeof ways)];
          const booking: Booking =
            kind === "repeat" && last
              ? last
              : {
                  workspaceId: own.workspaceId,
                  cause: `test.${kind}`,
                  causeId: String(n),
                  at: now,
                  entries: transfer(from, to, currency, amount),
                };
          const isRepeat = booking === last;
          const done = await database.db
            .transaction((tx) => book(tx as unknown as Db, booking))
            .catch((error: unknown) => codeOf(error));
          const key = (account: { kind: string; holder?: string }) =>
            `${account.kind} ${account.holder ?? ""} ${currency}`;
          if (isRepeat) expect(done).toBe(false);
          else if ("customer held".includes(from.kind) && get(key(from)).lt(amount))
            expect(done).toBe("payments.balance_too_low");
          else {
            expect(done).toBe(true);
            model.set(key(from), get(key(from)).minus(amount));
            model.set(key(to), get(key(to)).plus(amount));
            last = booking;
          }
        }
        const rows = await database.db.execute<{ name: string; balance: string }>(
          sql`select kind || ' ' || holder || ' ' || currency as name, trim_scale(balance)::text as balance
            from ledger_accounts where workspace_id = ${own.workspaceId} and balance <> 0 order by 1`,
        );
        const expected = [...model]
          .filter(([, sum]) => !sum.eq(0))
          .map(([name, sum]) => ({ name, balance: sum.toFixed() }));
        expect([...rows].sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(
          expected.sort((a, b) => (a.name < b.name ? -1 : 1)),
        );
        expect(await sumsOf(own.workspaceId)).toEqual([]);
        expect(await difference(own.workspaceId)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});

describe("the database itself refuses", () => {
  const refusal = async (statement: ReturnType<typeof sql>) => {
    const failed = await database.db.execute(statement).then(
      () => null,
      (error: { cause?: { message?: string }; message: string }) => error.cause?.message ?? error.message,
    );
    return failed ?? "not refused";
  };

  test("to change, delete or empty what was booked", async () => {
    await somebodyWith("1");
    expect(await refusal(sql`update ledger_entries set amount = amount + 1`)).toContain("append-only");
    expect(await refusal(sql`delete from ledger_entries`)).toContain("append-only");
    expect(await refusal(sql`truncate ledger_entries`)).toContain("append-only");
    expect(await refusal(sql`update ledger_transactions set cause = 'x'`)).toContain("append-only");
    expect(await refusal(sql`delete from ledger_transactions`)).toContain("append-only");
  });

  test("a balance that no entry moved", async () => {
    await somebodyWith("1");
    expect(await refusal(sql`update ledger_accounts set balance = balance + 1`)).toContain("entries alone");
  });

  test("a transaction that does not add up, at commit", async () => {
    const personId = await somebodyWith("1");
    const broken = database.db.transaction(async (tx) => {
      await tx.execute(sql`
        with made as (insert into ledger_transactions (workspace_id, cause, cause_id) values (${at.workspaceId}, 'test.odd', ${personId}) returning id)
        insert into ledger_entries (transaction_id, account_id, amount, currency)
        select made.id, a.id, 1, a.currency from made, ledger_accounts a where a.holder = ${personId}`);
    });
    const message = await broken.then(
      () => "committed",
      (error: { cause?: { message?: string }; message: string }) => error.cause?.message ?? error.message,
    );
    expect(message).toContain("does not add up");
  });
});

describe("the check", () => {
  test("finds a balance that somebody bent behind the triggers, and an account that stands alone", async () => {
    const own = await makeWorkspace(database.db);
    await inTransaction(
      { cause: "test.fill", causeId: "1", entries: transfer(provider, customerOf("ann"), "USD", "7") },
      own.workspaceId,
    );
    expect(await difference(own.workspaceId)).toEqual([]);
    await database.sql.begin(async (tx) => {
      await tx`alter table ledger_accounts disable trigger ledger_balance_by_entries_alone`;
      await tx`update ledger_accounts set balance = balance + 0.01 where workspace_id = ${own.workspaceId} and kind = 'customer'`;
      await tx`alter table ledger_accounts enable trigger ledger_balance_by_entries_alone`;
    });
    const found = (await difference(own.workspaceId)) as {
      accountId: string | null;
      balance: string;
      entries: string;
    }[];
    expect(found.map(({ accountId, balance, entries }) => [accountId === null, balance, entries])).toEqual([
      [false, "7.01", "7"],
      [true, "0.01", "0"],
    ]);
  });
});
