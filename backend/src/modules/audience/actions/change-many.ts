import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { settingAside } from "@backend/kit/set-aside.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import type { SQL } from "drizzle-orm";
import { lockCatalog, ownTagIds } from "../catalog-queries.ts";
import {
  advanceChange,
  type ChangeRow,
  dropField,
  failChange,
  findOpenChange,
  findOwnChange,
  havingField,
  havingTag,
  insertChange,
  lockOwnChange,
  measure,
  nextSlice,
  retag,
  someIds,
} from "../change-queries.ts";
import { type Bulk, type Change, maxChosen, maxTagsOfOne } from "../contracts.ts";
import { changeNotFound, chooseOne, subscriberNotFound, tagNotFound } from "../errors.ts";
import { runChangeJob } from "../jobs.ts";
import { presentChange } from "../present.ts";
import { listOwnByIds, matching, type SubscriberFilter } from "../queries.ts";
import { findProblems } from "../segment-check.ts";
import { filterAsked } from "./asked-filter.ts";

/** Rows in one transaction, and in one run of the job before it makes room for others. */
const slice = 1_000;
const donePerRun = 20_000;

/** Begins a change of what matches now; a job does it. With nothing to do it is done already. */
export async function beginChange(
  ctx: ActionContext,
  what: Pick<ChangeRow, "kind"> & Partial<Pick<ChangeRow, "filter" | "added" | "removed" | "fieldKey">>,
): Promise<ChangeRow> {
  const { workspaceId, ...actor } = ctx.actor;
  const { total, ceilingId } = await measure(
    ctx.db,
    whereOf({ filter: null, removed: [], fieldKey: null, ...what, workspaceId }),
  );
  const row = await insertChange(ctx.db, {
    ...what,
    workspaceId,
    total,
    ceilingId,
    requestedBy: actor.kind === "person" ? actor.personId : null,
    ...(total === 0 ? { state: "done" as const, finishedAt: ctx.now, filter: null } : {}),
  });
  if (total > 0) await enqueue(ctx.db, runChangeJob, { workspaceId, changeId: row.id });
  await notifyLive(ctx.db, { workspaceId, topic: "audience" });
  return row;
}

function whereOf(row: Pick<ChangeRow, "kind" | "workspaceId" | "filter" | "removed" | "fieldKey">): SQL {
  switch (row.kind) {
    case "tags":
      return matching(row.workspaceId, readFilter(row.filter));
    case "forget_tag":
      return havingTag(row.workspaceId, row.removed[0] ?? 0);
    case "forget_field":
      return havingField(row.workspaceId, row.fieldKey ?? "");
  }
}

/** A filter as a row keeps it; the condition of a segment is kept as it was when the change began. */
function readFilter(stored: unknown): SubscriberFilter {
  const { meant, ...rest } = (stored ?? {}) as SubscriberFilter;
  return { ...rest, ...(meant && { meant: { ...meant, now: new Date(meant.now) } }) };
}

/** What a condition names may be deleted while the job runs, and "not tagged so" would then mean everybody: it ends instead. */
async function isSound(ctx: ActionContext, { workspaceId, filter }: ChangeRow): Promise<boolean> {
  const { meant } = readFilter(filter);
  if (!meant) return true;
  const [problems = []] = await findProblems(ctx.db, workspaceId, [meant.condition]);
  return problems.length === 0;
}

/**
 * The job: from the checkpoint to the ceiling, a slice at a time. Killed anywhere, it goes on from the last checkpoint; a tag is
 * put on once however often it is put on.
 */
export async function runChange(ctx: ActionContext, input: { workspaceId: string; changeId: string }): Promise<void> {
  for (let doneNow = 0; doneNow < donePerRun; doneNow += slice) if (!(await changeSlice(ctx, input))) return;
  await enqueue(ctx.db, runChangeJob, input);
}

/** The job `audience.run-change`: one that fails every time has failed, and says so where its progress was. */
export const runChangeOrFail = settingAside(runChange, {
  work: "audience.run-change",
  subjectOf: ({ changeId }) => changeId,
  async giveUp({ db, now }, { workspaceId, changeId }) {
    if (await failChange(db, workspaceId, changeId, now)) await notifyLive(db, { workspaceId, topic: "audience" });
  },
});

