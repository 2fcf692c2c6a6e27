/** Segments and categories as whoever addresses them needs to know them. */
import type { Db } from "@db/client.ts";
import { audienceCategories, optOuts, segments, subscribers } from "@db/schema/audience.ts";
import { and, eq, inArray, isNull } from "drizzle-orm";
import { everything } from "./domain/refusal.ts";
import type { Condition } from "./domain/segment.ts";

/** Null: the workspace has no such segment. */
export async function findOwnCondition(
  db: Db,
  workspaceId: string,
  segmentId: string,
): Promise<{ name: string; condition: Condition } | null> {
  const [row] = await db
    .select({ name: segments.name, condition: segments.condition })
    .from(segments)
    .where(and(eq(segments.workspaceId, workspaceId), eq(segments.id, segmentId)));
  return row ? { name: row.name, condition: row.condition as Condition } : null;
}

/** Archived ones too: who chose one before it was archived may go on. */
export async function isOwnCategory(db: Db, workspaceId: string, categoryId: number): Promise<boolean> {
  const found = await db.$count(
    audienceCategories,
    and(eq(audienceCategories.workspaceId, workspaceId), eq(audienceCategories.id, categoryId)),
  );
  return found > 0;
}

/** Whether somebody refuses messages of a kind, or all of them. Null: of no kind, which only those refuse who refuse everything. */
export async function refusesKind(
  db: Db,
  workspaceId: string,
  telegramId: number,
  categoryId: number | null,
): Promise<boolean> {
  const found = await db.$count(
    optOuts,
    and(
      eq(optOuts.workspaceId, workspaceId),
      eq(optOuts.telegramId, telegramId),
      inArray(optOuts.categoryId, [everything, ...(categoryId === null ? [] : [categoryId])]),
      isNull(optOuts.endedAt),
    ),
  );
  return found > 0;
}

/** What a letter may say of a bot's subscriber; of nobody known, nothing. */
export async function knownOf(
  db: Db,
  botId: string,
  telegramId: number,
): Promise<{ fields: Record<string, string | number | boolean>; source: string | null }> {
  const [row] = await db
    .select({ fields: subscribers.fields, source: subscribers.source })
    .from(subscribers)
    .where(and(eq(subscribers.botId, botId), eq(subscribers.telegramId, telegramId)));
  return row ?? { fields: {}, source: null };
}
