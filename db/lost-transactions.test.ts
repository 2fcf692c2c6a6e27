import { afterAll, beforeAll, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { type Database, type Db, openDatabase } from "./client.ts";
import { createTestDatabase, type TestDatabase } from "./testing.ts";

let database: TestDatabase;
/** Ends sessions from outside. */
let outside: Database;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 2 });
  outside = openDatabase(database.url, { poolSize: 1 });
  await database.sql`create table said (word text not null)`;
});
afterAll(async () => {
  await outside.close();
  await database.drop();
});

const endItself = (db: Pick<Db, "execute">) => db.execute(sql`select pg_terminate_backend(pg_backend_pid())`);
const say = (db: Pick<Db, "execute">, word: string) => db.execute(sql`insert into said (word) values (${word})`);
const pidOf = async (db: Pick<Db, "execute">) =>
  (await db.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`))[0]?.pid ?? 0;

/** The first statement on a connection that has taken a lost one's place may fail once more, with the old one's last words. */
async function tried<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === 10) throw error;
    }
  }
}

async function words(): Promise<string[]> {
  const rows = await tried(() => database.db.execute<{ word: string }>(sql`select word from said order by word`));
  return [...rows].map(({ word }) => word);
}

/** Many at once, on every connection of the pool: each gets its own answer. */
async function assertPoolWell(): Promise<void> {
  const numbers = Array.from({ length: 12 }, (_, n) => n);
  const answers = await Promise.all(
    numbers.map((n) =>
      tried(() =>
        database.db.transaction(async (tx) => (await tx.execute<{ n: number }>(sql`select ${n}::int as n`))[0]?.n),
      ),
    ),
  );
  expect(answers).toEqual(numbers);
}

const ways: [string, (tx: Db) => Promise<unknown>][] = [
  ["in a statement", (tx) => endItself(tx)],
  ["in a savepoint", (tx) => tx.transaction((inner) => endItself(inner))],
  [
    "in one of several at once",
    (tx) => Promise.all([endItself(tx), say(tx, "beside"), say(tx, "beside"), say(tx, "beside")]),
  ],
];
for (const [where, lose] of ways)
  test(`a transaction that loses its connection ${where} fails as lost, whatever its work does then, and the pool goes on`, async () => {
    // Twice the pool: each connection has been lost, and some of them twice.
    for (let round = 0; round < 4; round++) {
      const caught = database.db.transaction(async (tx) => {
        await lose(tx as unknown as Db).catch(() => {});
        await say(tx, "after the loss");
      });
      await expect(caught).rejects.toMatchObject({ code: expect.stringMatching(/^(CONNECTION_CLOSED|57P01)$/) });
      await expect(database.db.transaction((tx) => lose(tx as unknown as Db))).rejects.toThrow();
    }
    await assertPoolWell();
    expect(await words()).toEqual([]);
  });

test("what a lost transaction still wants to say is not said in the one that has its connection now", async () => {
  const goOn = Promise.withResolvers<void>();
  const began = Promise.withResolvers<number>();
  const late = Promise.withResolvers<unknown>();
  await assertPoolWell();
  const first = database.db.transaction(async (tx) => {
    began.resolve(await pidOf(tx));
    await goOn.promise;
    await say(tx, "late").then(late.resolve, late.resolve);
  });
  const ended = first.then(
    () => null,
    (error: { code?: string }) => error.code,
  );
  await outside.sql`select pg_terminate_backend(${await began.promise}::int)`;
  expect(await ended).toBe("CONNECTION_CLOSED");
  // Both connections of the pool are in transactions when the lost one goes on.
  const both = Promise.withResolvers<void>();
  let inside = 0;
  const speak = (word: string) =>
    tried(() =>
      database.db.transaction(async (tx) => {
        await say(tx, word);
        if (++inside === 2) both.resolve();
        await both.promise;
        goOn.resolve();
        expect(await late.promise).toBeInstanceOf(Error);
      }),
    );
  await Promise.all([speak("one"), speak("two")]);
  expect(await words()).toEqual(["one", "two"]);
});

test("what goes on beside the failure of its transaction says nothing more", async () => {
  const goOn = Promise.withResolvers<void>();
  const late = Promise.withResolvers<unknown>();
  const failed = database.db.transaction((tx) =>
    Promise.all([
      Promise.reject(new Error("the one")),
      goOn.promise.then(() => say(tx, "rolled back").then(late.resolve, late.resolve)),
    ]),
  );
  await expect(failed).rejects.toThrow("the one");
  goOn.resolve();
  expect(await late.promise).toBeInstanceOf(Error);
  expect(await words()).not.toContain("rolled back");
});

test("a loss that is somebody else's ends no transaction", async () => {
  for (const code of ["ECONNRESET", "CONNECTION_CLOSED"]) {
    const elsewhere = Object.assign(new Error("elsewhere"), { code });
    await database.db.transaction(async (tx) => {
      await expect(tx.transaction(() => Promise.reject(elsewhere))).rejects.toBe(elsewhere);
      await say(tx, `kept after ${code}`);
    });
    await expect(database.db.transaction(() => Promise.reject(elsewhere))).rejects.toBe(elsewhere);
  }
  expect(await words()).toEqual(expect.arrayContaining(["kept after CONNECTION_CLOSED", "kept after ECONNRESET"]));
  await assertPoolWell();
});

test("a refusal of the server leaves the transaction its connection", async () => {
  await database.db.transaction(async (tx) => {
    await expect(tx.transaction((inner) => inner.execute(sql`select 1 / 0`))).rejects.toThrow();
    await say(tx, "three");
  });
  await expect(database.db.transaction((tx) => tx.execute(sql`select 1 / 0`))).rejects.toThrow();
  expect(await words()).toContain("three");
  await assertPoolWell();
});
