import { badRequest, conflict, tooManyRequests } from "../errors.ts";
import { isAppAddress } from "../markup.ts";
import { type Call, Described, type Method } from "./call.ts";

const MAX_POLL_S = 50;
const DEFAULT_CONNECTIONS = 40;

const getUpdates: Method = async ({ bot, params, abort }) => {
  if (bot.webhook.settings)
    throw conflict(
      "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
  takeAllowed({ bot, params });
  const limit = Math.min(100, Math.max(1, params.integer("limit") ?? 100));
  const timeoutS = Math.min(MAX_POLL_S, Math.max(0, params.integer("timeout") ?? 0));
  return bot.queue.poll(params.integer("offset") ?? 0, limit, timeoutS * 1000, abort);
};

/** Left out, the previous list stays; an empty one means the default. */
function takeAllowed({ bot, params }: Pick<Call, "bot" | "params">): void {
  const allowed = params.list("allowed_updates");
  if (allowed) bot.queue.allowed = allowed.length > 0 ? allowed.map(String) : undefined;
}

const setWebhook: Method = (call) => {
  const { bot, params, world } = call;
  const url = params.text("url").trim();
  const secretToken = params.text("secret_token");
  if (url === "") return removeWebhook(call);
  if (!isAppAddress(url)) throw badRequest("bad webhook: An HTTPS URL must be provided for webhook");
  if (secretToken !== "" && !/^[A-Za-z0-9_-]{1,256}$/.test(secretToken))
    throw badRequest("secret token contains unallowed characters");
  const maxConnections = params.integer("max_connections") ?? DEFAULT_CONNECTIONS;
  if (maxConnections < 1 || maxConnections > 100) throw badRequest("max_connections must be between 1 and 100");
  const sinceChangeMs = world.now() - bot.settingsChangedAt;
  if (sinceChangeMs < 1000 && bot.webhook.settings) throw tooManyRequests(1000);
  bot.settingsChangedAt = world.now();
  takeAllowed(call);
  if (params.flag("drop_pending_updates")) bot.queue.clear();
  const ipAddress = params.text("ip_address");
  const settings = { url, secretToken, maxConnections, ...(ipAddress ? { ipAddress } : {}) };
  const isSame = Bun.deepEquals(bot.webhook.settings, settings);
  bot.queue.terminatePoller();
  bot.webhook.set(settings);
  return new Described(true, isSame ? "Webhook is already set" : "Webhook was set");
};

function removeWebhook({ bot, params }: Call): Described {
  const wasSet = bot.webhook.settings !== undefined;
  if (params.flag("drop_pending_updates")) bot.queue.clear();
  bot.webhook.set(undefined);
  return new Described(true, wasSet ? "Webhook was deleted" : "Webhook is already deleted");
}

const getWebhookInfo: Method = ({ bot }) => {
  const { settings, lastErrorAt, lastErrorMessage } = bot.webhook;
  bot.queue.dropExpired();
  return {
    url: settings?.url ?? "",
    has_custom_certificate: false,
    pending_update_count: bot.queue.pending.length,
    ...(settings?.ipAddress ? { ip_address: settings.ipAddress } : {}),
    ...(lastErrorAt === undefined
      ? {}
      : { last_error_date: Math.floor(lastErrorAt / 1000), last_error_message: lastErrorMessage }),
    ...(settings ? { max_connections: settings.maxConnections } : {}),
    ...(bot.queue.allowed ? { allowed_updates: bot.queue.allowed } : {}),
  };
};

export const updateMethods: Record<string, Method> = {
  getupdates: getUpdates,
  setwebhook: setWebhook,
  deletewebhook: removeWebhook,
  getwebhookinfo: getWebhookInfo,
};
