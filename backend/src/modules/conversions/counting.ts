/** The words in which SQL counts conversions: rolls, live counts and today's figures are all said in them, so they cannot differ. */
import { type SQL, sql } from "drizzle-orm";
import { type Breakdown, breakdowns, earningStatuses, rejectingStatuses } from "./domain/counting.ts";

const listOf = (statuses: readonly string[]) => sql.raw(`('${statuses.join("', '")}')`);
export const earning = listOf(earningStatuses);
export const rejecting = listOf(rejectingStatuses);

/** When it happened: the tracker's moment of what was found in its log, else when its call arrived. As the index is defined. */
export const momentOf = (alias: string): SQL => sql.raw(`coalesce(${alias}.happened_at, ${alias}.received_at)`);

/**
 * Whether the money of this row was taken back: the tracker refused the same click and transaction, not before. Moments decide
 * and not the order of writing, so that what is recovered late gives the same figures. One look into the index of clicks.
 */
export const isTakenBack = (
  alias: string,
): SQL => sql`(${sql.raw(alias)}.status in ${earning} and ${sql.raw(alias)}.subid <> '' and exists (
  select 1 from conversions taker where taker.subid = ${sql.raw(alias)}.subid and taker.subid <> ''
    and taker.connection_id = ${sql.raw(alias)}.connection_id and taker.tid = ${sql.raw(alias)}.tid
    and taker.status in ${rejecting} and ${momentOf("taker")} >= ${momentOf(alias)}))`;

/** The beginning of its hour on the workspace's wall, as "2026-11-21T13:00Z": on the night of a clock change two hours of one name stay two. */
export const hourOf = (alias: string, timeZone: string): SQL =>
  sql`to_char(date_trunc('hour', ${momentOf(alias)}, ${timeZone}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"')`;

/** Where a fact has an id, the id tells values apart and the name is what people read; where it has none, the name is both. */
const named = (id: string, name: string) => ({
  value: `coalesce(${id}, ${name}, '')`,
  label: `case when ${id} is not null then ${name} end`,
});
const single = (value: string) => ({ value: `coalesce(${value}, '')`, label: "null::text" });
const fact = (name: string) => `v.facts->>'${name}'`;

const sources: Readonly<Record<Breakdown, { value: string; label: string }>> = {
  campaign: named("v.campaign_id", "v.campaign_name"),
  offer: named(fact("offerId"), fact("offerName")),
  landing: named(fact("landingId"), fact("landingName")),
  creative: named(fact("creativeId"), fact("creativeName")),
  country: single("v.country"),
  source: single(`coalesce(${fact("source")}, ${fact("trafficSource")})`),
  sub_1: single("v.facts->'subIds'->>'1'"),
};

/** Longer values are cut: they are part of a key. */
const cut = (text: string) => `left(${text}, 200)`;

/** Value and label of a breakdown, of the conversion `v`. '' when the tracker sent none. */
export const keyOf = (by: Breakdown): SQL => sql.raw(cut(sources[by].value));
export const labelOf = (by: Breakdown): SQL => sql.raw(cut(sources[by].label));

/** Rows of (dimension, value, label) for the conversion `v`: one for each thing that a day is rolled by. */
export const valuesOf = (timeZone: string): SQL =>
  sql`(values ('total', '', null::text), ('hour', ${hourOf("v", timeZone)}, null), ${sql.join(
    breakdowns.map((by) => sql`(${sql.raw(`'${by}'`)}, ${keyOf(by)}, ${labelOf(by)})`),
    sql`, `,
  )})`;
