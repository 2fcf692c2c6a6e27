import type { ActionContext } from "@backend/kit/context.ts";
import type { BotContract } from "../contracts.ts";
import { botNotFound } from "../errors.ts";
import type { BotsPorts } from "../ports.ts";
import { presentBot } from "../present.ts";
import { findOwnBot, listOwnBots } from "../queries.ts";

/** Bots of the workspace with their health, the platform bot first. */
export async function listBots(ctx: ActionContext<BotsPorts>): Promise<{ items: BotContract[] }> {
  const rows = await listOwnBots(ctx.db, ctx.actor.workspaceId);
  return { items: rows.map((row) => presentBot(row, ctx.ports, ctx.actor.locale)) };
}

export async function readBot(ctx: ActionContext<BotsPorts>, input: { botId: string }): Promise<BotContract> {
  const row = await findOwnBot(ctx.db, ctx.actor.workspaceId, input.botId);
  if (!row) throw botNotFound();
  return presentBot(row, ctx.ports, ctx.actor.locale);
}
