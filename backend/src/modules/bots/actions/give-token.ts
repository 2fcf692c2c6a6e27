import type { ActionContext } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { resumeLane } from "@backend/modules/messaging/index.ts";
import { setUpBotJob } from "../jobs.ts";
import type { BotIdentity, BotsPorts } from "../ports.ts";
import { type BotRow, updateBot } from "../queries.ts";

/** A working token takes the place of the bot's own, in the transaction that `ctx.db` is. `state`: what the bot is afterwards. */
export async function giveToken(
  ctx: ActionContext<BotsPorts>,
  bot: BotRow,
  given: { token: string; identity: BotIdentity; state: "active" | "inactive" },
): Promise<void> {
  const { token, identity, state } = given;
  await updateBot(ctx.db, bot.id, {
    username: identity.username,
    name: identity.name,
    canManageBots: identity.canManageBots,
    tokenSealed: ctx.ports.vault.seal(token),
    state,
    health: null,
  });
  if (state === "active") {
    await resumeLane(ctx.db, bot.id);
    await enqueue(ctx.db, setUpBotJob, { workspaceId: bot.workspaceId, botId: bot.id });
  }
  await recordAudit(ctx, {
    action: "bot.token_replaced",
    subjectKind: "bot",
    subjectId: bot.id,
    before: { state: bot.state },
    after: { state },
  });
  await notifyLive(ctx.db, { workspaceId: bot.workspaceId, topic: "bots", id: bot.id });
}
