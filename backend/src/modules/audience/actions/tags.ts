import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import {
  countPeopleByTag,
  deleteTagRow,
  findOwnTag,
  findOwnTagByName,
  insertTag,
  listOwnTags,
  lockCatalog,
  renameTagRow,
} from "../catalog-queries.ts";
import { type Change, maxTags, type Tag } from "../contracts.ts";
import { tagNotFound, tagTaken, tooManyTags } from "../errors.ts";
import { presentChange, presentTag } from "../present.ts";
import { titleOf } from "../titles.ts";
import { beginChange } from "./change-many.ts";

/** By name. Counting people reads all of the workspace's subscribers once, so it is done only when asked for. */
export async function listTags(ctx: ActionContext, input: { counts?: "true" | "false" }): Promise<{ tags: Tag[] }> {
  const { workspaceId } = ctx.actor;
  const rows = await listOwnTags(ctx.db, workspaceId);
  const people = input.counts === "true" ? await countPeopleByTag(ctx.db, workspaceId) : null;
  return { tags: rows.map((row) => presentTag(row, people && (people.get(row.id) ?? 0))) };
}

/** Throws audience.tag_taken, whatever the case of its letters. */
export function createTag(outer: ActionContext, input: { name: string }): Promise<Tag> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const name = titleOf(input.name);
    await lockCatalog(ctx.db, workspaceId, "tags");
    if (await findOwnTagByName(ctx.db, workspaceId, name)) throw tagTaken(name);
    if ((await listOwnTags(ctx.db, workspaceId)).length >= maxTags) throw tooManyTags(maxTags);
    const row = await insertTag(ctx.db, workspaceId, name);
    await recordAudit(ctx, { action: "audience_tag.created", subjectKind: "audience_tag", subjectId: String(row.id) });
    await notifyLive(ctx.db, { workspaceId, topic: "audience" });
    return presentTag(row, 0);
  });
}

export function renameTag(outer: ActionContext, input: { tagId: string; name: string }): Promise<Tag> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const name = titleOf(input.name);
    await lockCatalog(ctx.db, workspaceId, "tags");
    const row = await findOwnTag(ctx.db, workspaceId, Number(input.tagId));
    if (!row) throw tagNotFound();
    const same = await findOwnTagByName(ctx.db, workspaceId, name);
    if (same && same.id !== row.id) throw tagTaken(name);
    if (name !== row.name) {
      await renameTagRow(ctx.db, row.id, name);
      await recordAudit(ctx, {
        action: "audience_tag.renamed",
        subjectKind: "audience_tag",
        subjectId: String(row.id),
      });
      await notifyLive(ctx.db, { workspaceId, topic: "audience" });
    }
    return presentTag({ ...row, name });
  });
}

/** The tag is gone at once; a job takes it off whoever has it. */
export function deleteTag(outer: ActionContext, input: { tagId: string }): Promise<Change> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    await lockCatalog(ctx.db, workspaceId, "tags");
    const row = await findOwnTag(ctx.db, workspaceId, Number(input.tagId));
    if (!row) throw tagNotFound();
    await deleteTagRow(ctx.db, row.id);
    const change = await beginChange(ctx, { kind: "forget_tag", removed: [row.id] });
    await recordAudit(ctx, {
      action: "audience_tag.deleted",
      subjectKind: "audience_tag",
      subjectId: String(row.id),
      after: { people: change.total },
    });
    return presentChange(change);
  });
}