/** True when there is more to do. */
function changeSlice(outer: ActionContext, input: { workspaceId: string; changeId: string }): Promise<boolean> {
  return inTransaction(outer, async (ctx) => {
    const row = await lockOwnChange(ctx.db, input.workspaceId, input.changeId);
    if (row?.state !== "running") return false;
    const range = { after: row.checkpointId, ceiling: row.ceilingId, size: slice };
    // A tag that is deleted meanwhile waits for this slice, and is not put on by the next.
    if (row.added.length > 0) await lockCatalog(ctx.db, row.workspaceId, "tags");
    const added = [...(await ownTagIds(ctx.db, row.workspaceId, row.added))];
    const ids = (await isSound(ctx, row)) ? await nextSlice(ctx.db, whereOf(row), range) : [];
    if (row.kind === "forget_field") await dropField(ctx.db, ids, row.fieldKey ?? "");
    else await retag(ctx.db, ids, { added, removed: row.removed, most: maxTagsOfOne });
    const isDone = ids.length < slice;
    await advanceChange(ctx.db, row.id, {
      checkpointId: isDone ? row.ceilingId : Number(ids.at(-1)),
      done: ids.length,
      isDone,
      now: ctx.now,
    });
    await notifyLive(ctx.db, { workspaceId: row.workspaceId, topic: "audience" });
    return !isDone;
  });
}

/**
 * Tags on and off many: chosen ones and small filters at once, more by a job whose progress `readChange` tells. Throws
 * audience.choose_one, audience.tag_not_found, and audience.subscriber_not_found when one of the chosen is a stranger's.
 */
export function tagMany(outer: ActionContext, input: Bulk): Promise<Change> {
  const { ids, filter, add: added = [], remove: removed = [] } = input;
  if ((ids === undefined) === (filter === undefined) || added.length + removed.length === 0) throw chooseOne();
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    await lockCatalog(ctx.db, workspaceId, "tags");
    const named = new Set([...added, ...removed]);
    if ((await ownTagIds(ctx.db, workspaceId, [...named])).size < named.size) throw tagNotFound();
    const wanted = await filterAsked(ctx, filter ?? {});
    const few = ids ?? (await fewMatching(ctx, wanted));
    const row = few
      ? await changeChosen(ctx, few, { added, removed })
      : await beginChange(ctx, { kind: "tags", filter: wanted, added, removed });
    await recordAudit(ctx, {
      action: "subscribers.tagged",
      subjectKind: "audience_change",
      subjectId: row.id,
      // What was searched for may be somebody's name: only that there was a search is kept.
      after: { total: row.total, added, removed, ...(filter?.search === undefined ? {} : { search: "…" }) },
    });
    return presentChange(row);
  });
}

/** What a filter finds, when that is no more than a hand could choose. */
async function fewMatching(ctx: ActionContext, filter: SubscriberFilter): Promise<number[] | null> {
  const where = matching(ctx.actor.workspaceId, filter);
  const found = await someIds(ctx.db, where, maxChosen + 1);
  return found.length > maxChosen ? null : found.map(Number);
}

async function changeChosen(
  ctx: ActionContext,
  ids: readonly number[],
  tags: { added: number[]; removed: number[] },
): Promise<ChangeRow> {
  const { workspaceId, ...actor } = ctx.actor;
  if ((await listOwnByIds(ctx.db, workspaceId, ids)).length < ids.length) throw subscriberNotFound();
  await retag(ctx.db, ids, { ...tags, most: maxTagsOfOne });
  await notifyLive(ctx.db, { workspaceId, topic: "audience" });
  return insertChange(ctx.db, {
    ...tags,
    workspaceId,
    kind: "tags",
    state: "done",
    total: ids.length,
    done: ids.length,
    ceilingId: Math.max(0, ...ids),
    requestedBy: actor.kind === "person" ? actor.personId : null,
    finishedAt: ctx.now,
  });
}

export async function readChange(ctx: ActionContext, input: { changeId: string }): Promise<Change> {
  const row = await findOwnChange(ctx.db, ctx.actor.workspaceId, input.changeId);
  if (!row) throw changeNotFound();
  return presentChange(row);
}

const failureShownMs = 86_400_000;

/** The change that runs, or else the last that failed within a day; null when there is none. */
export async function readRunningChange(ctx: ActionContext): Promise<{ change: Change | null }> {
  const row = await findOpenChange(ctx.db, ctx.actor.workspaceId, new Date(ctx.now.getTime() - failureShownMs));
  return { change: row && presentChange(row) };
}
