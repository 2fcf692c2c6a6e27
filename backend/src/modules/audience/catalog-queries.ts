/** SQL of tags, fields and categories. `Own` in a name: of the given workspace, a stranger's is not found. */
import type { Db } from "@db/client.ts";
import { audienceCategories, audienceFields, audienceTags, type FieldKind } from "@db/schema/audience.ts";
import { and, asc, eq, inArray, isNull, sql } from "drizzle-orm";

export type TagRow = typeof audienceTags.$inferSelect;
export type FieldRow = typeof audienceFields.$inferSelect;
export type CategoryRow = typeof audienceCategories.$inferSelect;

/** PostgreSQL's `serial` ends here; a greater number in an address names nothing, and would be an error in a query. */
const greatestSerial = 2_147_483_647;

type Catalog = "tags" | "fields" | "categories";
const catalogKey = (workspaceId: string, what: Catalog) =>
  sql`hashtextextended(${`audience-${what}:${workspaceId}`}, 0)`;

/** Names are checked and counted one after another, so that two hands at once neither pass a limit nor make a name twice. */
export async function lockCatalog(db: Db, workspaceId: string, what: Catalog): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(${catalogKey(workspaceId, what)})`);
}

/** What is there stays until the transaction ends; others may say the same meanwhile, and who changes the catalog waits for them all. */
export async function keepCatalog(db: Db, workspaceId: string, what: Catalog): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock_shared(${catalogKey(workspaceId, what)})`);
}

// ── Tags ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function listOwnTags(db: Db, workspaceId: string): Promise<TagRow[]> {
  return db
    .select()
    .from(audienceTags)
    .where(eq(audienceTags.workspaceId, workspaceId))
    .orderBy(sql`lower(${audienceTags.name})`, audienceTags.id);
}

export async function tagNamesOf(db: Db, workspaceId: string): Promise<Map<number, string>> {
  return new Map((await listOwnTags(db, workspaceId)).map(({ id, name }) => [id, name]));
}

/** People per tag in one pass over the workspace's subscribers, however many tags there are. */
export async function countPeopleByTag(db: Db, workspaceId: string): Promise<Map<number, number>> {
  const rows = await db.execute<{ tag: number; people: number }>(sql`
    select tag, count(*)::int as people from subscribers s, unnest(s.tags) tag
    where s.workspace_id = ${workspaceId} and s.tags <> '{}' group by tag`);
  return new Map(rows.map(({ tag, people }) => [tag, people]));
}

export async function findOwnTag(db: Db, workspaceId: string, id: number): Promise<TagRow | null> {
  if (id > greatestSerial) return null;
  const [row] = await db
    .select()
    .from(audienceTags)
    .where(and(eq(audienceTags.workspaceId, workspaceId), eq(audienceTags.id, id)));
  return row ?? null;
}

export async function findOwnTagByName(db: Db, workspaceId: string, name: string): Promise<TagRow | null> {
  const [row] = await db
    .select()
    .from(audienceTags)
    .where(and(eq(audienceTags.workspaceId, workspaceId), sql`lower(${audienceTags.name}) = lower(${name})`));
  return row ?? null;
}

/** Which of these ids are tags of the workspace. */
export async function ownTagIds(db: Db, workspaceId: string, ids: readonly number[]): Promise<Set<number>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .select({ id: audienceTags.id })
    .from(audienceTags)
    .where(and(eq(audienceTags.workspaceId, workspaceId), inArray(audienceTags.id, [...ids])));
  return new Set(rows.map(({ id }) => id));
}

export async function insertTag(db: Db, workspaceId: string, name: string): Promise<TagRow> {
  const [row] = await db.insert(audienceTags).values({ workspaceId, name }).returning();
  if (!row) throw new Error("a row just stored is not there");
  return row;
}

export async function renameTagRow(db: Db, id: number, name: string): Promise<void> {
  await db.update(audienceTags).set({ name }).where(eq(audienceTags.id, id));
}

export async function deleteTagRow(db: Db, id: number): Promise<void> {
  await db.delete(audienceTags).where(eq(audienceTags.id, id));
}

// ── Fields ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function listOwnFields(db: Db, workspaceId: string): Promise<FieldRow[]> {
  return db
    .select()
    .from(audienceFields)
    .where(eq(audienceFields.workspaceId, workspaceId))
    .orderBy(asc(audienceFields.position), asc(audienceFields.createdAt), asc(audienceFields.id));
}

export async function findOwnField(db: Db, workspaceId: string, id: string): Promise<FieldRow | null> {
  const [row] = await db
    .select()
    .from(audienceFields)
    .where(and(eq(audienceFields.workspaceId, workspaceId), eq(audienceFields.id, id)));
  return row ?? null;
}

export async function insertField(
  db: Db,
  values: { workspaceId: string; key: string; name: string; kind: FieldKind; choices: string[]; position: number },
): Promise<FieldRow> {
  const [row] = await db.insert(audienceFields).values(values).returning();
  if (!row) throw new Error("a row just stored is not there");
  return row;
}

export async function updateField(db: Db, id: string, values: { name?: string; choices?: string[] }): Promise<void> {
  await db.update(audienceFields).set(values).where(eq(audienceFields.id, id));
}

export async function deleteFieldRow(db: Db, id: string): Promise<void> {
  await db.delete(audienceFields).where(eq(audienceFields.id, id));
}

// ── Categories ──────────────────────────────────────────────────────────────────────────────────────────────────────

export async function listOwnCategories(
  db: Db,
  workspaceId: string,
  options: { archived: boolean },
): Promise<CategoryRow[]> {
  return db
    .select()
    .from(audienceCategories)
    .where(
      and(
        eq(audienceCategories.workspaceId, workspaceId),
        options.archived ? undefined : isNull(audienceCategories.archivedAt),
      ),
    )
    .orderBy(asc(audienceCategories.position), asc(audienceCategories.id));
}

export async function findOwnCategory(db: Db, workspaceId: string, id: number): Promise<CategoryRow | null> {
  if (id > greatestSerial) return null;
  const [row] = await db
    .select()
    .from(audienceCategories)
    .where(and(eq(audienceCategories.workspaceId, workspaceId), eq(audienceCategories.id, id)));
  return row ?? null;
}

export async function insertCategory(
  db: Db,
  values: { workspaceId: string; names: CategoryRow["names"]; position: number },
): Promise<CategoryRow> {
  const [row] = await db.insert(audienceCategories).values(values).returning();
  if (!row) throw new Error("a row just stored is not there");
  return row;
}

export async function updateCategory(
  db: Db,
  id: number,
  values: { names?: CategoryRow["names"]; archivedAt?: Date | null },
): Promise<void> {
  await db.update(audienceCategories).set(values).where(eq(audienceCategories.id, id));
}
