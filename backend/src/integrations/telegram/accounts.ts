/** The account side of the Bot API (getMe, commands, menu button, webhook, getUpdates) over grammY's client. */
import type { BotAccounts, ProfileField, RawUpdate } from "@backend/modules/bots/index.ts";
import { Api } from "grammy";
import { asked } from "./asked.ts";

const timeoutSec = 15;
/** Three tries must fit into the ten seconds after which a payment is cancelled. */
const preCheckoutSec = 2;
/** How much longer than asked a long poll may take before we give it up. */
const pollSlackSec = 10;

/** grammY types the two-letter codes that Telegram knows; ours are among them. */
const inLanguage = (language: string) => (language === "" ? {} : { language_code: language as "en" });
type InLanguage = ReturnType<typeof inLanguage>;

const profileCalls: Readonly<
  Record<
    ProfileField,
    { read(api: Api, at: InLanguage): Promise<string>; write(api: Api, text: string, at: InLanguage): Promise<true> }
  >
> = {
  name: {
    read: async (api, at) => (await api.getMyName(at)).name,
    write: (api, text, at) => api.setMyName(text, at),
  },
  description: {
    read: async (api, at) => (await api.getMyDescription(at)).description,
    write: (api, text, at) => api.setMyDescription(text, at),
  },
  shortDescription: {
    read: async (api, at) => (await api.getMyShortDescription(at)).short_description,
    write: (api, text, at) => api.setMyShortDescription(text, at),
  },
};

/** `apiRoot` without a trailing slash (grammY refuses one). */
export function telegramAccounts(apiRoot: string): BotAccounts {
  const api = (token: string, seconds = timeoutSec) =>
    new Api(token, { apiRoot, timeoutSeconds: seconds, sensitiveLogs: false });
  return {
    getMe: (token) =>
      asked(async () => {
        const me = await api(token).getMe();
        return {
          telegramId: me.id,
          username: me.username,
          name: me.first_name,
          canManageBots: me.can_manage_bots === true,
        };
      }),
    commands: (token, language) => asked(async () => [...(await api(token).getMyCommands(inLanguage(language)))]),
    setCommands: (token, language, commands) =>
      asked(async () => {
        await api(token).setMyCommands(commands, inLanguage(language));
      }),
    profile: (token, field, language) => asked(() => profileCalls[field].read(api(token), inLanguage(language))),
    setProfile: (token, field, language, text) =>
      asked(async () => {
        await profileCalls[field].write(api(token), text, inLanguage(language));
      }),
    setMenuButton: (token, button, telegramChatId) =>
      asked(async () => {
        const menu_button = button
          ? { type: "web_app" as const, text: button.text, web_app: { url: button.url } }
          : { type: "commands" as const };
        await api(token).setChatMenuButton({
          menu_button,
          ...(telegramChatId === undefined ? {} : { chat_id: telegramChatId }),
        });
      }),
    setWebhook: (token, webhook) =>
      asked(async () => {
        await api(token).setWebhook(webhook.url, {
          secret_token: webhook.secret,
          allowed_updates: webhook.allowedUpdates as never,
          max_connections: webhook.maxConnections ?? 40,
        });
      }),
    deleteWebhook: (token) =>
      asked(async () => {
        await api(token).deleteWebhook();
      }),
    webhookInfo: (token) =>
      asked(async () => {
        const info = await api(token).getWebhookInfo();
        return {
          url: info.url ?? "",
          pendingUpdates: info.pending_update_count,
          lastErrorAt: info.last_error_date === undefined ? null : new Date(info.last_error_date * 1000),
          lastError: info.last_error_message ?? null,
          allowedUpdates: info.allowed_updates ?? null,
        };
      }),
    offerManagedBot: (token, telegramChatId, { text, button }) =>
      asked(async () => {
        const request = { text: button, request_managed_bot: { request_id: 1 } };
        await api(token).sendMessage(telegramChatId, text, {
          reply_markup: { keyboard: [[request]], one_time_keyboard: true, resize_keyboard: true },
        });
      }),
    managedBotToken: (token, telegramId) => asked(() => api(token).getManagedBotToken(telegramId)),
    answerCallback: (token, queryId, text) =>
      asked(async () => {
        await api(token).answerCallbackQuery(queryId, text === undefined ? {} : { text });
      }),
    answerPreCheckout: (token, queryId, refusal) =>
      asked(async () => {
        const words = refusal === null ? {} : { error_message: refusal };
        await api(token, preCheckoutSec).answerPreCheckoutQuery(queryId, refusal === null, words);
      }),
    getUpdates: (token, ask, signal) =>
      asked(async () => {
        const updates = await api(token, ask.timeoutSec + pollSlackSec).getUpdates(
          {
            offset: ask.offset,
            timeout: ask.timeoutSec,
            limit: ask.limit,
            allowed_updates: ask.allowedUpdates as never,
          },
          signal as never,
        );
        return updates as unknown as RawUpdate[];
      }),
  };
}
