/** Watches as their people see them: made, changed, deleted, tried on the last hour. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { canonicalStatuses } from "@backend/modules/conversions/index.ts";
import { changesBetween, findWorkspace, recordAudit } from "@backend/modules/identity/index.ts";
import { comparedHours, isPercentOf, judge, lastClosedHour, percentLimits } from "../domain/watch.ts";
import { nameInvalid, percentInvalid, targetMissing, tooMany, watchNotFound } from "../errors.ts";
import {
  type ChangeWatch,
  type CreateWatch,
  maxName,
  type Watch,
  type WatchPreview,
  type WatchPreviewQuery,
} from "../reporting-contracts.ts";
import {
  type Counted,
  countInHours,
  deleteWatchRow,
  findTrafficStart,
  insertWatch,
  listOwnWatches,
  lockOwnWatch,
  lockOwnWorkspace,
  updateWatch,
  type WatchRow,
} from "../reporting-queries.ts";
import { assertOwn, type Beside, createSight, showBeside } from "./own-target.ts";

const watchesAtMost = 50;

const present = (row: WatchRow, { target, connection }: Beside): Watch => ({
  id: row.id,
  name: row.name,
  isOn: row.isOn,
  status: canonicalStatuses.find((status) => status === row.status) ?? null,
  connection,
  direction: row.direction,
  percent: row.percent,
  minVolume: row.minVolume,
  coolDownMinutes: row.coolDownMinutes,
  target,
  locale: row.locale,
  firedAt: row.firedAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
});

const show = async (ctx: ActionContext, row: WatchRow): Promise<Watch> =>
  present(row, (await showBeside(ctx, [row]))(row));

export async function listWatches(ctx: ActionContext): Promise<{ items: Watch[] }> {
  const rows = (await listOwnWatches(ctx.db, ctx.actor.workspaceId)).filter(await createSight(ctx));
  const beside = await showBeside(ctx, rows);
  return { items: rows.map((row) => present(row, beside(row))) };
}

function cleanName(name: string): string {
  const clean = name.replaceAll("\0", "").trim();
  if (clean === "" || clean.length > maxName) throw nameInvalid();
  return clean;
}

function assertRule({
  direction,
  percent,
  isOn,
  chatId,
}: Pick<WatchRow, "direction" | "percent" | "isOn" | "chatId">): void {
  if (!isPercentOf(direction, percent)) throw percentInvalid(percentLimits[direction === "spike" ? "spike" : "drop"]);
  if (isOn && chatId === null) throw targetMissing();
}

/** What a trail may hold: settings, no names. */
const traced = ({ status, connectionId, direction, percent, minVolume, coolDownMinutes, isOn, chatId }: WatchRow) => ({
  status,
  connectionId,
  direction,
  percent,
  minVolume,
  coolDownMinutes,
  isOn,
  chatId,
});

const tell = (ctx: ActionContext, id: string) =>
  notifyLive(ctx.db, { workspaceId: ctx.actor.workspaceId, topic: "watches", id });

/** The hour that is going on now is the first that it judges. */
const fromNowOn = async (ctx: ActionContext) => ({
  judgedUntil: lastClosedHour(ctx.now, (await findWorkspace(ctx.db, ctx.actor.workspaceId)).timeZone).to,
});

async function lockVisible(ctx: ActionContext, watchId: string): Promise<WatchRow> {
  const row = await lockOwnWatch(ctx.db, ctx.actor.workspaceId, watchId);
  if (!row || !(await createSight(ctx))(row)) throw watchNotFound();
  return row;
}

