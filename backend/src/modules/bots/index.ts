/**
 * Bots connected to workspaces: their tokens (sealed, never in an address), webhooks, commands, menu buttons and health. Rules
 * that hold: one living row per Telegram bot in the whole installation; one platform bot; a bot belongs to one workspace, and whoever
 * brings its token to another takes it there; a bot that was given up sends nothing more; one process polls a bot.
 */
import type { Vault } from "@backend/kit/crypto.ts";
import type { SignInBot, WorkspaceBot, WorkspaceBots } from "@backend/modules/identity/index.ts";
import type { Db } from "@db/client.ts";
import { type BotRow, findBotById, findMainBotOf, findOwnBot, listOwnBots } from "./queries.ts";

export { welcomeFor } from "./actions/bot-texts.ts";
export { ensurePlatformBot } from "./actions/ensure-platform-bot.ts";
export { setUpAllBots } from "./actions/set-up-all-bots.ts";
export { setUpBot } from "./actions/set-up-bot.ts";
export { canLaunchApp } from "./domain/launch.ts";
export { allowedUpdates } from "./domain/updates.ts";
export { botDisconnected } from "./events.ts";
export { answerCallbackJob, checkBotsJob, connectManagedBotJob, tellBotTakenJob } from "./jobs.ts";
export { botsModule } from "./module.ts";
export { botsPersonData } from "./person-data.ts";
export type { BotAccounts, BotCommand, BotIdentity, BotsPorts, ProfileField, RawUpdate, WebhookInfo } from "./ports.ts";
export {
  type BotRow,
  filesInWelcomes,
  findBotById,
  listActiveBots,
  listOwnBots,
  releasePollLease,
  renewPollLeases,
  saveHealth,
  savePollOffset,
  takePollLease,
} from "./queries.ts";

const asWorkspaceBot = (row: BotRow | null): WorkspaceBot | null => row && { id: row.id, username: row.username };

/** The bots room as identity needs it; the container introduces them. */
export const workspaceBots: WorkspaceBots = {
  async findSignInBot(db, botId): Promise<SignInBot | null> {
    const row = await findBotById(db, botId);
    // The token of one that was given up is erased: anybody could sign with nothing.
    if (!row || row.releasedAt !== null) return null;
    return {
      botId: row.id,
      workspaceId: row.workspaceId,
      tokenSealed: row.tokenSealed,
      isActive: row.state === "active",
    };
  },
  async findBot(db, workspaceId, botId) {
    return asWorkspaceBot(await findOwnBot(db, workspaceId, botId));
  },
  async findMainBot(db, workspaceId) {
    return asWorkspaceBot(await findMainBotOf(db, workspaceId));
  },
};

/** The bots room as the sending lanes need it: an active bot with its token opened; null for one that is off or gone. */
export const sendingBots = (deps: { db: Db; vault: Vault }) => ({
  async find(botId: string): Promise<{ id: string; token: string; username: string } | null> {
    const row = await findBotById(deps.db, botId);
    if (row?.state !== "active") return null;
    return { id: row.id, token: deps.vault.open(row.tokenSealed), username: row.username };
  },
});

/**
 * The bots room as payments in Stars need it: an active bot with its token opened, the workspace's main bot first. What a bot has taken it
 * can give back while it is switched off, too, as long as it is the workspace's.
 */
export const starsBots = ({ vault }: { vault: Vault }) => ({
  async tokenOf(db: Db, botId: string): Promise<string | null> {
    const row = await findBotById(db, botId);
    return row?.state === "active" ? vault.open(row.tokenSealed) : null;
  },
  async keptTokenOf(db: Db, botId: string): Promise<string | null> {
    const row = await findBotById(db, botId);
    return row && row.releasedAt === null ? vault.open(row.tokenSealed) : null;
  },
  async listOf(db: Db, workspaceId: string): Promise<{ botId: string; token: string }[]> {
    const main = await findMainBotOf(db, workspaceId);
    const active = (await listOwnBots(db, workspaceId)).filter(({ state }) => state === "active");
    const inOrder = active.sort((a, b) => Number(b.id === main?.id) - Number(a.id === main?.id));
    return inOrder.map((row) => ({ botId: row.id, token: vault.open(row.tokenSealed) }));
  },
});
