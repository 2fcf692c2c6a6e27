import type { ActionContext } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { haltLane } from "@backend/modules/messaging/index.ts";
import { setUpBotJob } from "../jobs.ts";
import type { BotsPorts } from "../ports.ts";
import { type BotRow, eraseSecrets, findBotById, findBotByTelegramId } from "../queries.ts";

/** A bot that was given up keeps its token at most so long for the sake of taking its webhook back. */
const keepTokenMs = 3_600_000;

/**
 * The job after a bot was switched off or given up: Telegram stops calling us for it, its menu button opens our app no longer, and
 * the secrets of a given up one are erased. Whoever connected the bot meanwhile sets it up anew, since what we take away here may
 * have been his.
 */
export async function withdrawBot(ctx: ActionContext<BotsPorts>, input: { botId: string }): Promise<void> {
  const bot = await findBotById(ctx.db, input.botId);
  if (!bot || (bot.state !== "inactive" && !bot.releasedAt)) return;
  if (bot.releasedAt) await haltLane(ctx.db, bot.id, "gone");
  if (bot.state === "inactive" || !(await findBotByTelegramId(ctx.db, bot.telegramId))) await silence(ctx, bot);
  if (bot.releasedAt) await eraseSecrets(ctx.db, bot.id, ctx.ports.vault.seal(""));
  const heir = await findBotByTelegramId(ctx.db, bot.telegramId);
  if (heir?.state === "active") await enqueue(ctx.db, setUpBotJob, { workspaceId: heir.workspaceId, botId: heir.id });
}

/** Throws what may succeed later, as long as the token may be kept for it. */
async function silence(ctx: ActionContext<BotsPorts>, bot: BotRow): Promise<void> {
  const { vault, botAccounts } = ctx.ports;
  const token = vault.open(bot.tokenSealed);
  if (token === "") return;
  try {
    await botAccounts.deleteWebhook(token);
    await botAccounts.setMenuButton(token, null);
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    const mayKeep = !bot.releasedAt || ctx.now.getTime() - bot.releasedAt.getTime() < keepTokenMs;
    if (error.options.retryable && mayKeep) throw error;
    ctx.log.warn({ botId: bot.id, status: error.options.status }, "a bot's webhook could not be taken back");
  }
}
