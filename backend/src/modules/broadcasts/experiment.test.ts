import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { sql } from "drizzle-orm";
import fc from "fast-check";
import { bucketOf, decideWinner, evenShares, isInSample, pValue, variantOf, withShare } from "./domain/experiment.ts";
import { bucketSql, sampleSql } from "./experiment-sql.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const seed = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER - 2_000_000 });
const halves = [{ share: 50 }, { share: 50 }];

describe("who gets which", () => {
  test("is the same here and in the database, for any seed and id", async () => {
    await fc.assert(
      fc.asyncProperty(
        seed,
        fc.array(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), { minLength: 1, maxLength: 100 }),
        fc.integer({ min: 5, max: 100 }),
        async (some, ids, percent) => {
          const rows = await database.db.execute<{ id: string; bucket: string; sampled: boolean }>(sql`
            select s.id, ${bucketSql(some)} as bucket, ${sampleSql(some, percent)} as sampled
            from unnest(${`{${ids.join(",")}}`}::bigint[]) as s(id)`);
          for (const row of rows) {
            const id = Number(row.id);
            expect([id, Number(row.bucket)]).toEqual([id, bucketOf(some, id)]);
            expect(row.sampled).toBe(isInSample(some, id, percent));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test("keeps to the shares, over ids as they come from a table, in steps too", () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 1, max: 1e9 }), fc.constantFrom(1, 2, 10, 64), (some, from, step) => {
        const shares = [{ share: 70 }, { share: 20 }, { share: 10 }];
        const counts = [0, 0, 0];
        const people = 20_000;
        for (let n = 0; n < people; n++) {
          const index = variantOf(some, from + n * step, shares);
          counts[index] = (counts[index] ?? 0) + 1;
        }
        // Five standard deviations: once in two million draws.
        shares.forEach(({ share }, index) => {
          const p = share / 100;
          const spread = Math.sqrt(people * p * (1 - p));
          expect(Math.abs((counts[index] ?? 0) - people * p)).toBeLessThan(5 * spread);
        });
      }),
      { numRuns: 40 },
    );
  });

  test("in one broadcast says nothing of another, and the sample nothing of the variant", () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 1, max: 64 }), (some, further) => {
        const people = 10_000;
        let both = 0;
        let inSample = 0;
        for (let id = 1; id <= people; id++) {
          const isSecond = variantOf(some, id, halves) === 1;
          if (isSecond && variantOf(some + further, id, halves) === 1) both++;
          if (isSecond && isInSample(some, id, 50)) inSample++;
        }
        const spread = Math.sqrt(people * 0.25 * 0.75);
        expect(Math.abs(both - people / 4)).toBeLessThan(5 * spread);
        expect(Math.abs(inSample - people / 4)).toBeLessThan(5 * spread);
      }),
      { numRuns: 30 },
    );
  });

  test("is always a variant that there is, and the only one when there is one", () => {
    fc.assert(
      fc.property(
        seed,
        fc.integer({ min: 1 }),
        fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 4 }),
        (s, id, of) => {
          const index = variantOf(
            s,
            id,
            of.map((share) => ({ share })),
          );
          expect(index >= 0 && index < Math.max(1, of.length)).toBe(true);
        },
      ),
    );
    expect(variantOf(7, 1, [{ share: 100 }])).toBe(0);
  });
});

describe("shares", () => {
  test("sum to 100 with at least 1 for everybody, whatever is set", () => {
    const start = fc.integer({ min: 2, max: 4 }).map(evenShares);
    const sets = fc.array(fc.tuple(fc.nat({ max: 3 }), fc.integer({ min: -50, max: 150 })), { maxLength: 20 });
    fc.assert(
      fc.property(start, sets, (first, changes) => {
        let shares = first;
        for (const [index, wanted] of changes) {
          if (index >= shares.length) continue;
          shares = withShare(shares, index, wanted);
          expect(shares.reduce((sum, share) => sum + share, 0)).toBe(100);
          expect(shares.every((share) => Number.isInteger(share) && share >= 1)).toBe(true);
          if (wanted >= 1 && wanted <= 101 - shares.length) expect(shares[index]).toBe(wanted);
        }
      }),
    );
    expect([evenShares(1), evenShares(3), withShare([50, 50], 0, 70)]).toEqual([[100], [34, 33, 33], [70, 30]]);
  });
});

describe("the winner", () => {
  test("is called when the difference is real: 10 % against 5 % of a thousand each", () => {
    expect(
      decideWinner([
        { sent: 1000, events: 50 },
        { sent: 1000, events: 100 },
      ]),
    ).toMatchObject({ kind: "winner", index: 1 });
    // Worked out by hand: z = 4.25.
    expect(pValue({ sent: 1000, events: 50 }, { sent: 1000, events: 100 })).toBeCloseTo(0.0000217, 6);
  });

  test("needs more of a difference the more variants there are", () => {
    const pair = [
      { sent: 1000, events: 76 },
      { sent: 1000, events: 101 },
    ];
    expect(decideWinner(pair).kind).toBe("winner");
    const four = [...pair, { sent: 1000, events: 60 }, { sent: 1000, events: 61 }];
    expect(decideWinner(four)).toMatchObject({ kind: "close", index: 1 });
  });

  for (const [what, results] of [
    [
      "fewer than a hundred people",
      [
        { sent: 99, events: 5 },
        { sent: 500, events: 100 },
      ],
    ],
    [
      "fewer than ten events",
      [
        { sent: 500, events: 0 },
        { sent: 500, events: 9 },
      ],
    ],
    [
      "a share too small to be measured",
      [
        { sent: 20_000, events: 10 },
        { sent: 100, events: 0 },
      ],
    ],
    ["one variant", [{ sent: 500, events: 100 }]],
    ["nobody", []],
  ] as const)
    test(`is not called for ${what}`, () => {
      expect(decideWinner(results)).toEqual({ kind: "too_few" });
    });

  test("is not called for the same rate, and everybody's click is no crash", () => {
    expect(
      decideWinner([
        { sent: 500, events: 50 },
        { sent: 500, events: 50 },
      ]),
    ).toMatchObject({ kind: "close", index: 0 });
    expect(
      decideWinner([
        { sent: 500, events: 500 },
        { sent: 500, events: 500 },
      ]),
    ).toMatchObject({ kind: "close" });
  });

  test("where there is no difference is called in at most five tests of a hundred", () => {
    let state = 20_261_126;
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    const draw = (people: number, p: number) => {
      let events = 0;
      for (let n = 0; n < people; n++) if (random() < p) events++;
      return { sent: people, events };
    };
    for (const variants of [2, 4]) {
      let called = 0;
      const tests = 400;
      for (let n = 0; n < tests; n++)
        if (decideWinner(Array.from({ length: variants }, () => draw(600, 0.1))).kind === "winner") called++;
      // 5 % and three standard deviations.
      expect(called / tests).toBeLessThan(0.085);
    }
  });
});
