import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { tooManyRequests } from "@backend/kit/errors.ts";
import { answeredOnce, type Once } from "@backend/kit/idempotency.ts";
import type { RateLimit } from "@backend/kit/rate-limit.ts";
import { assertMayCreateWorkspace, createWorkspace } from "@backend/modules/identity/index.ts";
import { appLink } from "@backend/modules/messaging/index.ts";
import type { CreatedWorkspace, CreateWorkspaceWithBot } from "../contracts.ts";
import type { BotsPorts, NewWorkspacePorts } from "../ports.ts";
import { connectIdentified } from "./connect-bot.ts";
import { type IdentifiedBot, identifyBot } from "./identify-bot.ts";

type Prepared = { kind: "answered"; answer: CreatedWorkspace } | { kind: "identified"; bot: IdentifiedBot };

/**
 * Telegram's word on the bot of a workspace that is about to be created: no transaction may be open. It is asked last, and a few times a
 * minute: a repeated call gets its answer, and what would be refused anyway is refused here. Throws what `createWorkspace` of identity and
 * `identifyBot` throw, and common.too_many_requests.
 */
export async function prepareWorkspace(
  ctx: ActionContext<BotsPorts & NewWorkspacePorts>,
  input: CreateWorkspaceWithBot & { once: Once | null; tries: RateLimit },
): Promise<Prepared> {
  const { token, once, tries, ...asked } = input;
  const known = once && (await answeredOnce<CreatedWorkspace>({ db: ctx.db, vault: ctx.ports.vault }, ctx.actor, once));
  if (known) return { kind: "answered", ...known };
  await assertMayCreateWorkspace(ctx, asked);
  const waitMs = tries.take(ctx.actor.kind === "person" ? ctx.actor.personId : "");
  if (waitMs > 0) throw tooManyRequests(waitMs);
  return { kind: "identified", bot: await identifyBot(ctx, token) };
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
