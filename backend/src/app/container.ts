/** Where rooms meet the outside world: every port gets its adapter here, and nowhere else. */

import { cryptoPay, cryptoPayHook } from "@backend/integrations/crypto-pay/index.ts";
import { keitaroCampaigns } from "@backend/integrations/keitaro/campaigns.ts";
import { keitaroClient } from "@backend/integrations/keitaro/client.ts";
import { keitaroLog } from "@backend/integrations/keitaro/conversions-log.ts";
import { keitaroReports } from "@backend/integrations/keitaro/reports.ts";
import { mainBot } from "@backend/integrations/main-bot/main-bot.ts";
import { telegramAccounts } from "@backend/integrations/telegram/accounts.ts";
import { telegramGates } from "@backend/integrations/telegram/gates.ts";
import { telegramSender } from "@backend/integrations/telegram/sender.ts";
import { telegramStars } from "@backend/integrations/telegram/stars.ts";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { yookassa, yookassaHook } from "@backend/integrations/yookassa/index.ts";
import { addressList, senderAddress } from "@backend/kit/address.ts";
import { systemClock } from "@backend/kit/clock.ts";
import { type ActionContext, type Actor, systemActor } from "@backend/kit/context.ts";
import { createVault } from "@backend/kit/crypto.ts";
import { setReactions } from "@backend/kit/events.ts";
import { httpKit, type Run } from "@backend/kit/http.ts";
import { runOnce } from "@backend/kit/idempotency.ts";
import { createIntake } from "@backend/kit/inbox.ts";
import { createLiveHub } from "@backend/kit/live.ts";
import type { Logger } from "@backend/kit/log.ts";
import { createOutbound } from "@backend/kit/outbound.ts";
import { findUpload, readUpload } from "@backend/kit/uploads.ts";
import { type AccessPorts, accessPersonData, openedBy } from "@backend/modules/access/index.ts";
import { audiencePersonData, introduceBroadcasts, listFieldKeys } from "@backend/modules/audience/index.ts";
import {
  type BotsPorts,
  botsPersonData,
  canLaunchApp,
  sendingBots,
  starsBots,
  workspaceBots,
} from "@backend/modules/bots/index.ts";
import {
  broadcastFacts,
  broadcastsPersonData,
  clickCodesOf,
  createClickStore,
} from "@backend/modules/broadcasts/index.ts";
import { type CampaignsPorts, campaignFacts, campaignsPersonData } from "@backend/modules/campaigns/index.ts";
import {
  type ConversionsPorts,
  conversionsModule,
  introduceCampaigns,
  type TrackerLogPorts,
} from "@backend/modules/conversions/index.ts";
import { type FulfilmentPorts, fulfilmentPersonData } from "@backend/modules/fulfilment/index.ts";
import { createAuthenticator, type IdentityPorts } from "@backend/modules/identity/index.ts";
import { appLink, mediaLibrary, messagingPersonData } from "@backend/modules/messaging/index.ts";
import type { TelegramSender } from "@backend/modules/messaging/ports.ts";
import {
  createMetrics,
  createReadiness,
  type Metrics,
  type OperationsPorts,
  storeCallsAgain,
} from "@backend/modules/operations/index.ts";
import { type PaymentsPorts, paymentsModule, paymentsPersonData } from "@backend/modules/payments/index.ts";
import { todayNumbers } from "@backend/modules/reports/index.ts";
import { readSupport, type ShopPorts, shopPersonData, storefront } from "@backend/modules/shop/index.ts";
import type { WebhooksPorts } from "@backend/modules/webhooks/index.ts";
import { createPreCheckout, createTakeUpdate, createTelegramReader } from "@bot/main.ts";
import type { Database } from "@db/client.ts";
import { newestMigration } from "@db/migrate.ts";
import { dropOldPartitions, ensurePartitions } from "@db/partitions.ts";
import type { Config } from "./config.ts";
import { reactions } from "./reactions.ts";

export type Ports = IdentityPorts &
  AccessPorts &
  BotsPorts &
  ConversionsPorts &
  TrackerLogPorts &
  CampaignsPorts &
  OperationsPorts &
  FulfilmentPorts &
  PaymentsPorts &
  ShopPorts &
  WebhooksPorts;

/** Actors of jobs that belong to the installation and to no workspace. */
const installation = "00000000-0000-0000-0000-000000000000";

/** A screen of the Mini App: by its address in private chats, elsewhere through t.me. */
export const appLinks = (publicUrl: string) => ({
  inPrivate: (bot: { id: string }, path: string) => `${publicUrl}/app/${bot.id}/${path}`,
  elsewhere: (bot: { username: string }, path: string) => appLink(bot.username, path),
});

/** Counts what the Bot API answered, per bot. */
const measured = (sender: TelegramSender, metrics: Metrics): TelegramSender => ({
  probe: sender.probe,
  async send(call, signal) {
    const startedAt = performance.now();
    const result = await sender.send(call, signal);
    const outcome = result.kind === "refused" ? (result.status === 429 ? "flood" : "refused") : result.kind;
    metrics.observeSend({ botId: call.bot.id, outcome, seconds: (performance.now() - startedAt) / 1000 });
    return result;
  },
});

