/** SQL of saved segments and of what conditions may name. `Own`: of the given workspace. */
import type { Db } from "@db/client.ts";
import { segments } from "@db/schema/audience.ts";
import { workspaces } from "@db/schema/identity.ts";
import { and, eq, sql } from "drizzle-orm";

export type SegmentRow = typeof segments.$inferSelect;
export type NewSegment = typeof segments.$inferInsert;

const own = (workspaceId: string, id: string) => and(eq(segments.workspaceId, workspaceId), eq(segments.id, id));

export const listOwnSegments = (db: Db, workspaceId: string): Promise<SegmentRow[]> =>
  db.select().from(segments).where(eq(segments.workspaceId, workspaceId)).orderBy(sql`lower(${segments.name})`);

export async function findOwnSegment(db: Db, workspaceId: string, id: string): Promise<SegmentRow | null> {
  const [row] = await db.select().from(segments).where(own(workspaceId, id));
  return row ?? null;
}

export async function lockOwnSegment(db: Db, workspaceId: string, id: string): Promise<SegmentRow | null> {
  const [row] = await db.select().from(segments).where(own(workspaceId, id)).for("update");
  return row ?? null;
}

export async function insertSegment(db: Db, values: NewSegment): Promise<SegmentRow> {
  const [row] = await db.insert(segments).values(values).returning();
  if (!row) throw new Error("a segment just stored is not there");
  return row;
}

export async function updateSegment(db: Db, id: string, values: Partial<NewSegment>): Promise<SegmentRow> {
  const [row] = await db.update(segments).set(values).where(eq(segments.id, id)).returning();
  if (!row) throw new Error("a locked segment is not there");
  return row;
}

export const deleteSegmentRow = (db: Db, id: string) => db.delete(segments).where(eq(segments.id, id));

/** Serialises what looks at all segments before adding one: two requests at once do not both find room. */
export const lockOwnWorkspace = (db: Db, workspaceId: string) =>
  db.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, workspaceId)).for("update");

// ── What conditions may name ────────────────────────────────────────────────────────────────────────────────────────

/** Those who came last say what there is to choose from; asking a million for it would take longer than counting them. */
const lookedAt = 20_000;

/** What people have in a column, the most frequent first. */
export async function listSeenValues(
  db: Db,
  workspaceId: string,
  column: "language" | "source",
): Promise<{ value: string; count: number }[]> {
  const name = sql.identifier(column);
  const rows = await db.execute<{ value: string; count: number }>(sql`
    select value, count(*)::int as count from (
      select s.${name} as value from subscribers s where s.workspace_id = ${workspaceId} order by s.id desc limit ${lookedAt}) seen
    where value <> '' group by value order by 2 desc, 1 limit 50`);
  return [...rows];
}
