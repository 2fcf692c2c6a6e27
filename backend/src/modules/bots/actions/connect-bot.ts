import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { randomToken } from "@backend/kit/crypto.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import type { BotContract } from "../contracts.ts";
import { connectedElsewhere, platformStays, tooManyBots } from "../errors.ts";
import { setUpBotJob } from "../jobs.ts";
import type { BotIdentity, BotsPorts } from "../ports.ts";
import { presentBot } from "../present.ts";
import {
  type BotRow,
  countOwnBotsLocked,
  findFormerBot,
  insertBot,
  lockBot,
  lockTelegramBot,
  updateBot,
} from "../queries.ts";
import { giveToken } from "./give-token.ts";
import { type IdentifiedBot, identifyBot } from "./identify-bot.ts";
import { letGo } from "./let-go.ts";

/** Enough for any team, and an end for a script that runs wild. */
export const maxBots = 200;

/**
 * Connects the bot of a token to the workspace. A bot of this workspace gets the token in place of its own; one that this
 * workspace had before comes back with its chats and its history. A bot that another workspace has connected is refused, unless
 * the caller says that he means it: whoever holds the token may do with the bot as he likes, so it is taken from there, and that
 * workspace's owners are told. Of two who do so at once one is the second, and has it. Throws bots.token_malformed, token_unknown,
 * telegram_away, connected_elsewhere, platform_stays, too_many.
 */
export async function connectBot(
  outer: ActionContext<BotsPorts>,
  input: { token: string; takeOver?: boolean; managedBy?: string },
): Promise<BotContract> {
  const given = await identifyBot(outer, input.token);
  return inTransaction(outer, (ctx) => connectIdentified(ctx, { ...given, ...input, token: given.token }));
}

/** As `connectBot`, of a bot that Telegram has named already, in the transaction that `ctx.db` is. */
export async function connectIdentified(
  ctx: ActionContext<BotsPorts>,
  input: IdentifiedBot & { takeOver?: boolean; managedBy?: string },
): Promise<BotContract> {
  const { token, identity } = input;
  const { workspaceId } = ctx.actor;
  const known = await lockTelegramBot(ctx.db, identity.telegramId);
  if (known?.workspaceId === workspaceId) {
    // Telegram tells of new tokens whether the bot is on or off: only a person switches it on.
    const state = input.managedBy && known.state === "inactive" ? "inactive" : "active";
    await giveToken(ctx, known, { token, identity, state });
    return present(ctx, known.id);
  }
  if (known?.isPlatform) throw platformStays();
  if (known && !input.takeOver) throw connectedElsewhere(identity.username);
  if ((await countOwnBotsLocked(ctx.db, workspaceId)) >= maxBots) throw tooManyBots(maxBots);
  if (known) await letGo(ctx, known, "taken_over");
  const row = await place(ctx, token, identity, input.managedBy ?? null);
  await enqueue(ctx.db, setUpBotJob, { workspaceId, botId: row.id });
  await recordAudit(ctx, {
    action: "bot.connected",
    subjectKind: "bot",
    subjectId: row.id,
    after: { telegramId: identity.telegramId, takenOver: known !== null },
  });
  await notifyLive(ctx.db, { workspaceId, topic: "bots", id: row.id });
  return presentBot(row, ctx.ports, ctx.actor.locale);
}

async function place(
  ctx: ActionContext<BotsPorts>,
  token: string,
  { telegramId, username, name, canManageBots }: BotIdentity,
  managedBy: string | null,
): Promise<BotRow> {
  const { vault } = ctx.ports;
  const { workspaceId } = ctx.actor;
  const values = {
    username,
    name,
    canManageBots,
    managedBy,
    tokenSealed: vault.seal(token),
    webhookSecretSealed: vault.seal(randomToken()),
  };
  const former = await findFormerBot(ctx.db, workspaceId, telegramId);
  if (!former) return insertBot(ctx.db, { ...values, workspaceId, telegramId });
  await updateBot(ctx.db, former.id, { ...values, state: "active", releasedAt: null, health: null });
  return { ...former, ...values, state: "active", releasedAt: null, health: null };
}

async function present(ctx: ActionContext<BotsPorts>, botId: string): Promise<BotContract> {
  const row = await lockBot(ctx.db, botId);
  if (!row) throw new Error("a bot just stored is not there");
  return presentBot(row, ctx.ports, ctx.actor.locale);
}
