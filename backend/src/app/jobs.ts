/** Every job of the product and who does it. */

import { processInbox, processInboxJob } from "@backend/kit/inbox.ts";
import { handle, type JobHandler } from "@backend/kit/jobs.ts";
import { accessModule } from "@backend/modules/access/index.ts";
import { audienceModule } from "@backend/modules/audience/index.ts";
import { botsModule } from "@backend/modules/bots/index.ts";
import { broadcastsModule } from "@backend/modules/broadcasts/index.ts";
import { campaignsModule } from "@backend/modules/campaigns/index.ts";
import { conversionsModule } from "@backend/modules/conversions/index.ts";
import { fulfilmentModule } from "@backend/modules/fulfilment/index.ts";
import { messagingModule } from "@backend/modules/messaging/module.ts";
import { operationsModule } from "@backend/modules/operations/index.ts";
import { paymentsModule } from "@backend/modules/payments/index.ts";
import { reportsModule } from "@backend/modules/reports/index.ts";
import { shopModule } from "@backend/modules/shop/index.ts";
import { webhooksModule } from "@backend/modules/webhooks/index.ts";
import type { Runtime } from "./container.ts";

export const jobHandlers = (runtime: Runtime): JobHandler[] => [
  handle(processInboxJob, (ctx, input) =>
    processInbox({ ...ctx, ports: { readers: runtime.readers, actorFor: runtime.actorFor } }, input),
  ),
  ...accessModule.handlers,
  ...audienceModule.handlers,
  ...botsModule.handlers,
  ...broadcastsModule.handlers,
  ...campaignsModule.handlers,
  ...conversionsModule.handlers,
  ...fulfilmentModule.handlers,
  ...messagingModule.handlers,
  ...operationsModule.handlers,
  ...paymentsModule.handlers,
  ...reportsModule.handlers,
  ...shopModule.handlers,
  ...webhooksModule.handlers,
];
