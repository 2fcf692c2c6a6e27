/** The inbox's reader of Telegram updates: one stored update, one transaction, features, outcome. */
import type { InboundEvent, InboxReader, Reading } from "@backend/kit/inbox.ts";
import { findBotById } from "@backend/modules/bots/index.ts";
import { BotError } from "grammy";
import type { Update } from "grammy/types";
import { Edge, type EdgeBot } from "./context.ts";
import { createBot, type UpdateHandler } from "./create-bot.ts";
import { isUpdate } from "./intake/take-update.ts";
import type { BotPorts } from "./ports.ts";

const rememberedBots = 1_000;

function parse(event: InboundEvent): Update | null {
  if (!event.body) return null;
  try {
    const update: unknown = JSON.parse(new TextDecoder().decode(event.body));
    return isUpdate(update) ? (update as Update) : null;
  } catch {
    return null;
  }
}

/**
 * Makes the reader. Bots are many and updates come for any of them, so a bot's features are put together once and kept until its
 * name changes. Updates of a bot that is gone or switched off are ignored; a kind that no feature knows is ignored as well.
 */
export function createTelegramReader(ports: BotPorts): InboxReader {
  const handlers = new Map<string, UpdateHandler>();

  function handlerOf(bot: EdgeBot): UpdateHandler {
    const key = `${bot.id}/${bot.username}`;
    const known = handlers.get(key);
    if (known) return known;
    if (handlers.size >= rememberedBots) handlers.clear();
    const handler = createBot(bot);
    handlers.set(key, handler);
    return handler;
  }

  return async (ctx, event): Promise<Reading> => {
    const update = parse(event);
    if (!update) return { status: "malformed", outcome: { reason: "not an update" } };
    const row = event.sourceId === null ? null : await findBotById(ctx.db, event.sourceId);
    if (row?.state !== "active" || row.workspaceId !== event.workspaceId)
      return { status: "ignored", outcome: { reason: "the bot is switched off or gone" } };
    const { id, workspaceId, telegramId, username, name } = row;
    const edge = new Edge({ ...ctx, ports }, { id, workspaceId, telegramId, username, name }, event.id);
    try {
      await handlerOf(edge.bot).handle(update, edge);
    } catch (error) {
      throw error instanceof BotError ? error.error : error;
    }
    const { ignored, facts } = edge.outcome;
    return ignored === null
      ? { status: "handled", outcome: facts }
      : { status: "ignored", outcome: { reason: ignored } };
  };
}
