/** SQL of exports and bulk work: walks over any number of conversions, a slice at a time. `Own`: of the given workspace. */
import type { Db } from "@db/client.ts";
import { conversions } from "@db/schema/conversions.ts";
import { and, asc, desc, gte, inArray, lt, lte, max, min, type SQL, sql } from "drizzle-orm";
import { type ConversionFilter, matching } from "./queries.ts";

/** These conversions, or all that match. Either way none of a connection that whoever chose is not shown. */
export interface Chosen {
  ids: readonly string[] | null;
  /** With ids only its `hidden` counts. */
  filter: ConversionFilter;
}

export const chosenOf = (ids: readonly string[] | null | undefined, filter: ConversionFilter): Chosen => ({
  ids: ids ?? null,
  filter,
});

const condition = (workspaceId: string, { ids, filter }: Chosen): SQL | undefined =>
  ids
    ? and(matching(workspaceId, { hidden: filter.hidden }), inArray(conversions.id, ids.map(BigInt)))
    : matching(workspaceId, filter);

/**
 * What an index finds. The rest of a filter is looked for among so many of these at a time: one statement costs the same however
 * rare a match is, and none runs into its time limit.
 */
const walked = (workspaceId: string, { ids, filter }: Chosen): SQL | undefined =>
  ids
    ? condition(workspaceId, { ids, filter })
    : matching(workspaceId, {
        ...(filter.status === undefined ? {} : { status: filter.status }),
        ...(filter.connectionId === undefined ? {} : { connectionId: filter.connectionId }),
      });

/** Whether an index finds exactly what was chosen: then nothing has to be looked for. */
const isWalkOnly = ({ ids, filter: { status: _, connectionId: __, hidden = [], ...rest } }: Chosen): boolean =>
  ids !== null || (hidden.length === 0 && Object.values(rest).every((part) => part === undefined));

export interface ExportedRow {
  id: string;
  connectionId: string;
  status: string;
  rawStatus: string | null;
  amount: string | null;
  currency: string | null;
  correctionCount: number;
  isRecovered: boolean;
  receivedAt: Date;
  happenedAt: Date | null;
  facts: Record<string, unknown>;
}

const epochMs = (column: typeof conversions.receivedAt | typeof conversions.happenedAt) =>
  sql`(extract(epoch from ${column}) * 1000)::float8`;
/** The whole row as one text: the driver takes as long for each column as for a kilobyte of it. */
const asText = sql<string>`json_build_array(${conversions.id}::text, ${conversions.connectionId}, ${conversions.status},
  ${conversions.rawStatus}, ${conversions.amount}::text, ${conversions.currency}, ${conversions.correctionCount},
  ${conversions.isRecovered}, ${epochMs(conversions.receivedAt)}, ${epochMs(conversions.happenedAt)}, ${conversions.facts})::text`;

type Stored = [
  id: string,
  connectionId: string,
  status: string,
  rawStatus: string | null,
  amount: string | null,
  currency: string | null,
  correctionCount: number,
  isRecovered: boolean,
  receivedMs: number,
  happenedMs: number | null,
  facts: Record<string, unknown>,
];

function fromText(text: string): ExportedRow {
  const [
    id,
    connectionId,
    status,
    rawStatus,
    amount,
    currency,
    correctionCount,
    isRecovered,
    receivedMs,
    happenedMs,
    facts,
  ] = JSON.parse(text) as Stored;
  return {
    id,
    connectionId,
    status,
    rawStatus,
    amount,
    currency,
    correctionCount,
    isRecovered,
    receivedAt: new Date(receivedMs),
    happenedAt: happenedMs === null ? null : new Date(happenedMs),
    facts,
  };
}

/** A row is stored soon after its call has come; one that was stored so long before a moment was not received after it. */
const storedWithinMs = 3_600_000;

