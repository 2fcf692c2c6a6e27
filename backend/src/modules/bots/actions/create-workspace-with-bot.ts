import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { assertWorkspacesOpen, createWorkspace } from "@backend/modules/identity/index.ts";
import { appLink } from "@backend/modules/messaging/index.ts";
import type { CreatedWorkspace, CreateWorkspaceWithBot } from "../contracts.ts";
import type { BotsPorts, NewWorkspacePorts } from "../ports.ts";
import { connectIdentified } from "./connect-bot.ts";
import { type IdentifiedBot, identifyBot } from "./identify-bot.ts";

/**
 * Telegram's word on the bot of a workspace that is about to be created: no transaction may be open. A closed installation asks
 * nothing for anybody. Throws identity.workspaces_closed, and what `identifyBot` throws.
 */
export function identifyFirstBot(
  ctx: ActionContext<BotsPorts & NewWorkspacePorts>,
  input: { token: string },
): Promise<IdentifiedBot> {
  assertWorkspacesOpen(ctx);
  return identifyBot(ctx, input.token);
}

/**
 * A workspace, its owner and the bot that opens it, or none of them: without a bot nobody could enter. Throws what
 * `createWorkspace` of identity and `connectBot` throw.
 */
export function createWorkspaceWithBot(
  outer: ActionContext<BotsPorts & NewWorkspacePorts>,
  input: Omit<CreateWorkspaceWithBot, "token"> & { bot: IdentifiedBot },
): Promise<CreatedWorkspace> {
  return inTransaction(outer, async (ctx) => {
    const { bot, takeOver, ...asked } = input;
    const { workspace, owner } = await createWorkspace(ctx, asked);
    const { id, username, canLaunchApp, appUrl } = await connectIdentified(
      { ...ctx, actor: owner },
      { ...bot, ...(takeOver === undefined ? {} : { takeOver }) },
    );
    return {
      ...workspace,
      bot: { id, username },
      chatLink: `https://t.me/${username}`,
      appLink: appLink(username, ""),
      appUrl,
      canLaunchApp,
    };
  });
}
