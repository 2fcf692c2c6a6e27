import { formatMoney, formatNumber, type Translate, translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { hiddenConnectionIds } from "@backend/modules/conversions/index.ts";
import type { Locale } from "@db/schema/identity.ts";
import type { Today } from "../contracts.ts";
import { attentionOf } from "../domain/attention.ts";
import { readConnections, readTroubles } from "../facts.ts";
import {
  countByConnection,
  countConversions,
  countDeliveries,
  measureDelay,
  readDay,
  readFirstSteps,
  sumRevenue,
} from "../queries.ts";

/**
 * Today in the workspace's zone, against yesterday until the same time of day, and what needs attention. One reader for the app's
 * first screen and the bot's /stats. `hidden`: connections that the caller is not shown (`hiddenFromCaller`).
 */
export async function todaySummary(ctx: ActionContext, input: { hidden: readonly string[] }): Promise<Today> {
  const { hidden } = input;
  const { workspaceId, locale } = ctx.actor;
  const { db, now } = ctx;
  const t = translator(locale);
  const day = await readDay(db, workspaceId, now);
  // One pool serves everybody: a screen that took seven connections at once would make others wait for it.
  const byStatus = await countConversions(db, workspaceId, day, now, hidden);
  const revenue = await sumRevenue(db, workspaceId, day, now, hidden);
  const deliveries = await countDeliveries(db, workspaceId, day.start);
  const delay = await measureDelay(db, workspaceId, day.start);
  const perConnection = await countByConnection(db, workspaceId, day.start);
  const connections = (await readConnections(db, workspaceId, now)).filter(
    ({ connectionId }) => !hidden.includes(connectionId),
  );
  const [troubles] = await readTroubles(db, workspaceId, now);
  const steps = await readFirstSteps(db, workspaceId);
  const attention = troubles
    ? attentionOf({
        ...troubles,
        silentConnections: connections.filter(({ silentHours }) => silentHours !== null).length,
        unreadLogs: connections.filter(({ isLogUnread }) => isLogUnread).length,
      })
    : [];
  const sum = (of: "today" | "yesterday") => byStatus.reduce((total, line) => total + line[of], 0);
  return {
    day: day.day,
    timeZone: day.timeZone,
    now: now.toISOString(),
    conversions: { today: sum("today"), yesterday: sum("yesterday"), byStatus },
    revenue,
    deliveries,
    delay,
    connections: connections.map((connection) => ({
      id: connection.connectionId,
      name: connection.name,
      state: connection.state,
      lastEventAt: connection.lastEventAt?.toISOString() ?? null,
      today: perConnection.get(connection.connectionId) ?? 0,
      isSilent: connection.silentHours !== null,
      silentHours: connection.silentHours === null ? null : Math.floor(connection.silentHours),
    })),
    attention: attention.map((item) => ({ ...item, message: attentionSentence(t, item) })),
    checklist: { ...steps, isDone: steps.hasChat && steps.hasConnection && steps.hasPostback },
  };
}

/** Which connections the caller is not shown: whoever is shown the same shares one reading of the summary. */
export const hiddenFromCaller = (ctx: ActionContext, _: unknown): Promise<string[]> =>
  hiddenConnectionIds(ctx.db, ctx.actor);

const attentionSentence = (
  t: Translate,
  { kind, count }: { kind: Today["attention"][number]["kind"]; count: number },
) => t(`reports.attention.${kind}`, { count });

/** The summary as lines of plain text, for the bot: whoever sends it escapes it. */
export function todayLines(today: Today, locale: Locale): string[] {
  const t = translator(locale);
  const against = (line: { today: number | string; yesterday: number | string }, format: (value: never) => string) =>
    t("reports.against", { today: format(line.today as never), yesterday: format(line.yesterday as never) });
  const number = (value: number) => formatNumber(value, locale);
  const lines = [t("reports.today.conversions", { figures: against(today.conversions, number) })];
  for (const line of today.conversions.byStatus)
    lines.push(`· ${t.find(`conversions.status.${line.status}`) ?? line.status}: ${against(line, number)}`);
  for (const { currency, ...line } of today.revenue)
    lines.push(
      t("reports.today.revenue", { figures: against(line, (amount: string) => formatMoney(amount, currency, locale)) }),
    );
  const sent = today.deliveries.byState.find(({ state }) => state === "sent")?.count ?? 0;
  lines.push(t("reports.today.sent", { figure: number(sent) + (today.deliveries.isCapped ? "+" : "") }));
  for (const item of today.attention) lines.push(`⚠️ ${item.message}`);
  if (!today.checklist.isDone) {
    const { hasChat, hasConnection } = today.checklist;
    lines.push(
      t(hasChat ? (hasConnection ? "reports.next.postback" : "reports.next.connection") : "reports.next.chat"),
    );
  }
  return lines;
}
