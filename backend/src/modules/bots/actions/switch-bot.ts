import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { haltLane, resumeLane } from "@backend/modules/messaging/index.ts";
import type { BotContract } from "../contracts.ts";
import { botNotFound, platformStays, telegramAway, tokenRefused } from "../errors.ts";
import { setUpBotJob, withdrawBotJob } from "../jobs.ts";
import type { BotsPorts } from "../ports.ts";
import { type BotRow, findOwnBot, lockOwnBot, updateBot } from "../queries.ts";
import { isTokenRefused } from "./identify-bot.ts";
import { readBot } from "./list-bots.ts";

/**
 * Switches a bot on again, also one whose token Telegram had refused and now takes: it is asked first. What waited is sent. Throws
 * bots.bot_not_found, token_refused, telegram_away.
 */
export async function activateBot(outer: ActionContext<BotsPorts>, input: { botId: string }): Promise<BotContract> {
  const known = await findOwnBot(outer.db, outer.actor.workspaceId, input.botId);
  if (!known) throw botNotFound();
  if (known.state === "active") return readBot(outer, input);
  const { vault, botAccounts } = outer.ports;
  try {
    await botAccounts.getMe(vault.open(known.tokenSealed));
  } catch (error) {
    if (isTokenRefused(error)) throw tokenRefused();
    throw error instanceof IntegrationError ? telegramAway() : error;
  }
  return change(outer, input, async (ctx, bot) => {
    await updateBot(ctx.db, bot.id, { state: "active", health: null });
    await resumeLane(ctx.db, bot.id);
    await enqueue(ctx.db, setUpBotJob, { workspaceId: bot.workspaceId, botId: bot.id });
    return "active";
  });
}

/**
 * Switches a bot off: it hears nobody and sends nothing, and what waits keeps waiting. Throws bots.bot_not_found, platform_stays
 * (through that bot the app is opened).
 */
export function deactivateBot(outer: ActionContext<BotsPorts>, input: { botId: string }): Promise<BotContract> {
  return change(outer, input, async (ctx, bot) => {
    if (bot.isPlatform) throw platformStays();
    if (bot.state === "inactive") return "inactive";
    await updateBot(ctx.db, bot.id, { state: "inactive", health: null });
    await haltLane(ctx.db, bot.id, "off");
    await enqueue(ctx.db, withdrawBotJob, { workspaceId: bot.workspaceId, botId: bot.id });
    return "inactive";
  });
}

function change(
  outer: ActionContext<BotsPorts>,
  { botId }: { botId: string },
  work: (ctx: ActionContext<BotsPorts>, bot: BotRow) => Promise<BotRow["state"]>,
): Promise<BotContract> {
  return inTransaction(outer, async (ctx) => {
    const bot = await lockOwnBot(ctx.db, ctx.actor.workspaceId, botId);
    if (!bot) throw botNotFound();
    const state = await work(ctx, bot);
    if (state !== bot.state) {
      const action = state === "active" ? "bot.activated" : "bot.deactivated";
      await recordAudit(ctx, {
        action,
        subjectKind: "bot",
        subjectId: bot.id,
        before: { state: bot.state },
        after: { state },
      });
      await notifyLive(ctx.db, { workspaceId: bot.workspaceId, topic: "bots", id: bot.id });
    }
    return readBot(ctx, { botId: bot.id });
  });
}
