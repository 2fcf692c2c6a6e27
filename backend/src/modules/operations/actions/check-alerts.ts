import { type MessageKey, translator } from "@backend/i18n/index.ts";
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { type Content, queueDelivery } from "@backend/modules/messaging/index.ts";
import {
  readBacklog,
  readConnections,
  readFirstWorkspaceId,
  readPlatformChat,
  readTeam,
  readTroubles,
  type TeamMember,
} from "@backend/modules/reports/index.ts";
import type { Locale } from "@db/schema/identity.ts";
import {
  type Condition,
  installationConditions,
  type Notice,
  processForgottenAfterMs,
  step,
  workspaceConditions,
} from "../domain/alert-rules.ts";
import { defaultSettings, type OperationsSettings, tuningOf } from "../domain/settings.ts";
import type { OperationsPorts } from "../ports.ts";
import {
  forgetOldAlerts,
  forgetOldProcesses,
  listAlertStates,
  listProcesses,
  listSettings,
  lockAlerts,
  saveAlertStates,
} from "../queries.ts";
import { alertSentence } from "../sentences.ts";

const forgetAlertsAfterMs = 30 * 86_400_000;

/**
 * The job of every minute: facts, rules, messages, in one transaction, so that what is recorded as told is queued and what is
 * queued is recorded. Two runs at once are one. What it finds is told in the service lane.
 */
export function checkAlerts(outer: ActionContext<OperationsPorts>, _: Record<string, never>): Promise<void> {
  return inTransaction(outer, async (ctx) => {
    if (!(await lockAlerts(ctx.db))) return;
    const settings = await listSettings(ctx.db);
    const conditions = await lookAround(ctx, settings);
    const known = await listAlertStates(ctx.db, conditions);
    const { states, notices } = step(known, conditions, ctx.now);
    await saveAlertStates(ctx.db, states);
    for (const notice of notices) await tell(ctx, notice, settings);
    for (const workspaceId of new Set(states.map((state) => state.workspaceId)))
      if (workspaceId) await notifyLive(ctx.db, { workspaceId, topic: "operations" });
    await forgetOldProcesses(ctx.db, new Date(ctx.now.getTime() - processForgottenAfterMs));
    await forgetOldAlerts(ctx.db, new Date(ctx.now.getTime() - forgetAlertsAfterMs));
  });
}

async function lookAround(
  ctx: ActionContext<OperationsPorts>,
  settings: ReadonlyMap<string, OperationsSettings>,
): Promise<Condition[]> {
  const { db, now } = ctx;
  const of = (workspaceId: string) => settings.get(workspaceId) ?? defaultSettings;
  const backlog = await readBacklog(db, now);
  const conditions = installationConditions(
    {
      inboxWaiting: backlog.inboxWaiting,
      inboxOldestSec: backlog.inboxOldestSec,
      deadJobs: backlog.deadJobs,
      processes: await listProcesses(db),
    },
    now,
  );
  const troubles = await readTroubles(db, null, now);
  const connections = await readConnections(db, null, now, (id) => of(id).alerts.silentHours);
  for (const trouble of troubles) {
    const { workspaceId } = trouble;
    conditions.push(
      ...workspaceConditions(
        {
          ...trouble,
          bots: trouble.bots
            .filter(({ state }) => state !== "inactive")
            .map((bot) => ({
              botId: bot.botId,
              username: bot.username,
              isDisconnected: bot.state === "disconnected",
              pausedReason: bot.pausedReason,
              check: bot.health && {
                checkedAt: new Date(bot.health.checkedAt),
                pendingUpdates: bot.health.pendingUpdates ?? 0,
                problem: bot.health.problem,
              },
            })),
          // A paused one is not looked at: its silence is wanted, and its alert ends without saying that it is active again.
          connections: connections.filter(
            (connection) => connection.workspaceId === workspaceId && connection.state === "active",
          ),
        },
        tuningOf(of(workspaceId)),
        now,
      ),
    );
  }
  return conditions;
}

interface Target {
  workspaceId: string;
  chatId: string;
  locale: Locale;
  timeZone: string;
  /** Told through the bot of the installation, for want of a working bot of his own: its app would open another workspace. */
  isElsewhere?: boolean;
}

