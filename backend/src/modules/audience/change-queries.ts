/** SQL of changes to many subscribers. */
import type { Db } from "@db/client.ts";
import { audienceChanges } from "@db/schema/audience.ts";
import { and, asc, desc, eq, gt, lte, ne, or, type SQL, sql } from "drizzle-orm";
import { people } from "./queries.ts";

export type ChangeRow = typeof audienceChanges.$inferSelect;

export async function insertChange(db: Db, values: typeof audienceChanges.$inferInsert): Promise<ChangeRow> {
  const [row] = await db.insert(audienceChanges).values(values).returning();
  if (!row) throw new Error("a row just stored is not there");
  return row;
}

const own = (workspaceId: string, id: string) =>
  and(eq(audienceChanges.workspaceId, workspaceId), eq(audienceChanges.id, id));

export async function findOwnChange(db: Db, workspaceId: string, id: string): Promise<ChangeRow | null> {
  const [row] = await db.select().from(audienceChanges).where(own(workspaceId, id));
  return row ?? null;
}

/** For the slice that is about to be done: a second run of the same job waits, and then finds the checkpoint moved. */
export async function lockOwnChange(db: Db, workspaceId: string, id: string): Promise<ChangeRow | null> {
  const [row] = await db.select().from(audienceChanges).where(own(workspaceId, id)).for("update");
  return row ?? null;
}

/**
 * Fields that are deleted and still stand in some rows: their keys are not given again until they are gone, nor where taking them away
 * failed.
 */
export async function keysBeingForgotten(db: Db, workspaceId: string): Promise<string[]> {
  const rows = await db
    .select({ key: audienceChanges.fieldKey })
    .from(audienceChanges)
    .where(and(eq(audienceChanges.workspaceId, workspaceId), ne(audienceChanges.state, "done")));
  return rows.flatMap(({ key }) => (key === null ? [] : [key]));
}

/** The newest of those that run, or that have failed since then. */
export async function findOpenChange(db: Db, workspaceId: string, failedSince: Date): Promise<ChangeRow | null> {
  const { state, finishedAt, createdAt } = audienceChanges;
  const [row] = await db
    .select()
    .from(audienceChanges)
    .where(
      and(
        eq(audienceChanges.workspaceId, workspaceId),
        or(eq(state, "running"), and(eq(state, "failed"), gt(finishedAt, failedSince))),
      ),
    )
    .orderBy(desc(eq(state, "running")), desc(createdAt))
    .limit(1);
  return row ?? null;
}

/** It was set aside; what was changed stays changed. Null when it has ended already. */
export async function failChange(db: Db, workspaceId: string, id: string, now: Date): Promise<ChangeRow | null> {
  const [row] = await db
    .update(audienceChanges)
    .set({ state: "failed", finishedAt: now, filter: null })
    .where(and(own(workspaceId, id), eq(audienceChanges.state, "running")))
    .returning();
  return row ?? null;
}

export async function advanceChange(
  db: Db,
  id: string,
  to: { checkpointId: number; done: number; isDone: boolean; now: Date },
): Promise<void> {
  await db
    .update(audienceChanges)
    .set({
      checkpointId: to.checkpointId,
      done: sql`${audienceChanges.done} + ${to.done}`,
      ...(to.isDone ? { state: "done" as const, finishedAt: to.now, filter: null } : {}),
    })
    .where(eq(audienceChanges.id, id));
}

/** How many match, and the greatest id among them: what comes later is not in the change. */
export async function measure(db: Db, where: SQL): Promise<{ total: number; ceilingId: number }> {
  const [row] = await db
    .select({ total: sql<number>`count(*)::int`, ceilingId: sql<string>`coalesce(max(${people.id}), 0)` })
    .from(people)
    .where(where);
  return { total: row?.total ?? 0, ceilingId: Number(row?.ceilingId ?? 0) };
}

/** Up to `most` of the matching, any of them: without an order nothing tempts PostgreSQL to walk all rows for the few that match. */
export async function someIds(db: Db, where: SQL, most: number): Promise<bigint[]> {
  const rows = await db.select({ id: people.id }).from(people).where(where).limit(most);
  return rows.map(({ id }) => id);
}

/** The next matching ids behind the checkpoint, upwards. */
export async function nextSlice(
  db: Db,
  where: SQL,
  range: { after: number; ceiling: number; size: number },
): Promise<bigint[]> {
  const rows = await db
    .select({ id: people.id })
    .from(people)
    .where(and(where, gt(people.id, BigInt(range.after)), lte(people.id, BigInt(range.ceiling))))
    .orderBy(asc(people.id))
    .limit(range.size);
  return rows.map(({ id }) => id);
}

const among = (ids: readonly (bigint | number)[]): SQL => sql`s.id = any(${`{${ids.join(",")}}`}::bigint[])`;
const array = (ids: readonly number[]): SQL => sql`${`{${ids.join(",")}}`}::int[]`;

/**
 * Puts tags on and takes tags off; rows that have them so already are not touched, nor those that would get more tags than one
 * may have. Answers how many changed. Rows are locked upwards, as everybody locks them who changes many.
 */
export async function retag(
  db: Db,
  ids: readonly (bigint | number)[],
  change: { added: readonly number[]; removed: readonly number[]; most: number },
): Promise<number> {
  if (ids.length === 0) return 0;
  const rows = await db.execute(sql`
    with chosen as (select s.id, s.tags from subscribers s where ${among(ids)} order by s.id for no key update),
    wanted as (
      select c.id, c.tags, (select coalesce(array_agg(distinct tag order by tag), '{}') from unnest(c.tags || ${array(change.added)}) tag
        where not tag = any(${array(change.removed)})) as new_tags from chosen c)
    update subscribers s set tags = w.new_tags from wanted w
    where s.id = w.id and w.new_tags is distinct from w.tags and cardinality(w.new_tags) <= greatest(${change.most}, cardinality(w.tags))
    returning s.id`);
  return rows.length;
}

/** Takes a field's value out of these rows. */
export async function dropField(db: Db, ids: readonly bigint[], key: string): Promise<void> {
  if (ids.length === 0) return;
  await db.execute(sql`
    with chosen as (select s.id from subscribers s where ${among(ids)} order by s.id for no key update)
    update subscribers s set fields = s.fields - ${key} from chosen c where s.id = c.id`);
}

export const havingTag = (workspaceId: string, tagId: number): SQL =>
  sql`${people.workspaceId} = ${workspaceId} and ${people.tags} @> ${array([tagId])}`;

export const havingField = (workspaceId: string, key: string): SQL =>
  sql`${people.workspaceId} = ${workspaceId} and ${people.fields} ? ${key}`;
