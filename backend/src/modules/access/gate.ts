/** A chat, the bot that keeps its door, and what is in the way. */
import type { ActionContext } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { findBotById } from "@backend/modules/bots/index.ts";
import { type ChatRow, chatName, findOwnChat } from "@backend/modules/messaging/index.ts";
import { noteRights } from "./actions/note-rights.ts";
import { type GateProblem, gateProblem } from "./domain/gate.ts";
import { notNow } from "./errors.ts";
import type { AccessPorts, Rights } from "./ports.ts";
import { type ChatOfBot, findRights } from "./queries.ts";

export type Ctx = ActionContext<AccessPorts>;

export interface Gate {
  at: ChatOfBot;
  name: string;
  kind: ChatRow["kind"];
  telegramChatId: number;
  bot: { username: string; token: string | null };
  problem: GateProblem | null;
}

/** Null for a chat of another workspace, a private one, and one that there is not. */
export async function findGate(ctx: Ctx, workspaceId: string, chatId: string): Promise<Gate | null> {
  const chat = await findOwnChat(ctx.db, workspaceId, chatId);
  if (!chat || chat.kind === "private") return null;
  const bot = await findBotById(ctx.db, chat.botId);
  if (!bot) return null;
  const rights = (await findRights(ctx.db, [chatId])).get(chatId) ?? null;
  const isBotActive = bot.state === "active";
  return {
    at: { workspaceId, chatId, botId: chat.botId },
    name: chatName(chat),
    kind: chat.kind,
    telegramChatId: chat.telegramChatId,
    bot: { username: bot.username, token: isBotActive ? ctx.ports.vault.open(bot.tokenSealed) : null },
    problem: gateProblem({ kind: chat.kind, state: chat.state, isBotActive, rights }),
  };
}

/** Telegram refused a call; whether that is for want of a right it says only when it is asked. Everything else is thrown. */
export function isRefusal(error: unknown): error is IntegrationError {
  return error instanceof IntegrationError && (error.options.status === 400 || error.options.status === 403);
}

/** True when it was done, false when Telegram refused. */
export async function wasDone(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/** For whoever waits at a screen: throws access.not_now when Telegram does not answer. */
export async function orNotNow<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof IntegrationError) throw notNow(error, error.options.retryAfterMs);
    throw error;
  }
}

/** Asks Telegram what the bot may do in the chat, and keeps it. A bot that is not there any more may do nothing. */
export async function lookAgain(ctx: Ctx, gate: Gate): Promise<GateProblem | null> {
  const { token } = gate.bot;
  if (token === null) return "bot_off";
  let rights: Rights;
  try {
    rights = await ctx.ports.chatGates.rightsOf(token, gate.telegramChatId);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    rights = { mayInvite: false, mayRemove: false };
  }
  await noteRights(ctx, gate.at, rights);
  const state = gate.problem === "away" ? "kicked" : "active";
  return gateProblem({ kind: gate.kind, state, isBotActive: true, rights });
}
