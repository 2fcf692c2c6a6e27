import { appAccess } from "./app-access.ts";
import { appAlerts } from "./app-alerts.ts";
import { appAudience } from "./app-audience.ts";
import { appBots } from "./app-bots.ts";
import { appBroadcasts } from "./app-broadcasts.ts";
import { appCampaignReports } from "./app-campaign-reports.ts";
import { appCampaigns } from "./app-campaigns.ts";
import { appConnections } from "./app-connections.ts";
import { appControl } from "./app-control.ts";
import { appImporting } from "./app-importing.ts";
import { appLetters } from "./app-letters.ts";
import { appMessage } from "./app-message.ts";
import { appPayments } from "./app-payments.ts";
import { appPostbacks } from "./app-postbacks.ts";
import { appPosts } from "./app-posts.ts";
import { appReporting } from "./app-reporting.ts";
import { appResults } from "./app-results.ts";
import { appSales } from "./app-sales.ts";
import { appSegments } from "./app-segments.ts";
import { appSelling } from "./app-selling.ts";
import { appSequences } from "./app-sequences.ts";
import { appShares } from "./app-shares.ts";
import { appShell } from "./app-shell.ts";
import { appShop } from "./app-shop.ts";
import { appStatistics } from "./app-statistics.ts";
import { appToday } from "./app-today.ts";
import { appTraffic } from "./app-traffic.ts";
import { appTruth } from "./app-truth.ts";
import { appWebhooks } from "./app-webhooks.ts";
import { conversionStatuses } from "./conversion-statuses.ts";
import { errors } from "./errors.ts";
import { letters } from "./letters.ts";
import { paymentProblems } from "./payment-problems.ts";
import { segments } from "./segments.ts";

/** What the Mini App loads for this language: words of its screens (`app-*.ts`) and the few it shares with the server. */
export const app = {
  ...errors,
  ...appShell,
  ...appToday,
  ...appTraffic,
  ...appTruth,
  ...appStatistics,
  ...appConnections,
  ...appControl,
  ...appReporting,
  ...appAlerts,
  ...conversionStatuses,
  ...appBots,
  ...appAudience,
  ...segments,
  ...appSegments,
  ...appImporting,
  ...appBroadcasts,
  ...letters,
  ...appLetters,
  ...appMessage,
  ...appResults,
  ...appSequences,
  ...appWebhooks,
  ...appCampaigns,
  ...appShares,
  ...appPostbacks,
  ...appCampaignReports,
  ...appShop,
  ...appSales,
  ...appSelling,
  ...paymentProblems,
  ...appPayments,
  ...appPosts,
  ...appAccess,
};
