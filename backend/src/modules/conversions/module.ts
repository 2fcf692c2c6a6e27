/** Wiring of the room: routes, the reader of tracker calls, and the digest of its alerts. */
import type { InboxReader } from "@backend/kit/inbox.ts";
import { handle } from "@backend/kit/jobs.ts";
import type { FoldRenderer } from "@backend/modules/messaging/index.ts";
import { handlePostback, trackerSource } from "./actions/handle-postback.ts";
import { rollDays } from "./actions/roll-days.ts";
import { tellHeld } from "./actions/tell-held.ts";
import { alertingRoutes } from "./alerting-routes.ts";
import { foldAlerts } from "./fold-alerts.ts";
import { intakeRoutes } from "./intake-routes.ts";
import { tellHeldJob } from "./jobs.ts";
import type { ConversionsPorts } from "./ports.ts";
import { rollDaysJob } from "./roll-jobs.ts";
import { conversionRoutes } from "./routes.ts";
import { conversionFold } from "./tell.ts";

export const conversionsModule = {
  routes: conversionRoutes,
  alertingRoutes,
  handlers: [handle(tellHeldJob, tellHeld), handle(rollDaysJob, rollDays)],
  intakeRoutes,
  /** By inbox source. */
  readers: (ports: ConversionsPorts): Readonly<Record<typeof trackerSource, InboxReader>> => ({
    [trackerSource]: (ctx, event) => handlePostback({ ...ctx, ports }, event),
  }),
  /** By fold kind. */
  foldRenderers: (ports: Pick<ConversionsPorts, "markup">): Readonly<Record<typeof conversionFold, FoldRenderer>> => ({
    [conversionFold]: foldAlerts(ports.markup),
  }),
};
