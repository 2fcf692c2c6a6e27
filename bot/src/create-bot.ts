/** A grammY bot that thinks and does not speak: features read an update and write facts; a call of Telegram is a mistake here. */
import { Bot } from "grammy";
import type { Update } from "grammy/types";
import type { BotContext, Edge, EdgeBot } from "./context.ts";
import { audienceFeature } from "./features/audience.ts";
import { callbacksFeature } from "./features/callbacks.ts";
import { groupsFeature } from "./features/groups.ts";
import { joiningFeature } from "./features/joining.ts";
import { managedBotsFeature } from "./features/managed-bots.ts";
import { membershipFeature } from "./features/membership.ts";
import { paymentsFeature } from "./features/payments.ts";
import { startFeature } from "./features/start.ts";
import { teamFeature } from "./features/team.ts";

export interface UpdateHandler {
  /** Throws what a feature throws. */
  handle(update: Update, edge: Edge): Promise<void>;
}

/** The token is no token: the features' transaction is open, so nothing may go out, and nothing could. */
const noToken = "0:unused";

export function createBot(info: EdgeBot): UpdateHandler {
  const edges = new WeakMap<Update, Edge>();
  const bot = new Bot<BotContext>(noToken, {
    botInfo: {
      id: info.telegramId,
      is_bot: true,
      first_name: info.name,
      username: info.username,
      can_join_groups: true,
      supports_join_request_queries: false,
      can_read_all_group_messages: false,
      can_manage_bots: false,
      supports_inline_queries: false,
      can_connect_to_business: false,
      has_main_web_app: false,
      has_topics_enabled: false,
      allows_users_to_create_topics: false,
    },
  });
  bot.api.config.use(() => {
    throw new Error("features do not call Telegram: queue a delivery or a job");
  });
  bot.use(async (ctx, next) => {
    const edge = edges.get(ctx.update);
    if (!edge) throw new Error("an update without its edge");
    ctx.edge = edge;
    await next();
  });
  bot.use(
    membershipFeature,
    joiningFeature,
    managedBotsFeature,
    callbacksFeature,
    groupsFeature,
    teamFeature,
    audienceFeature,
    paymentsFeature,
    startFeature,
  );
  return {
    async handle(update, edge) {
      edges.set(update, edge);
      await bot.handleUpdate(update);
    },
  };
}
