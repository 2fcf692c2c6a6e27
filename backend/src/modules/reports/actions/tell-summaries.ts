import { formatDay, formatMoney, formatNumber, type Translate, translator } from "@backend/i18n/index.ts";
import { type ActionContext, inTransaction, systemActor } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { findWorkspace, recordAudit } from "@backend/modules/identity/index.ts";
import { type Content, queueDelivery } from "@backend/modules/messaging/index.ts";
import type { Locale } from "@db/schema/identity.ts";
import { approvalPercent, changePercent, isToTell, latestDue, type Period } from "../domain/summary.ts";
import { targetMissing } from "../errors.ts";
import type { ReportsPorts } from "../ports.ts";
import {
  countByStatus,
  listSummariesAtWork,
  listTop,
  lockOwnSummary,
  namesOfOwnConnections,
  type SummaryRow,
  sumEarned,
  updateSummary,
} from "../reporting-queries.ts";
import { signed } from "../signed.ts";
import { lockVisibleSummary } from "./summaries.ts";

/** The job of every minute. What one summary stumbles over does not keep the others. */
export async function tellSummaries(ctx: ActionContext<ReportsPorts>, _: Record<string, never>): Promise<void> {
  for (const { summary, timeZone } of await listSummariesAtWork(ctx.db)) {
    if (!isToTell(latestDue(summary, timeZone, ctx.now), summary.toldFor, ctx.now)) continue;
    try {
      await tellOne({ ...ctx, actor: systemActor(summary.workspaceId) }, summary.id, timeZone);
    } catch (error) {
      ctx.log.error({ err: error, summaryId: summary.id }, "a summary could not be told");
    }
  }
}

/** Message and mark are one transaction; of two at once the second finds the period told. */
function tellOne(outer: ActionContext<ReportsPorts>, summaryId: string, timeZone: string): Promise<void> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const summary = await lockOwnSummary(ctx.db, workspaceId, summaryId);
    if (!summary?.isOn || summary.chatId === null) return;
    const due = latestDue(summary, timeZone, ctx.now);
    if (!isToTell(due, summary.toldFor, ctx.now)) return;
    await updateSummary(ctx.db, summaryId, { toldFor: due.period.firstDay });
    await queueDelivery(ctx.db, {
      workspaceId,
      chatId: summary.chatId,
      threadId: summary.threadId,
      lane: "alert",
      content: await messageOf(ctx, summary, due.period, false),
      subject: { kind: "summary", id: summaryId },
      dedupeKey: `summary:${summaryId}:${summary.period}:${due.period.firstDay}`,
    });
    await notifyLive(ctx.db, { workspaceId, topic: "summaries", id: summaryId });
  });
}

/** The last period at once, by hand, to see what it looks like. It does not count as told. */
export function sendSummaryNow(
  outer: ActionContext<ReportsPorts>,
  input: { summaryId: string },
): Promise<{ ok: true }> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const summary = await lockVisibleSummary(ctx, input.summaryId);
    if (summary.chatId === null) throw targetMissing();
    const { timeZone } = await findWorkspace(ctx.db, workspaceId);
    const { period } = latestDue(summary, timeZone, ctx.now);
    await queueDelivery(ctx.db, {
      workspaceId,
      chatId: summary.chatId,
      threadId: summary.threadId,
      lane: "alert",
      content: await messageOf(ctx, summary, period, true),
      subject: { kind: "summary", id: summary.id },
      dedupeKey: `summary:${summary.id}:by-hand:${ctx.requestId}`,
    });
    await recordAudit(ctx, { action: "summary.sent", subjectKind: "summary", subjectId: summary.id });
    return { ok: true as const };
  });
}

const topCount = 5;
/** Ten names of this length and everything else stay far below 4,096 characters. */
const maxNameLength = 60;
const cut = (name: string) => {
  const line = name.replaceAll(/\s+/g, " ").trim();
  const characters = [...line];
  return characters.length > maxNameLength ? `${characters.slice(0, maxNameLength - 1).join("")}…` : line;
};