export function createWatch(outer: ActionContext, input: CreateWatch): Promise<Watch> {
  const name = cleanName(input.name);
  assertRule(input);
  return inTransaction(outer, async (ctx) => {
    const { workspaceId, ...actor } = ctx.actor;
    await assertOwn(ctx, input);
    await lockOwnWorkspace(ctx.db, workspaceId);
    if ((await listOwnWatches(ctx.db, workspaceId)).length >= watchesAtMost) throw tooMany(watchesAtMost);
    const row = await insertWatch(ctx.db, {
      ...input,
      name,
      workspaceId,
      threadId: input.threadId ?? null,
      ...(await fromNowOn(ctx)),
      createdBy: actor.kind === "person" ? actor.personId : null,
    });
    await recordAudit(ctx, { action: "watch.created", subjectKind: "watch", subjectId: row.id, after: traced(row) });
    await tell(ctx, row.id);
    return show(ctx, row);
  });
}

export function changeWatch(outer: ActionContext, input: ChangeWatch & { watchId: string }): Promise<Watch> {
  const { watchId, ...change } = input;
  return inTransaction(outer, async (ctx) => {
    const before = await lockVisible(ctx, watchId);
    const name = change.name === undefined ? before.name : cleanName(change.name);
    await assertOwn(ctx, change);
    // Another chat has no topic of the former one.
    const threadId = change.chatId === undefined ? before.threadId : (change.threadId ?? null);
    const wanted = { ...before, ...change, name, threadId };
    assertRule(wanted);
    const isTurnedOn = wanted.isOn && !before.isOn;
    const after = await updateWatch(ctx.db, watchId, {
      ...change,
      name,
      threadId,
      ...(isTurnedOn ? await fromNowOn(ctx) : {}),
    });
    const changes = changesBetween(traced(before), traced(after));
    await recordAudit(ctx, { action: "watch.changed", subjectKind: "watch", subjectId: watchId, ...changes });
    await tell(ctx, watchId);
    return show(ctx, after);
  });
}

export function deleteWatch(outer: ActionContext, input: { watchId: string }): Promise<{ ok: true }> {
  return inTransaction(outer, async (ctx) => {
    const row = await lockVisible(ctx, input.watchId);
    await deleteWatchRow(ctx.db, row.id);
    await recordAudit(ctx, { action: "watch.deleted", subjectKind: "watch", subjectId: row.id, before: traced(row) });
    await tell(ctx, row.id);
    return { ok: true as const };
  });
}

/** The last closed hour and those it is compared with, counted. */
export async function readHours(ctx: ActionContext, workspaceId: string, what: Counted, timeZone: string) {
  const hour = lastClosedHour(ctx.now, timeZone);
  const since = await findTrafficStart(ctx.db, workspaceId, what.connectionId);
  const compared = since === null ? [] : comparedHours(hour, timeZone, since);
  const [count = 0, ...past] = await countInHours(ctx.db, workspaceId, what, [hour, ...compared]);
  return { hour, present: count, compared, past };
}

/** What a rule would say of the last hour, before it is saved. */
export async function previewWatch(ctx: ActionContext, input: WatchPreviewQuery): Promise<WatchPreview> {
  const { workspaceId } = ctx.actor;
  if (!isPercentOf(input.direction, input.percent))
    throw percentInvalid(percentLimits[input.direction === "spike" ? "spike" : "drop"]);
  await assertOwn(ctx, { connectionId: input.connectionId ?? null });
  const { timeZone } = await findWorkspace(ctx.db, workspaceId);
  const what = { status: input.status ?? null, connectionId: input.connectionId ?? null };
  const { hour, present: now, compared, past } = await readHours(ctx, workspaceId, what, timeZone);
  const verdict = judge(now, past, input);
  return {
    from: hour.from.toISOString(),
    to: hour.to.toISOString(),
    present: now,
    past: compared.map(({ from }, at) => ({ from: from.toISOString(), count: past[at] ?? 0 })),
    usual: verdict.usual,
    change: verdict.kind === "unjudged" ? null : verdict.change,
    verdict: verdict.kind === "fires" ? verdict.direction : verdict.kind === "calm" ? "calm" : verdict.reason,
  };
}
