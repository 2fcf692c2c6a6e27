/** Summaries as their people see them: made, changed, deleted. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { changesBetween, findWorkspace, recordAudit } from "@backend/modules/identity/index.ts";
import { latestDue, nextDue, type Schedule } from "../domain/summary.ts";
import { summaryNotFound, targetMissing, tooMany } from "../errors.ts";
import type { ChangeSummary, CreateSummary, Summary } from "../reporting-contracts.ts";
import {
  deleteSummaryRow,
  insertSummary,
  listOwnSummaries,
  lockOwnSummary,
  lockOwnWorkspace,
  type SummaryRow,
  updateSummary,
} from "../reporting-queries.ts";
import { assertOwn, type Beside, createSight, showBeside } from "./own-target.ts";

const summariesAtMost = 50;

const zoneOf = async (ctx: ActionContext) => (await findWorkspace(ctx.db, ctx.actor.workspaceId)).timeZone;

const present = (row: SummaryRow, { target, connection }: Beside, timeZone: string, now: Date): Summary => ({
  id: row.id,
  isOn: row.isOn,
  period: row.period,
  at: row.at,
  weekday: row.weekday,
  connection,
  target,
  locale: row.locale,
  toldFor: row.toldFor,
  nextAt: nextDue(row, timeZone, now).toISOString(),
  timeZone,
  createdAt: row.createdAt.toISOString(),
});

async function showAll(ctx: ActionContext, rows: readonly SummaryRow[]): Promise<Summary[]> {
  const timeZone = await zoneOf(ctx);
  const beside = await showBeside(ctx, rows);
  return rows.map((row) => present(row, beside(row), timeZone, ctx.now));
}

async function show(ctx: ActionContext, row: SummaryRow): Promise<Summary> {
  const [shown] = await showAll(ctx, [row]);
  if (!shown) throw new Error("one summary in, none out");
  return shown;
}

export async function listSummaries(ctx: ActionContext): Promise<{ items: Summary[] }> {
  const rows = await listOwnSummaries(ctx.db, ctx.actor.workspaceId);
  return { items: await showAll(ctx, rows.filter(await createSight(ctx))) };
}

/** What a trail may hold: settings, no names. */
const traced = ({ period, at, weekday, connectionId, isOn, chatId, locale }: SummaryRow) => ({
  period,
  at,
  weekday,
  connectionId,
  isOn,
  chatId,
  locale,
});

const tell = (ctx: ActionContext, id: string) =>
  notifyLive(ctx.db, { workspaceId: ctx.actor.workspaceId, topic: "summaries", id });

/** What was due before this moment is not told after the fact: the first one follows at its time. */
const fromNowOn = async (ctx: ActionContext, schedule: Schedule) =>
  latestDue(schedule, await zoneOf(ctx), ctx.now).period.firstDay;

/** Locked for this transaction; a stranger's, and one of a connection that the caller is not shown, is not found. */
export async function lockVisibleSummary(ctx: ActionContext, summaryId: string): Promise<SummaryRow> {
  const row = await lockOwnSummary(ctx.db, ctx.actor.workspaceId, summaryId);
  if (!row || !(await createSight(ctx))(row)) throw summaryNotFound();
  return row;
}

export function createSummary(outer: ActionContext, input: CreateSummary): Promise<Summary> {
  if (input.isOn && input.chatId === null) throw targetMissing();
  return inTransaction(outer, async (ctx) => {
    const { workspaceId, ...actor } = ctx.actor;
    await assertOwn(ctx, input);
    await lockOwnWorkspace(ctx.db, workspaceId);
    if ((await listOwnSummaries(ctx.db, workspaceId)).length >= summariesAtMost) throw tooMany(summariesAtMost);
    const row = await insertSummary(ctx.db, {
      ...input,
      workspaceId,
      threadId: input.threadId ?? null,
      toldFor: await fromNowOn(ctx, input),
      createdBy: actor.kind === "person" ? actor.personId : null,
    });
    await recordAudit(ctx, {
      action: "summary.created",
      subjectKind: "summary",
      subjectId: row.id,
      after: traced(row),
    });
    await tell(ctx, row.id);
    return show(ctx, row);
  });
}

export function changeSummary(outer: ActionContext, input: ChangeSummary & { summaryId: string }): Promise<Summary> {
  const { summaryId, ...change } = input;
  return inTransaction(outer, async (ctx) => {
    const before = await lockVisibleSummary(ctx, summaryId);
    await assertOwn(ctx, change);
    // Another chat has no topic of the former one.
    const threadId = change.chatId === undefined ? before.threadId : (change.threadId ?? null);
    const wanted = { ...before, ...change };
    if (wanted.isOn && wanted.chatId === null) throw targetMissing();
    const after = await updateSummary(ctx.db, summaryId, {
      ...change,
      threadId,
      toldFor: await toldForAfter(ctx, before, wanted),
    });
    const changes = changesBetween(traced(before), traced(after));
    await recordAudit(ctx, { action: "summary.changed", subjectKind: "summary", subjectId: summaryId, ...changes });
    await tell(ctx, summaryId);
    return show(ctx, after);
  });
}

/** Under a new schedule nothing is told twice, and nothing at once that was due before. */
async function toldForAfter(ctx: ActionContext, before: SummaryRow, wanted: SummaryRow): Promise<string | null> {
  const isRescheduled =
    before.period !== wanted.period ||
    before.at !== wanted.at ||
    before.weekday !== wanted.weekday ||
    before.isOn !== wanted.isOn;
  if (!isRescheduled) return before.toldFor;
  const due = await fromNowOn(ctx, wanted);
  // Days and weeks begin on different days, so one says nothing of the other.
  return before.period === wanted.period && before.toldFor !== null && before.toldFor > due ? before.toldFor : due;
}

export function deleteSummary(outer: ActionContext, input: { summaryId: string }): Promise<{ ok: true }> {
  return inTransaction(outer, async (ctx) => {
    const row = await lockVisibleSummary(ctx, input.summaryId);
    await deleteSummaryRow(ctx.db, row.id);
    await recordAudit(ctx, {
      action: "summary.deleted",
      subjectKind: "summary",
      subjectId: row.id,
      before: traced(row),
    });
    await tell(ctx, row.id);
    return { ok: true as const };
  });
}