async function messageOf(
  ctx: ActionContext<ReportsPorts>,
  summary: SummaryRow,
  period: Period,
  isByHand: boolean,
): Promise<Content> {
  const { workspaceId, connectionId, locale } = summary;
  const { plain, bold } = ctx.ports.markup;
  const t = translator(locale);
  const counts = await countByStatus(ctx.db, workspaceId, connectionId, period);
  const earned = await sumEarned(ctx.db, workspaceId, connectionId, period);
  const campaigns = await listTop(ctx.db, workspaceId, connectionId, period, "campaign", topCount);
  const countries = await listTop(ctx.db, workspaceId, connectionId, period, "country", topCount);
  const names = await namesOfOwnConnections(ctx.db, workspaceId, connectionId === null ? [] : [connectionId]);

  const head = [
    ...(connectionId === null ? [] : [t("reporting.summary.connection", { name: cut(names.get(connectionId) ?? "") })]),
    ...(isByHand ? [t("reporting.summary.preview")] : []),
  ];
  const top = (title: string, rows: readonly { value: string | null; count: number }[], nameless: string) =>
    rows.length === 0
      ? []
      : [
          `${bold(title)}\n${rows
            .map(({ value, count }, at) =>
              plain(`${at + 1}. ${value ? cut(value) : nameless} – ${formatNumber(count, locale)}`),
            )
            .join("\n")}`,
        ];
  const blocks = [
    [`📊 ${bold(titleOf(t, summary.period, period))}`, ...head.map(plain)].join("\n"),
    figures(t, locale, counts, earned).map(plain).join("\n"),
    ...top(t("reporting.summary.campaigns"), campaigns, t("reporting.summary.no_campaign")),
    ...top(t("reporting.summary.countries"), countries, t("reporting.summary.no_country")),
  ];
  return {
    kind: "text",
    html: blocks.join("\n\n"),
    buttons: [[{ text: t("reporting.summary.open"), app: "traffic" }]],
  };
}

/** Days are named by their noon: no change of the clocks moves it to another day. */
const noonOf = (day: string) => new Date(`${day}T12:00:00Z`);

function titleOf(t: Translate, kind: SummaryRow["period"], { firstDay, lastDay }: Period): string {
  const shown = (day: string) => formatDay(noonOf(day), t.locale, "UTC");
  return kind === "day"
    ? t("reporting.summary.day", { day: shown(firstDay) })
    : t("reporting.summary.week", { from: shown(firstDay), to: shown(lastDay) });
}

function figures(
  t: Translate,
  locale: Locale,
  counts: readonly { status: string; now: number; before: number }[],
  earned: readonly { currency: string | null; now: string; before: string }[],
): string[] {
  const against = (now: number, before: number) => {
    const change = changePercent(now, before);
    const shown = formatNumber(now, locale);
    return change === null ? shown : t("reporting.summary.changed", { now: shown, change: signed(change, locale) });
  };
  const sum = (of: "now" | "before") => counts.reduce((total, line) => total + line[of], 0);
  const approval = (of: "now" | "before") =>
    approvalPercent(counts.map((line) => ({ status: line.status, count: line[of] })));
  const [rate, rateBefore] = [approval("now"), approval("before")];
  const lines = sum("now") === 0 ? [t("reporting.summary.none")] : [];
  if (sum("now") > 0 || sum("before") > 0)
    lines.push(t("reporting.summary.total", { figure: against(sum("now"), sum("before")) }));
  for (const { status, now, before } of counts)
    lines.push(`· ${t.find(`conversions.status.${status}`) ?? status}: ${against(now, before)}`);
  for (const { currency, now, before } of earned) {
    const money = (amount: string) => formatMoney(amount, currency, locale);
    const figure = before === "0" ? money(now) : t("reporting.summary.was", { now: money(now), before: money(before) });
    lines.push(t("reporting.summary.revenue", { figure }));
  }
  if (rate !== null) {
    const figure =
      rateBefore === null
        ? t("reporting.summary.approval_now", { now: String(rate) })
        : t("reporting.summary.approval_was", { now: String(rate), before: String(rateBefore) });
    lines.push(t("reporting.summary.approval", { figure }));
  }
  return lines;
}
