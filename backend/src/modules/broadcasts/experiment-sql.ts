/** Samples of experiments as the database sees them: what `domain/experiment.ts` computes, as SQL over an id. */
import { type SQL, sql } from "drizzle-orm";
import { bucketCount, mixers, saltOf, sampleSeedOf } from "./domain/experiment.ts";

const bits = sql.raw("4294967295");

/** `bucketOf(seed, id)` of a bigint column. Its steps are written out: no function of ours has to exist in the database. */
export function bucketSql(seed: number, id: SQL = sql`s.id`): SQL {
  const start = sql`((${id} & ${bits}) # (${id} >> 32) # ${String(saltOf(seed))}::bigint)`;
  const first = sql`(((${start} # (${start} >> 16)) * ${sql.raw(String(mixers[0]))}::bigint) & ${bits})`;
  const second = sql`(((${first} # (${first} >> 15)) * ${sql.raw(String(mixers[1]))}::bigint) & ${bits})`;
  return sql`((${second} # (${second} >> 15)) % ${sql.raw(String(bucketCount))})`;
}

/** Of the subscribers `s`: the sample (phase 1), or the rest that gets the winner (phase 2). */
export function phaseSql(seed: number, samplePercent: number, phase: number, id?: SQL): SQL {
  const bucket = bucketSql(sampleSeedOf(seed), id);
  const edge = sql.raw(String(Math.round(samplePercent * 100)));
  return phase === 1 ? sql`(${bucket} < ${edge})` : sql`(${bucket} >= ${edge})`;
}