export async function createRuntime(input: { config: Config; database: Database; log: Logger }) {
  const { config, database, log } = input;
  const { db, sql } = database;
  setReactions(reactions);
  introduceBroadcasts(broadcastFacts);
  introduceCampaigns(campaignFacts);
  const vault = createVault(config.secretsKey);
  const intake = createIntake(db);
  const outbound = createOutbound({
    allowPrivate: config.outboundAllowPrivate,
    own: { publicUrl: config.publicUrl, port: config.port },
  });
  const keitaro = keitaroClient({ outbound });
  const metrics = createMetrics();
  const hub = await createLiveHub(sql);
  const startingRoles = new Set<string>(config.roles);
  let isStopping = false;

  const ports: Ports = {
    vault,
    intake,
    markup: telegramMarkup,
    outbound,
    allowsPrivateAddresses: config.outboundAllowPrivate,
    trackerLog: keitaroLog(keitaro),
    trackerCampaigns: keitaroCampaigns(keitaro),
    trackerReports: keitaroReports(keitaro),
    replayCalls: storeCallsAgain,
    publicUrl: config.publicUrl,
    botMode: config.botMode,
    botAccounts: telegramAccounts(config.telegramApiRoot),
    chatGates: telegramGates(config.telegramApiRoot),
    openedBy,
    letterFields: async (at, workspaceId) => (await listFieldKeys(at, workspaceId)).map(({ key }) => key),
    workspaceBots,
    storefront,
    providers: {
      crypto_pay: cryptoPay({ outbound, apiUrl: config.cryptoPay.apiUrl, now: systemClock }),
      yookassa: yookassa({ outbound, apiUrl: config.yookassa.apiUrl }),
      stars: telegramStars({ apiRoot: config.telegramApiRoot, now: systemClock }),
    },
    providerHooks: { crypto_pay: cryptoPayHook, yookassa: yookassaHook(config.yookassa.networks) },
    starsBots: starsBots({ vault }),
    personData: [
      // As money is locked when it comes: a post before the till, invoices and payments, their orders, then the chat that hears of it and the
      // subscriber.
      fulfilmentPersonData,
      paymentsPersonData,
      shopPersonData,
      messagingPersonData,
      botsPersonData,
      audiencePersonData,
      broadcastsPersonData,
      campaignsPersonData,
      accessPersonData,
    ],
    mainBot: config.mainBot && mainBot(config.mainBot),
    installation: { sandbox: config.sandbox, openWorkspaces: config.openWorkspaces },
    adminChannelId: config.adminChannelId,
    partitions: {
      ensure: (now) => ensurePartitions(sql, now),
      dropOld: (now, keepDays) => dropOldPartitions(sql, now, keepDays),
    },
    keep: { inboxDays: config.inboxKeepDays, deliveriesDays: config.deliveriesKeepDays },
  };

  const contextFor = (actor: Actor, requestId: string): ActionContext<Ports> => ({
    db,
    actor,
    now: systemClock(),
    // Jobs are many, and a child logger is dear (its fields are redacted when it is made); what they log names its event itself.
    log: actor.kind === "system" ? log : log.child({ requestId, workspaceId: actor.workspaceId }),
    ports,
    requestId,
  });
  const preCheckout = createPreCheckout({
    contextFor: (workspaceId) => contextFor(systemActor(workspaceId), "pre-checkout"),
    tokenOf: (botId) => ports.starsBots.tokenOf(db, botId),
    accounts: ports.botAccounts,
  });
  const run: Run = (action, caller, request) => {
    const ctx = contextFor(caller.actor, caller.requestId);
    if (!caller.once) return action(ctx as never, request);
    return runOnce({ db, vault }, caller.actor, caller.once, (tx) => action({ ...ctx, db: tx } as never, request));
  };

  const proxies = addressList(config.trustedProxies);
  const http = httpKit({
    authenticate: createAuthenticator({
      db,
      vault,
      clock: systemClock,
      maxAgeSec: config.initDataMaxAgeSec,
      log,
      bots: workspaceBots,
    }),
    senderOf: (request, peer) => senderAddress(peer, request.headers.get("x-forwarded-for"), proxies),
  });

  return {
    config,
    database,
    log,
    vault,
    intake,
    metrics,
    hub,
    ports,
    run,
    http,
    contextFor,
    /** The system's actor in a workspace; null for jobs of the installation itself. */
    actorFor: (workspaceId: string | null) => systemActor(workspaceId ?? installation),
    sender: measured(
      telegramSender({
        apiRoot: config.telegramApiRoot,
        links: appLinks(config.publicUrl),
        library: mediaLibrary({ db, files: { find: findUpload, read: readUpload } }),
        log,
      }),
      metrics,
    ),
    sendingBots: sendingBots({ db, vault }),
    foldRenderers: conversionsModule.foldRenderers(ports),
    readers: {
      ...conversionsModule.readers(ports),
      ...paymentsModule.readers(ports),
      telegram: createTelegramReader({
        vault,
        readToday: todayNumbers,
        readSupport,
        canLaunchApp: canLaunchApp(config.publicUrl, config.sandbox),
      }),
    },
    takeUpdate: createTakeUpdate({ vault, intake, log, urgent: { pre_checkout_query: preCheckout } }),
    /** What links in messages need: codes are read here, visits written in groups. */
    clicks: { codes: clickCodesOf(vault), store: createClickStore(db, log), now: systemClock },
    readiness: createReadiness({ db, newestMigration: newestMigration(), startingRoles: () => [...startingRoles] }),
    roleStarted: (role: string) => void startingRoles.delete(role),
    isStopping: () => isStopping,
    beginStopping: () => {
      isStopping = true;
    },
  };
}

export type Runtime = Awaited<ReturnType<typeof createRuntime>>;
