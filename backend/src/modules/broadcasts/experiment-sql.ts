/** Samples of experiments as the database sees them: what `domain/experiment.ts` computes, as SQL over an id. */
import { type SQL, sql } from "drizzle-orm";
import { bucketCount, mixers, saltOf, sampleSeedOf } from "./domain/experiment.ts";

const bits = sql.raw("4294967295");

/** `bucketOf(seed, id)` of the subscribers `s`. Its steps are written out: no function of ours has to exist in the database. */
export function bucketSql(seed: number): SQL {
  const start = sql`((s.id & ${bits}) # (s.id >> 32) # ${String(saltOf(seed))}::bigint)`;
  const first = sql`(((${start} # (${start} >> 16)) * ${sql.raw(String(mixers[0]))}::bigint) & ${bits})`;
  const second = sql`(((${first} # (${first} >> 15)) * ${sql.raw(String(mixers[1]))}::bigint) & ${bits})`;
  return sql`((${second} # (${second} >> 15)) % ${sql.raw(String(bucketCount))})`;
}

/** Of the subscribers `s`: those of the sample, as `isInSample` has them. */
export const sampleSql = (seed: number, samplePercent: number): SQL =>
  sql`(${bucketSql(sampleSeedOf(seed))} < ${sql.raw(String(samplePercent * 100))})`;
