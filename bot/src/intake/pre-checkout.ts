/**
 * Telegram's last question before somebody's Stars are taken. It waits ten seconds and cancels on silence, so it is answered here and
 * not by a worker: from the invoice's row, in two seconds at most, in words for the payer when the answer is no.
 */
import { localeOf, translator } from "@backend/i18n/index.ts";
import { pause } from "@backend/kit/clock.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import type { BotAccounts } from "@backend/modules/bots/index.ts";
import { meetTelegramUser, toTelegramUser } from "@backend/modules/identity/index.ts";
import { checkStars } from "@backend/modules/payments/index.ts";
import type { PreCheckoutQuery } from "grammy/types";
import type { ReceivingBot, UrgentHandlers } from "./take-update.ts";

export interface PreCheckoutDeps {
  contextFor(workspaceId: string): ActionContext;
  /** Null for a bot that is off or gone. */
  tokenOf(botId: string): Promise<string | null>;
  accounts: Pick<BotAccounts, "answerPreCheckout">;
  /** For the answer to be found; then it is no. */
  withinMs?: number;
}

const usualMs = 2_000;
const answerTries = 3;

/** Answers every pre-checkout question of a bot; throws when Telegram could not be told, or the bot is gone. */
export function createPreCheckout(deps: PreCheckoutDeps): UrgentHandlers[string] {
  /** Null: he may pay. */
  async function refusalOf(bot: ReceivingBot, query: PreCheckoutQuery): Promise<string | null> {
    const ctx = deps.contextFor(bot.workspaceId);
    const user = toTelegramUser(query.from);
    const payer = user && (await meetTelegramUser(ctx, { workspaceId: bot.workspaceId, botId: bot.botId, user }));
    // A blocked person is told what a stranger is.
    if (!payer) return translator(localeOf(query.from.language_code))("payments.stars_gone");
    const { invoice_payload: payload, total_amount: amount, currency } = query;
    const check = await checkStars(ctx, { payload, amount, currency, payerTelegramId: query.from.id });
    return check.ok ? null : translator(payer.locale)(check.code);
  }

  async function inTime(bot: ReceivingBot, query: PreCheckoutQuery): Promise<string | null> {
    const busy = translator(localeOf(query.from.language_code))("common.unavailable");
    const found = refusalOf(bot, query).catch((error: unknown) => {
      deps.contextFor(bot.workspaceId).log.error({ err: error, botId: bot.botId }, "a payment could not be checked");
      return busy;
    });
    const answered = new AbortController();
    const late = pause(deps.withinMs ?? usualMs, answered.signal).then(() => busy);
    return Promise.race([found, late]).finally(() => answered.abort());
  }

  return async (bot, update) => {
    const query = update.pre_checkout_query as PreCheckoutQuery;
    const [refusal, token] = await Promise.all([inTime(bot, query), deps.tokenOf(bot.botId)]);
    if (token === null) throw new Error("the bot was given up while somebody paid");
    for (let tried = 1; ; tried++) {
      try {
        return await deps.accounts.answerPreCheckout(token, query.id, refusal);
      } catch (error) {
        if (!(error instanceof IntegrationError) || !error.options.retryable || tried >= answerTries) throw error;
      }
    }
  };
}
