/** Every job of the product and who does it. */

import { processInbox, processInboxJob } from "@backend/kit/inbox.ts";
import { handle, type JobHandler } from "@backend/kit/jobs.ts";
import { botsModule } from "@backend/modules/bots/index.ts";
import { conversionsModule } from "@backend/modules/conversions/index.ts";
import { messagingModule } from "@backend/modules/messaging/module.ts";
import { operationsModule } from "@backend/modules/operations/index.ts";
import { reportsModule } from "@backend/modules/reports/index.ts";
import type { Runtime } from "./container.ts";

export const jobHandlers = (runtime: Runtime): JobHandler[] => [
  handle(processInboxJob, (ctx, input) =>
    processInbox({ ...ctx, ports: { readers: runtime.readers, actorFor: runtime.actorFor } }, input),
  ),
  ...botsModule.handlers,
  ...conversionsModule.handlers,
  ...messagingModule.handlers,
  ...operationsModule.handlers,
  ...reportsModule.handlers,
];