const isLeader = ({ role }: TeamMember) => role === "owner" || role === "admin";

async function leadersOf(
  ctx: ActionContext<OperationsPorts>,
  workspaceId: string,
  chosen: readonly string[] | null,
): Promise<Target[]> {
  const team = await readTeam(ctx.db, workspaceId);
  const wanted = chosen ? team.filter(({ personId }) => chosen.includes(personId)) : team.filter(isLeader);
  // Whoever was chosen may have left the team since: then the leaders hear it, rather than nobody.
  const told = wanted.length > 0 ? wanted : team.filter(isLeader);
  return told.flatMap(({ chatId, platformChat, locale, timeZone }): Target[] => {
    if (chatId) return [{ workspaceId, chatId, locale, timeZone }];
    return platformChat ? [{ ...platformChat, locale, timeZone, isElsewhere: true }] : [];
  });
}

async function targetsOf(
  ctx: ActionContext<OperationsPorts>,
  notice: Notice,
  settings: ReadonlyMap<string, OperationsSettings>,
): Promise<Target[]> {
  if (notice.workspaceId !== null)
    return leadersOf(ctx, notice.workspaceId, settings.get(notice.workspaceId)?.alerts.recipients ?? null);
  const channel = ctx.ports.adminChannelId === null ? null : await readPlatformChat(ctx.db, ctx.ports.adminChannelId);
  if (channel) return [channel];
  const first = await readFirstWorkspaceId(ctx.db);
  return first === null ? [] : leadersOf(ctx, first, null);
}

/** Where in the app a trouble is seen. */
const screenOf: Readonly<Partial<Record<Notice["rule"], (subject: string) => string>>> = {
  dead_letters: () => "inbox",
  unknown_old: () => "control/deliveries",
  delivery_late: () => "control/deliveries",
  connection_silent: (subject) => `connections/${subject}`,
  bot_disconnected: (subject) => `control/bots/${subject}`,
  webhook_troubled: (subject) => `control/bots/${subject}`,
  endpoint_disabled: (subject) => `webhooks/${subject}`,
  lane_paused: (subject) => `control/bots/${subject}`,
  provider_troubled: () => "sales/payments/providers",
  payments_unheard: () => "sales/payments/providers",
  payments_to_check: () => "sales/payments/check",
  books_differ: () => "sales/payments/books",
  posts_waiting: () => "sales/posts",
  door_shut: () => "sales/products",
};

/** Queues one notice to everybody it concerns, in the transaction that `ctx.db` is. */
export async function tell(
  ctx: ActionContext<OperationsPorts>,
  notice: Notice,
  settings: ReadonlyMap<string, OperationsSettings>,
): Promise<void> {
  const targets = await targetsOf(ctx, notice, settings);
  const { rule, subject, kind } = notice;
  ctx.log.warn({ rule, subject, kind, workspaceId: notice.workspaceId, told: targets.length }, "alert");
  for (const target of targets) {
    const t = translator(target.locale);
    const title: MessageKey = kind === "fired" ? "operations.alert.fired" : "operations.alert.cleared";
    const { plain, bold } = ctx.ports.markup;
    const content: Content = {
      kind: "text",
      html: `${kind === "fired" ? "⚠️" : "✅"} ${bold(t(title))}\n${plain(alertSentence(notice, target.locale, target.timeZone))}`,
      silent: kind === "cleared",
      ...(target.isElsewhere
        ? {}
        : { buttons: [[{ text: t("operations.alert.open"), app: screenOf[rule]?.(subject) ?? "control/health" }]] }),
    };
    const { workspaceId, chatId } = target;
    await queueDelivery(ctx.db, {
      workspaceId,
      chatId,
      lane: "service",
      content,
      subject: { kind: "alert", id: `${rule}:${subject}`.slice(0, 100) },
      // The state is the guard; this one holds even against a run on a clock that was set back.
      dedupeKey: `alert:${kind}:${rule}:${subject}:${notice.since.getTime()}:${chatId}`,
    });
  }
}
