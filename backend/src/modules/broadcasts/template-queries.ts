/** SQL of templates. `Own` in a name: of the given workspace; a stranger's is not found. */
import type { Db } from "@db/client.ts";
import { messageTemplates } from "@db/schema/broadcasts.ts";
import { and, asc, eq, sql } from "drizzle-orm";

export type TemplateRow = typeof messageTemplates.$inferSelect;

const own = (workspaceId: string, id: string) =>
  and(eq(messageTemplates.workspaceId, workspaceId), eq(messageTemplates.id, id));

/** By name, as people look for them. */
export const listOwnTemplates = (db: Db, workspaceId: string): Promise<TemplateRow[]> =>
  db
    .select()
    .from(messageTemplates)
    .where(eq(messageTemplates.workspaceId, workspaceId))
    .orderBy(asc(sql`lower(${messageTemplates.name})`), asc(messageTemplates.id));

/** Without their letters, which are long. */
export async function listOwnNames(db: Db, workspaceId: string): Promise<string[]> {
  const rows = await db
    .select({ name: messageTemplates.name })
    .from(messageTemplates)
    .where(eq(messageTemplates.workspaceId, workspaceId));
  return rows.map(({ name }) => name);
}

export async function findOwnTemplate(db: Db, workspaceId: string, id: string): Promise<TemplateRow | null> {
  const [row] = await db.select().from(messageTemplates).where(own(workspaceId, id));
  return row ?? null;
}

export async function lockOwnTemplate(db: Db, workspaceId: string, id: string): Promise<TemplateRow | null> {
  const [row] = await db.select().from(messageTemplates).where(own(workspaceId, id)).for("update");
  return row ?? null;
}

/** They are counted and named together: one change of the list at a time. */
export async function lockTemplates(db: Db, workspaceId: string): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`message-templates:${workspaceId}`}, 0))`);
}

export async function insertTemplate(db: Db, values: typeof messageTemplates.$inferInsert): Promise<TemplateRow> {
  const [row] = await db.insert(messageTemplates).values(values).returning();
  if (!row) throw new Error("a template just stored is not there");
  return row;
}

export async function updateTemplate(
  db: Db,
  id: string,
  values: Partial<Pick<TemplateRow, "name" | "letter" | "updatedAt">>,
): Promise<TemplateRow> {
  const [row] = await db.update(messageTemplates).set(values).where(eq(messageTemplates.id, id)).returning();
  if (!row) throw new Error("a locked template is not there");
  return row;
}

export async function deleteTemplateRow(db: Db, id: string): Promise<void> {
  await db.delete(messageTemplates).where(eq(messageTemplates.id, id));
}
