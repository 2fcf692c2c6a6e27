import type { ActionContext } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { scrub } from "@backend/kit/log.ts";
import { tellTextsJob } from "../jobs.ts";
import type { BotsPorts, ProfileField } from "../ports.ts";
import {
  type BotRow,
  type BotTextRow,
  findBotById,
  forgetEmptyText,
  listTexts,
  noteTexts,
  updateBot,
} from "../queries.ts";
import { isTokenRefused } from "./identify-bot.ts";
import { tellCommands } from "./tell-commands.ts";

const fields = ["name", "description", "shortDescription"] as const satisfies readonly ProfileField[];

/**
 * Tells Telegram a bot's commands, names and descriptions in all its languages, only those that differ: a bot's name may be changed a
 * few times a day, and the answer to one time too many is a 429 with hours to wait. That one waits so long, the others go on. A text
 * that Telegram refuses is written down in its words. What may succeed soon throws, so that the job runs again.
 */
export async function tellTexts(ctx: ActionContext<BotsPorts>, input: { botId: string }): Promise<void> {
  const bot = await findBotById(ctx.db, input.botId);
  if (bot?.state !== "active") return;
  let again: Date | null = null;
  const texts = await listTexts(ctx.db, bot.id);
  const refused = await commandsRefused(ctx.ports, bot, texts);
  if (refused === null) return;
  for (const row of texts) {
    const told = await tell(ctx, bot, row);
    if (told === null) return;
    const { nextTryAt } = told;
    const problem = told.problem ?? refused.get(row.language) ?? null;
    const hasChanged = problem !== row.problem || nextTryAt?.getTime() !== row.nextTryAt?.getTime();
    if (hasChanged) {
      await noteTexts(ctx.db, bot.id, row.language, { problem, nextTryAt });
      await notifyLive(ctx.db, { workspaceId: bot.workspaceId, topic: "bots", id: bot.id });
    }
    if (nextTryAt && (!again || nextTryAt < again)) again = nextTryAt;
  }
  if (again) await enqueue(ctx.db, tellTextsJob, { workspaceId: bot.workspaceId, botId: bot.id }, { runAt: again });
}

/** As `tellCommands`. Null: Telegram refused the token, and the bot's health will say so. */
async function commandsRefused(
  ports: BotsPorts,
  bot: BotRow,
  texts: readonly BotTextRow[],
): Promise<Map<string, string> | null> {
  try {
    return await tellCommands(ports, ports.vault.open(bot.tokenSealed), texts);
  } catch (error) {
    if (isTokenRefused(error)) return null;
    throw error;
  }
}

/** Null: Telegram refused the token, and the bot's health will say so. */
async function tell(
  ctx: ActionContext<BotsPorts>,
  bot: BotRow,
  row: BotTextRow,
): Promise<{ problem: string | null; nextTryAt: Date | null } | null> {
  const { botAccounts, vault } = ctx.ports;
  const token = vault.open(bot.tokenSealed);
  const waiting = row.nextTryAt && row.nextTryAt > ctx.now ? row.nextTryAt : null;
  let problem: string | null = null;
  let nextTryAt = waiting;
  for (const field of fields) {
    const wanted = row[field];
    if (wanted === null || (waiting && field === "name")) continue;
    try {
      if (wanted === "" || (await botAccounts.profile(token, field, row.language)) !== wanted)
        await botAccounts.setProfile(token, field, row.language, wanted);
      // Taken away is taken away; asked again at every start it would only use up the few changes allowed.
      if (wanted === "") await forgetEmptyText(ctx.db, bot.id, row.language, field);
      else if (field === "name" && row.language === "") await updateBot(ctx.db, bot.id, { name: wanted });
    } catch (error) {
      if (isTokenRefused(error)) return null;
      if (!(error instanceof IntegrationError)) throw error;
      const { status, retryable, retryAfterMs = 60_000 } = error.options;
      if (status === 429) nextTryAt = new Date(ctx.now.getTime() + retryAfterMs);
      else if (retryable) throw error;
      else problem = scrub(error.message).slice(0, 300);
    }
  }
  return { problem, nextTryAt };
}
