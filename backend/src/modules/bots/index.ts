/**
 * Bots connected to workspaces: their tokens (sealed, never in an address), webhooks, commands, menu buttons and health. Rules
 * that hold: one row per Telegram bot in the whole installation; one platform bot; a bot belongs to one workspace.
 */
import type { SignInBot, WorkspaceBot, WorkspaceBots } from "@backend/modules/identity/index.ts";
import { type BotRow, findBotById, findMainBotOf, findOwnBot } from "./queries.ts";

export { ensurePlatformBot } from "./actions/ensure-platform-bot.ts";
export type { BotAccounts, BotCommand, BotIdentity, BotsPorts, RawUpdate, WebhookInfo } from "./ports.ts";

const asWorkspaceBot = (row: BotRow | null): WorkspaceBot | null => row && { id: row.id, username: row.username };

/** The bots room as identity needs it; the container introduces them. */
export const workspaceBots: WorkspaceBots = {
  async findSignInBot(db, botId): Promise<SignInBot | null> {
    const row = await findBotById(db, botId);
    return (
      row && {
        botId: row.id,
        workspaceId: row.workspaceId,
        tokenSealed: row.tokenSealed,
        isActive: row.state === "active",
      }
    );
  },
  async findBot(db, workspaceId, botId) {
    return asWorkspaceBot(await findOwnBot(db, workspaceId, botId));
  },
  async findMainBot(db, workspaceId) {
    return asWorkspaceBot(await findMainBotOf(db, workspaceId));
  },
};
