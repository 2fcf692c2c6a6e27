import { translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { readLaneNumbers } from "@backend/modules/messaging/index.ts";
import { readBacklog, readTroubles } from "@backend/modules/reports/index.ts";
import { sql } from "drizzle-orm";
import type { HealthReport } from "../contracts.ts";
import { botHealth, healthChecks, worst } from "../domain/health.ts";
import { maskSecrets } from "../domain/mask.ts";
import { findOwnSettings, listOwnAlerts, listProcesses } from "../queries.ts";
import { alertSentence } from "../sentences.ts";

const endedAlertsMs = 7 * 86_400_000;

/** The state of everything the workspace depends on, for its people. Machines by number only: names of hosts are the operator's. */
export async function readHealth(ctx: ActionContext): Promise<HealthReport> {
  const { workspaceId, locale, timeZone } = ctx.actor;
  const { db, now } = ctx;
  const t = translator(locale);
  const askedAt = performance.now();
  await db.execute(sql`select 1`);
  const databaseMs = performance.now() - askedAt;
  const backlog = await readBacklog(db, now);
  const [troubles] = await readTroubles(db, workspaceId, now);
  const lanes = new Map((await readLaneNumbers(db, workspaceId)).map((lane) => [lane.botId, lane]));
  const { alerts: tuning } = await findOwnSettings(db, workspaceId);
  const bots = (troubles?.bots ?? []).map((bot) => {
    const { state, code } = botHealth(bot);
    const lastError = bot.health?.lastError ? maskSecrets(bot.health.lastError).slice(0, 300) : null;
    const pendingUpdates = bot.health?.pendingUpdates ?? null;
    return {
      id: bot.botId,
      username: bot.username,
      state,
      code,
      message: t.find(code, { reason: lastError ?? "", count: pendingUpdates ?? 0 }) ?? code,
      pendingUpdates,
      lastError,
      checkedAt: bot.health?.checkedAt ?? null,
      queued: lanes.get(bot.botId)?.queued ?? 0,
      pausedUntil: bot.pausedUntil?.toISOString() ?? null,
    };
  });
  const checks = healthChecks(
    {
      databaseMs,
      inboxWaiting: backlog.inboxWaiting,
      inboxOldestSec: backlog.inboxOldestSec,
      deadLetters: troubles?.deadLetters ?? 0,
      deadJobs: backlog.deadJobs,
      lateCount: troubles?.lateCount ?? 0,
      oldestLateSec: troubles?.oldestLateSec ?? 0,
      lateSec: tuning.lateSec,
      unknown: troubles?.unknown ?? 0,
      oldUnknown: troubles?.oldUnknown ?? 0,
      bots,
      pausedLanes: (troubles?.bots ?? []).filter(({ pausedReason }) => pausedReason !== null).length,
      processes: await listProcesses(db),
    },
    now,
  ).map((check) => ({ ...check, message: t.find(check.code, check.params) ?? check.code }));
  const alerts = await listOwnAlerts(db, workspaceId, new Date(now.getTime() - endedAlertsMs));
  return {
    state: worst(checks.map(({ state }) => state)),
    checkedAt: now.toISOString(),
    checks,
    bots,
    alerts: alerts.map((alert) => ({
      rule: alert.rule,
      subject: alert.subject,
      phase: alert.phase === "firing" ? ("firing" as const) : ("clear" as const),
      since: alert.since.toISOString(),
      toldAt: alert.toldAt?.toISOString() ?? null,
      clearedAt: alert.clearedAt?.toISOString() ?? null,
      message: alertSentence({ ...alert, kind: "fired" }, locale, timeZone),
    })),
  };
}
