import { randomToken, type Vault } from "@backend/kit/crypto.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import type { Logger } from "@backend/kit/log.ts";
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";
import type { BotAccounts, BotIdentity } from "../ports.ts";
import {
  type BotRow,
  clearPlatformMark,
  findBotByTelegramId,
  findFormerBot,
  insertBot,
  lockTelegramBot,
  updateBot,
} from "../queries.ts";

/** Two processes that start at once take turns. */
const startLock = 7_402_615;

/**
 * Makes or refreshes the row of the bot of BOT_TOKEN, at every start. The token counts as it stands in the environment: a new
 * token of the same bot replaces the sealed one, and another bot takes the platform mark over while the former stays
 * connected. Telegram out of reach is no reason not to start when the bot is known with this very token. Throws
 * IntegrationError when Telegram refuses the token, or is away at the first start with it.
 */
export async function ensurePlatformBot(
  ctx: { db: Db; log: Logger; vault: Vault; accounts: Pick<BotAccounts, "getMe"> },
  input: { workspaceId: string; token: string },
): Promise<{ botId: string; username: string }> {
  let identity: BotIdentity;
  try {
    identity = await ctx.accounts.getMe(input.token);
  } catch (error) {
    const known = await findKnown(ctx, input.token);
    if (!known || !(error instanceof IntegrationError) || !error.options.retryable) throw error;
    ctx.log.warn({ err: error, botId: known.id }, "Telegram is away; going on with the bot as it was known");
    return { botId: known.id, username: known.username };
  }
  return ctx.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    await tx.execute(sql`select pg_advisory_xact_lock(${startLock})`);
    const known =
      (await lockTelegramBot(tx, identity.telegramId)) ??
      (await findFormerBot(tx, input.workspaceId, identity.telegramId));
    if (!known?.isPlatform) await clearPlatformMark(tx);
    if (!known) {
      const row = await insertBot(tx, {
        workspaceId: input.workspaceId,
        telegramId: identity.telegramId,
        username: identity.username,
        name: identity.name,
        canManageBots: identity.canManageBots,
        tokenSealed: ctx.vault.seal(input.token),
        webhookSecretSealed: ctx.vault.seal(randomToken()),
        isPlatform: true,
      });
      ctx.log.info({ botId: row.id, username: row.username }, "platform bot connected");
      return { botId: row.id, username: row.username };
    }
    await updateBot(tx, known.id, {
      username: identity.username,
      name: identity.name,
      canManageBots: identity.canManageBots,
      isPlatform: true,
      state: "active",
      releasedAt: null,
      ...(opensTo(ctx.vault, known, input.token) ? {} : { tokenSealed: ctx.vault.seal(input.token) }),
      ...(opens(ctx.vault, known.webhookSecretSealed) ? {} : { webhookSecretSealed: ctx.vault.seal(randomToken()) }),
    });
    return { botId: known.id, username: identity.username };
  });
}

/** The platform bot of the last start, if it had this token. The number before the colon is the bot's Telegram id. */
async function findKnown(ctx: { db: Db; vault: Vault }, token: string): Promise<BotRow | null> {
  const known = await findBotByTelegramId(ctx.db, Number(token.split(":")[0]));
  return known?.isPlatform && opensTo(ctx.vault, known, token) ? known : null;
}

function opens(vault: Vault, sealed: string): string | null {
  try {
    return vault.open(sealed);
  } catch {
    // Sealed with a key that SECRETS_KEY no longer lists. For this bot that is mended here: the environment holds the token.
    return null;
  }
}

const opensTo = (vault: Vault, bot: BotRow, token: string) => opens(vault, bot.tokenSealed) === token;
