import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import {
  type CategoryRow,
  findOwnCategory,
  insertCategory,
  listOwnCategories,
  lockCatalog,
  updateCategory,
} from "../catalog-queries.ts";
import { type Category, maxCategories } from "../contracts.ts";
import { categoryNotFound, nameMissing, tooManyCategories } from "../errors.ts";
import { presentCategory } from "../present.ts";
import { tidy } from "../titles.ts";

/** Languages without a name are left out; a category needs at least one. */
function namesOf(raw: CategoryRow["names"]): CategoryRow["names"] {
  const names = Object.entries(raw).map(([language, name]) => [language, tidy(name)] as const);
  const given = names.filter(([, name]) => name !== "");
  if (given.length === 0) throw nameMissing();
  return Object.fromEntries(given);
}

/** All of them, archived ones too: who refused one is still refusing it. */
export async function listCategories(ctx: ActionContext): Promise<{ categories: Category[] }> {
  const rows = await listOwnCategories(ctx.db, ctx.actor.workspaceId, { archived: true });
  return { categories: rows.map(presentCategory) };
}

async function assertRoom(ctx: ActionContext): Promise<CategoryRow[]> {
  await lockCatalog(ctx.db, ctx.actor.workspaceId, "categories");
  const known = await listOwnCategories(ctx.db, ctx.actor.workspaceId, { archived: false });
  if (known.length >= maxCategories) throw tooManyCategories(maxCategories);
  return known;
}

export function createCategory(outer: ActionContext, input: { names: CategoryRow["names"] }): Promise<Category> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const names = namesOf(input.names);
    const known = await assertRoom(ctx);
    const position = Math.max(0, ...known.map((row) => row.position)) + 1;
    const row = await insertCategory(ctx.db, { workspaceId, names, position });
    await recordAudit(ctx, {
      action: "audience_category.created",
      subjectKind: "audience_category",
      subjectId: String(row.id),
    });
    await notifyLive(ctx.db, { workspaceId, topic: "audience" });
    return presentCategory(row);
  });
}

/** Names, and whether it is still offered. It is never deleted: what people refused of it stays refused when it comes back. */
export function changeCategory(
  outer: ActionContext,
  input: { categoryId: string; names?: CategoryRow["names"]; isArchived?: boolean },
): Promise<Category> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const row = await findOwnCategory(ctx.db, workspaceId, Number(input.categoryId));
    if (!row) throw categoryNotFound();
    if (input.isArchived === false && row.archivedAt !== null) await assertRoom(ctx);
    const values = {
      ...(input.names === undefined ? {} : { names: namesOf(input.names) }),
      ...(input.isArchived === undefined ? {} : { archivedAt: input.isArchived ? (row.archivedAt ?? ctx.now) : null }),
    };
    if (Object.keys(values).length > 0) {
      await updateCategory(ctx.db, row.id, values);
      await recordAudit(ctx, {
        action: "audience_category.changed",
        subjectKind: "audience_category",
        subjectId: String(row.id),
        after: { changed: Object.keys(values) },
      });
      await notifyLive(ctx.db, { workspaceId, topic: "audience" });
    }
    return presentCategory({ ...row, ...values });
  });
}