/** The next `size` conversions before an id, and those of them that were chosen; newest first. `next` null: there are no more. */
export async function sliceOwnDownwards(
  db: Db,
  workspaceId: string,
  chosen: Chosen,
  ask: { before: bigint | null; size: number },
): Promise<{ rows: ExportedRow[]; next: bigint | null }> {
  const before = ask.before === null ? undefined : lt(conversions.id, ask.before);
  if (isWalkOnly(chosen)) {
    const found = await db
      .select({ text: asText })
      .from(conversions)
      .where(and(condition(workspaceId, chosen), before))
      .orderBy(desc(conversions.id))
      .limit(ask.size);
    const rows = found.map(({ text }) => fromText(text));
    const last = rows.at(-1);
    return { rows, next: last && rows.length === ask.size ? BigInt(last.id) : null };
  }
  const slice = db
    .select({ id: conversions.id, createdAt: conversions.createdAt })
    .from(conversions)
    .where(and(walked(workspaceId, chosen), before))
    .orderBy(desc(conversions.id))
    .limit(ask.size)
    .as("slice");
  const [bounds] = await db
    .select({ lowest: min(slice.id), newest: max(slice.createdAt), count: sql<number>`count(*)::int` })
    .from(slice);
  if (!bounds || bounds.lowest === null) return { rows: [], next: null };
  const lowest = BigInt(bounds.lowest);
  const rows = await db
    .select({ text: asText })
    .from(conversions)
    .where(and(condition(workspaceId, chosen), before, gte(conversions.id, lowest)))
    .orderBy(desc(conversions.id));
  const from = chosen.ids ? undefined : chosen.filter.from;
  const isPast =
    from !== undefined && bounds.newest !== null && bounds.newest.getTime() < from.getTime() - storedWithinMs;
  return { rows: rows.map(({ text }) => fromText(text)), next: bounds.count < ask.size || isPast ? null : lowest };
}

/** Ids and calls of what was chosen among the next `size` in (after, ceiling], oldest first. `last` null: there are no more. */
export async function sliceOwnUpwards(
  db: Db,
  workspaceId: string,
  chosen: Chosen,
  ask: { after: bigint; ceiling: bigint; size: number },
): Promise<{ rows: { id: bigint; eventId: bigint | null }[]; last: bigint | null }> {
  const within = (from: bigint, to: bigint) => and(sql`${conversions.id} > ${from}`, lte(conversions.id, to));
  const slice = db
    .select({ id: conversions.id })
    .from(conversions)
    .where(and(walked(workspaceId, chosen), within(ask.after, ask.ceiling)))
    .orderBy(asc(conversions.id))
    .limit(ask.size)
    .as("slice");
  const [bounds] = await db.select({ highest: max(slice.id), count: sql<number>`count(*)::int` }).from(slice);
  if (!bounds || bounds.highest === null) return { rows: [], last: null };
  const highest = BigInt(bounds.highest);
  const rows = await db
    .select({ id: conversions.id, eventId: conversions.eventId })
    .from(conversions)
    .where(and(condition(workspaceId, chosen), within(ask.after, highest)))
    .orderBy(asc(conversions.id));
  return { rows, last: highest };
}

/** How many were chosen, counted up to `atMost` + 1, and between which ids they lie. */
export async function measureOwn(
  db: Db,
  workspaceId: string,
  chosen: Chosen,
  atMost: number,
): Promise<{ count: number; lowest: bigint; highest: bigint }> {
  const counted = db
    .select({ id: conversions.id })
    .from(conversions)
    .where(condition(workspaceId, chosen))
    .orderBy(desc(conversions.id))
    .limit(atMost + 1)
    .as("counted");
  const [row] = await db
    .select({ count: sql<number>`count(*)::int`, lowest: min(counted.id), highest: max(counted.id) })
    .from(counted);
  return { count: row?.count ?? 0, lowest: BigInt(row?.lowest ?? 0), highest: BigInt(row?.highest ?? 0) };
}
