import { access } from "./access.ts";
import { alerts } from "./alerts.ts";
import { audience } from "./audience.ts";
import { bots } from "./bots.ts";
import { broadcasts } from "./broadcasts.ts";
import { campaigns } from "./campaigns.ts";
import { connections } from "./connections.ts";
import { conversionStatuses } from "./conversion-statuses.ts";
import { conversions } from "./conversions.ts";
import { errors } from "./errors.ts";
import { fulfilment } from "./fulfilment.ts";
import { identity } from "./identity.ts";
import { imports } from "./imports.ts";
import { letters } from "./letters.ts";
import { messaging } from "./messaging.ts";
import { operations } from "./operations.ts";
import { paymentProblems } from "./payment-problems.ts";
import { payments } from "./payments.ts";
import { reporting } from "./reporting.ts";
import { reports } from "./reports.ts";
import { results } from "./results.ts";
import { segments } from "./segments.ts";
import { sequences } from "./sequences.ts";
import { shop } from "./shop.ts";
import { statistics } from "./statistics.ts";
import { trackerLogs } from "./tracker-logs.ts";
import { uploads } from "./uploads.ts";
import { webhooks } from "./webhooks.ts";

/** Everything the server and the bot say in this language. One line per domain. */
export const en = {
  ...errors,
  ...conversionStatuses,
  ...conversions,
  ...alerts,
  ...connections,
  ...messaging,
  ...letters,
  ...bots,
  ...identity,
  ...operations,
  ...reports,
  ...trackerLogs,
  ...reporting,
  ...statistics,
  ...audience,
  ...broadcasts,
  ...segments,
  ...sequences,
  ...results,
  ...uploads,
  ...imports,
  ...webhooks,
  ...access,
  ...campaigns,
  ...shop,
  ...payments,
  ...paymentProblems,
  ...fulfilment,
};
