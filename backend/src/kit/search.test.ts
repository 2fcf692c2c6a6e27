import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { workspaces } from "@db/schema/identity.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { and, sql } from "drizzle-orm";
import fc from "fast-check";
import { idsInOrder, typedWords, wordsIn } from "./search.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Letters of several scripts, what cuts words, and signs that mean something to LIKE, to tsquery or to SQL. */
const signs = [..."aAbоОїЇщ李9", ..." @_-.", ..."%\\'\"&|!:*()<>"];
const text = fc.array(fc.constantFrom(...signs), { maxLength: 14 }).map((all) => all.join(""));

/** What is promised: each typed word begins a word of the row; what is typed with a cut behind it is one of its words. */
function isFound(row: string, typed: string): boolean {
  const words = row
    .toLowerCase()
    .split(/[ @_.-]/)
    .filter(Boolean);
  const asked = typed.toLowerCase().split(" ").filter(Boolean);
  if (asked.length === 0) return true;
  if (!/[^ @_.-]/.test(typed)) return false;
  return asked.every((part) => {
    const parts = part.split(/[@_.-]/);
    const last = parts.pop() ?? "";
    return parts.filter(Boolean).every((whole) => words.includes(whole)) && words.some((word) => word.startsWith(last));
  });
}

async function answersOf(row: string, typed: string): Promise<(boolean | null)[]> {
  const { narrow, indexed } = wordsIn(sql`t.search_text`, typed);
  const [answer] = await database.db.execute<{ seen: boolean; found: boolean }>(sql`
    select ${narrow ?? sql`true`} as seen, ${indexed ?? sql`true`} as found
    from (select lower(${` ${row}`}::text) as search_text) t`);
  return [answer?.seen ?? null, answer?.found ?? null];
}

describe("a search", () => {
  test("finds a row when every word that was typed begins one of its words, seen on the row and by the index alike", async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (row, typed) => {
        const expected = isFound(row, typed);
        expect([row, typed, await answersOf(row, typed)]).toEqual([row, typed, [expected, expected]]);
      }),
      { numRuns: 400 },
    );
  });

  test("finds a row by the beginnings of its own words, in whatever order", async () => {
    const word = fc.array(fc.constantFrom(...signs.filter((sign) => !" @_-.".includes(sign))), {
      minLength: 1,
      maxLength: 8,
    });
    const chosen = fc.array(fc.record({ which: fc.nat(), length: fc.nat() }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 4 }), chosen, async (words, parts) => {
        const row = words.map((letters) => letters.join("")).join(" ");
        const typed = parts.map(({ which, length }) => {
          const letters = words[which % words.length] ?? [];
          return letters.slice(0, 1 + (length % letters.length)).join("");
        });
        expect([row, typed, await answersOf(row, typed.join(" "))]).toEqual([row, typed, [true, true]]);
      }),
      { numRuns: 200 },
    );
  });

  test("takes what is typed before a cut for a whole word, so that a username narrows as far as it was typed", () => {
    expect(typedWords("  @user_1  Kov\0al ")).toEqual([
      { text: "user", isWhole: true },
      { text: "1", isWhole: false },
      { text: "Koval", isWhole: false },
    ]);
    expect(typedWords("user_")).toEqual([{ text: "user", isWhole: true }]);
    for (const nothing of ["", "  ", "@", "-- __"]) expect(typedWords(nothing)).toEqual([]);
    expect(typedWords("a ".repeat(500))).toHaveLength(12);
  });

  test("for signs alone finds nobody, and for nothing narrows nothing", async () => {
    expect(await answersOf("ann", " -@ ")).toEqual([false, false]);
    expect(wordsIn(sql`x`, " \n ")).toEqual({ narrow: undefined, indexed: undefined });
  });

  test("of words longer than a tsvector takes is answered, and rows that have them are kept", async () => {
    const long = "щ".repeat(3000);
    expect(await answersOf(long, "щ".repeat(40))).toEqual([true, true]);
    expect(await answersOf("ann", long)).toEqual([false, false]);
  });

  test("asks the index of people, and finds by it what is beyond the rows that are walked", async () => {
    const { db } = database;
    const [space] = await db.insert(workspaces).values({ name: "Many" }).returning();
    const workspaceId = space?.id ?? "";
    // The one who is sought is the oldest of more people than a walk looks at.
    await db.execute(sql`
      insert into persons (workspace_id, first_name, username, telegram_id, created_at)
      select ${workspaceId}, case when n = 1 then 'Марія-Олена' else 'Ann ' || n end, 'user_' || n, 100000 + n,
        timestamptz '2026-01-01' + n * interval '1 second' from generate_series(1, 10500) n`);
    await db.execute(sql`analyze persons`);
    const scope = sql`p.workspace_id = ${workspaceId}`;
    const of = (typed: string) => ({
      ...{ from: sql`persons p`, as: sql`p`, scope, order: sql`p.created_at desc, p.id desc`, limit: 2 },
      ...wordsIn(sql`p.search_text`, typed),
    });
    for (const typed of ["олена", "мар", "марія ОЛ", "@user_1 мар", "100001"])
      expect([typed, (await idsInOrder(db, of(typed))).length]).toEqual([typed, 1]);
    expect(await idsInOrder(db, of("лена"))).toEqual([]);
    expect(await idsInOrder(db, of("ann 1"))).toHaveLength(2);
    const plan = await db.execute<Record<string, string>>(
      sql`explain select id from persons p where ${and(scope, of("олена").indexed)}`,
    );
    expect(plan.map((line) => line["QUERY PLAN"]).join("\n")).toContain("persons_search");
  });
});
