/** Saved segments as their people see them: made, changed, copied, deleted while nothing uses them. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { changesBetween, recordAudit } from "@backend/modules/identity/index.ts";
import { type Condition, type Problem, segmentLimits } from "../domain/segment.ts";
import { assertUsable, findProblems } from "../segment-check.ts";
import type { ChangeSegment, CreateSegment, Segment, SegmentWithUses } from "../segment-contracts.ts";
import { nameInvalid, nameTaken, segmentInUse, segmentNotFound, tooManySegments } from "../segment-errors.ts";
import { broadcastFacts } from "../segment-facts.ts";
import {
  deleteSegmentRow,
  findOwnSegment,
  insertSegment,
  listOwnSegments,
  lockOwnSegment,
  lockOwnWorkspace,
  type SegmentRow,
  updateSegment,
} from "../segment-queries.ts";

/** What was checked against the contract before it was stored. */
export const conditionOf = (row: SegmentRow): Condition => row.condition as Condition;

const present = (row: SegmentRow, problems: readonly Problem[]): Segment => ({
  id: row.id,
  name: row.name,
  condition: conditionOf(row),
  problems: problems.map(({ path, code }) => ({ path: [...path], code })),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** By name. */
export async function listSegments(ctx: ActionContext): Promise<{ items: Segment[] }> {
  const { workspaceId } = ctx.actor;
  const rows = await listOwnSegments(ctx.db, workspaceId);
  const problems = await findProblems(ctx.db, workspaceId, rows.map(conditionOf));
  return { items: rows.map((row, index) => present(row, problems[index] ?? [])) };
}

export async function readSegment(ctx: ActionContext, input: { segmentId: string }): Promise<SegmentWithUses> {
  const { workspaceId } = ctx.actor;
  const row = await findOwnSegment(ctx.db, workspaceId, input.segmentId);
  if (!row) throw segmentNotFound();
  const [problems = []] = await findProblems(ctx.db, workspaceId, [conditionOf(row)]);
  return { ...present(row, problems), uses: await broadcastFacts().listUses(ctx.db, workspaceId, row.id) };
}

function cleanName(name: string): string {
  const clean = name.replaceAll("\0", "").trim();
  if (clean === "" || [...clean].length > segmentLimits.name) throw nameInvalid();
  return clean;
}

const fold = (name: string) => name.toLowerCase();

/** Locks the workspace's list: what is found free stays free until the end of the transaction. */
async function lockNames(ctx: ActionContext, except: string | null): Promise<Set<string>> {
  await lockOwnWorkspace(ctx.db, ctx.actor.workspaceId);
  const rows = await listOwnSegments(ctx.db, ctx.actor.workspaceId);
  if (except === null && rows.length >= segmentLimits.segments) throw tooManySegments(segmentLimits.segments);
  return new Set(rows.filter(({ id }) => id !== except).map(({ name }) => fold(name)));
}

const traced = (row: SegmentRow) => ({ name: row.name, condition: row.condition });

const tell = (ctx: ActionContext, id: string) =>
  notifyLive(ctx.db, { workspaceId: ctx.actor.workspaceId, topic: "segments", id });

async function add(ctx: ActionContext, name: string, condition: Condition): Promise<Segment> {
  const { workspaceId, ...actor } = ctx.actor;
  const createdBy = actor.kind === "person" ? actor.personId : null;
  const row = await insertSegment(ctx.db, { workspaceId, name, condition, createdBy });
  await recordAudit(ctx, { action: "segment.created", subjectKind: "segment", subjectId: row.id, after: traced(row) });
  await tell(ctx, row.id);
  return present(row, []);
}

export function createSegment(outer: ActionContext, input: CreateSegment): Promise<Segment> {
  const name = cleanName(input.name);
  return inTransaction(outer, async (ctx) => {
    await assertUsable(ctx.db, ctx.actor.workspaceId, input.condition);
    if ((await lockNames(ctx, null)).has(fold(name))) throw nameTaken();
    return add(ctx, name, input.condition);
  });
}

/** "Sleeping (2)", "Sleeping (3)": the first that is free, shortened to fit. */
function nameOfCopy(name: string, taken: ReadonlySet<string>): string {
  const base = name.replace(/ \(\d{1,3}\)$/, "");
  for (let number = 2; ; number++) {
    const end = ` (${number})`;
    const made = [...base].slice(0, segmentLimits.name - end.length).join("") + end;
    if (!taken.has(fold(made))) return made;
  }
}

/** Of a segment with problems too: the copy is where they are mended. */
export function copySegment(outer: ActionContext, input: { segmentId: string }): Promise<Segment> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const row = await findOwnSegment(ctx.db, workspaceId, input.segmentId);
    if (!row) throw segmentNotFound();
    const made = await add(ctx, nameOfCopy(row.name, await lockNames(ctx, null)), conditionOf(row));
    const [problems = []] = await findProblems(ctx.db, workspaceId, [conditionOf(row)]);
    return { ...made, problems: problems.map(({ path, code }) => ({ path: [...path], code })) };
  });
}

export function changeSegment(outer: ActionContext, input: ChangeSegment & { segmentId: string }): Promise<Segment> {
  const { segmentId, ...change } = input;
  const name = change.name === undefined ? undefined : cleanName(change.name);
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const before = await lockOwnSegment(ctx.db, workspaceId, segmentId);
    if (!before) throw segmentNotFound();
    if (change.condition !== undefined) await assertUsable(ctx.db, workspaceId, change.condition);
    if (name !== undefined && (await lockNames(ctx, segmentId)).has(fold(name))) throw nameTaken();
    const after = await updateSegment(ctx.db, segmentId, {
      name: name ?? before.name,
      condition: change.condition ?? before.condition,
    });
    const changes = changesBetween(traced(before), traced(after));
    await recordAudit(ctx, { action: "segment.changed", subjectKind: "segment", subjectId: segmentId, ...changes });
    await tell(ctx, segmentId);
    const [problems = []] = await findProblems(ctx.db, workspaceId, [conditionOf(after)]);
    return present(after, problems);
  });
}

/** So many places are named in the refusal. */
const namedUses = 3;

export function deleteSegment(outer: ActionContext, input: { segmentId: string }): Promise<{ ok: true }> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    // The lock also holds off whoever is choosing it for a broadcast just now: the foreign key needs to share it.
    const row = await lockOwnSegment(ctx.db, workspaceId, input.segmentId);
    if (!row) throw segmentNotFound();
    const uses = await broadcastFacts().listUses(ctx.db, workspaceId, row.id);
    if (uses.length > 0) {
      const named = uses.slice(0, namedUses).map(({ name }) => `“${name}”`);
      throw segmentInUse(named.join(", ") + (uses.length > namedUses ? "…" : ""));
    }
    await deleteSegmentRow(ctx.db, row.id);
    await recordAudit(ctx, {
      action: "segment.deleted",
      subjectKind: "segment",
      subjectId: row.id,
      before: traced(row),
    });
    await tell(ctx, row.id);
    return { ok: true as const };
  });
}
