/** Wiring of the room: routes, readers of tracker calls and of trackers' logs, jobs, and the digest of its alerts. */
import type { InboxReader } from "@backend/kit/inbox.ts";
import { handle, type JobHandler } from "@backend/kit/jobs.ts";
import type { FoldRenderer } from "@backend/modules/messaging/index.ts";
import { forgetAlerts } from "./actions/forget-alerts.ts";
import { forgetLogs } from "./actions/forget-logs.ts";
import { handlePostback, trackerSource } from "./actions/handle-postback.ts";
import { pullLog, pullLogs } from "./actions/pull-log.ts";
import { readLogRow, trackerLogSource } from "./actions/read-log-row.ts";
import { forgetConversions } from "./actions/retention.ts";
import { rollDays } from "./actions/roll-days.ts";
import { runBatchOrFail } from "./actions/run-batch.ts";
import { tellHeld } from "./actions/tell-held.ts";
import { alertingRoutes } from "./alerting-routes.ts";
import { forgetConversionsJob, runBatchJob } from "./batch-jobs.ts";
import { foldAlerts } from "./fold-alerts.ts";
import { intakeRoutes } from "./intake-routes.ts";
import { forgetAlertsJob, tellHeldJob } from "./jobs.ts";
import type { ConversionsPorts } from "./ports.ts";
import { rollDaysJob } from "./roll-jobs.ts";
import { conversionRoutes } from "./routes.ts";
import { conversionFold } from "./tell.ts";
import { forgetLogsJob, pullLogJob, pullLogsJob } from "./tracker-log-jobs.ts";
import { trackerLogRoutes } from "./tracker-log-routes.ts";

const handlers: readonly JobHandler[] = [
  handle(runBatchJob, runBatchOrFail, ({ workspaceId }) => workspaceId),
  handle(forgetConversionsJob, forgetConversions),
  handle(tellHeldJob, tellHeld),
  handle(forgetAlertsJob, forgetAlerts),
  handle(rollDaysJob, rollDays),
  handle(pullLogsJob, pullLogs),
  handle(pullLogJob, pullLog, ({ workspaceId }) => workspaceId),
  handle(forgetLogsJob, forgetLogs),
];

export const conversionsModule = {
  routes: conversionRoutes,
  alertingRoutes,
  trackerLogRoutes,
  intakeRoutes,
  handlers,
  /** By inbox source. */
  readers: (
    ports: ConversionsPorts,
  ): Readonly<Record<typeof trackerSource | typeof trackerLogSource, InboxReader>> => ({
    [trackerSource]: (ctx, event) => handlePostback({ ...ctx, ports }, event),
    [trackerLogSource]: (ctx, event) => readLogRow({ ...ctx, ports }, event),
  }),
  /** By fold kind. */
  foldRenderers: (ports: Pick<ConversionsPorts, "markup">): Readonly<Record<typeof conversionFold, FoldRenderer>> => ({
    [conversionFold]: foldAlerts(ports.markup),
  }),
};
