/** Which closed chats a product opens: the team chooses among those where a bot of the workspace is. */
import { translator } from "@backend/i18n/index.ts";
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { findBotById, listOwnBots } from "@backend/modules/bots/index.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { chatName, findOwnChat, findOwnChats, listOwnChats } from "@backend/modules/messaging/index.ts";
import { kindOfProduct } from "@backend/modules/shop/index.ts";
import type { ClosableChat, ProductChat, ProductChatList } from "../contracts.ts";
import { type GateProblem, gateProblem } from "../domain/gate.ts";
import {
  chatNotFound,
  gateShut,
  opensNothing,
  otherBot,
  privateChat,
  productNotFound,
  tooManyChats,
} from "../errors.ts";
import { type Ctx, findGate, lookAgain, orNotNow } from "../gate.ts";
import {
  countInside,
  deleteOwnProductChat,
  findRights,
  insertProductChat,
  listOwnProductChats,
  lockChoices,
} from "../queries.ts";

/** Buyers of more would look for a list of chats, not for a row each. */
const chatsAtMost = 20;
/** Groups and channels among which the team chooses, the newest first. */
const choicesAtMost = 200;

type Shown = ClosableChat["kind"];

const said = (ctx: Pick<ActionContext, "actor">, code: GateProblem | null, bot: string) =>
  code && { code, text: translator(ctx.actor.locale)(`access.problem.${code}`, { bot }) };

/** In the order in which they were chosen. */
export async function listProductChats(ctx: ActionContext, input: { productId: string }): Promise<ProductChatList> {
  const { workspaceId } = ctx.actor;
  if ((await kindOfProduct(ctx.db, workspaceId, input.productId)) === null) throw productNotFound();
  const rows = await listOwnProductChats(ctx.db, workspaceId, input.productId);
  const ids = rows.map(({ chatId }) => chatId);
  const chats = new Map((await findOwnChats(ctx.db, workspaceId, ids)).map((chat) => [chat.id, chat]));
  const rights = await findRights(ctx.db, ids);
  const counted = await countInside(ctx.db, ids);
  const bots = new Map<string, Awaited<ReturnType<typeof findBotById>>>();
  for (const id of new Set(rows.map(({ botId }) => botId))) bots.set(id, await findBotById(ctx.db, id));
  const items: ProductChat[] = [];
  for (const { chatId, botId } of rows) {
    const chat = chats.get(chatId);
    const bot = bots.get(botId);
    if (!chat || !bot) continue;
    const { kind, state } = chat;
    const known = rights.get(chatId) ?? null;
    const problem = gateProblem({ kind, state, isBotActive: bot.state === "active", rights: known });
    items.push({
      chatId,
      name: chatName(chat),
      kind: kind as Shown,
      bot: bot.username,
      problem: said(ctx, problem, bot.username),
      ...(counted.get(chatId) ?? { inside: 0, overdue: 0 }),
    });
  }
  return { items };
}

/**
 * Groups and channels that a product may open, each once: where several bots of the workspace are in one, that which keeps its door
 * already, else one that can.
 */
export async function listClosableChats(ctx: ActionContext, _: undefined): Promise<{ items: ClosableChat[] }> {
  const { workspaceId } = ctx.actor;
  const rows = (await listOwnChats(ctx.db, workspaceId, { kind: "team" }, { limit: choicesAtMost })).slice(
    0,
    choicesAtMost,
  );
  const bots = new Map((await listOwnBots(ctx.db, workspaceId)).map((bot) => [bot.id, bot]));
  const rights = await findRights(
    ctx.db,
    rows.map(({ id }) => id),
  );
  const kept = new Set((await listOwnProductChats(ctx.db, workspaceId)).map(({ chatId }) => chatId));
  const seen = rows.flatMap((chat) => {
    const bot = bots.get(chat.botId);
    if (!bot) return [];
    const facts = { kind: chat.kind, state: chat.state, isBotActive: bot.state === "active" };
    const problem = gateProblem({ ...facts, rights: rights.get(chat.id) ?? null });
    return [{ chat, bot, problem, rank: kept.has(chat.id) ? 0 : problem === null ? 1 : 2 }];
  });
  const best = [...Map.groupBy(seen, ({ chat }) => chat.telegramChatId).values()].flatMap(
    (same) => same.sort((a, b) => a.rank - b.rank)[0] ?? [],
  );
  return {
    items: best.map(({ chat, bot, problem }) => ({
      chatId: chat.id,
      name: chatName(chat),
      kind: chat.kind as Shown,
      bot: bot.username,
      problem: said(ctx, problem, bot.username),
    })),
  };
}

/**
 * Lets a product open a chat. Telegram is asked first what the bot may do there; throws access.problem.<what is in the way>, and
 * access.other_bot where the same chat is opened through another bot already, access.not_now while Telegram does not answer.
 */
export async function addProductChat(
  outer: Ctx,
  input: { productId: string; chatId: string },
): Promise<ProductChatList> {
  const { workspaceId } = outer.actor;
  const { productId, chatId } = input;
  const kind = await kindOfProduct(outer.db, workspaceId, productId);
  if (kind === null) throw productNotFound();
  if (kind === "topup") throw opensNothing();
  const gate = await findGate(outer, workspaceId, chatId);
  if (!gate) throw (await findOwnChat(outer.db, workspaceId, chatId)) ? privateChat() : chatNotFound();
  const isSettled = gate.problem === "group" || gate.problem === "bot_off";
  const problem = isSettled ? gate.problem : await orNotNow(lookAgain(outer, gate));
  if (problem !== null) throw gateShut(problem, gate.bot.username);
  return inTransaction(outer, async (ctx) => {
    await lockChoices(ctx.db, workspaceId);
    if ((await kindOfProduct(ctx.db, workspaceId, productId, { isLocked: true })) === null) throw productNotFound();
    const chat = await findOwnChat(ctx.db, workspaceId, chatId);
    if (!chat) throw chatNotFound();
    const all = await listOwnProductChats(ctx.db, workspaceId);
    const own = all.filter((row) => row.productId === productId);
    if (!own.some((row) => row.chatId === chatId)) {
      if (own.length >= chatsAtMost) throw tooManyChats(chatsAtMost);
      const others = await findOwnChats(ctx.db, workspaceId, [...new Set(all.map((row) => row.chatId))]);
      const twin = others.find((one) => one.telegramChatId === chat.telegramChatId && one.id !== chatId);
      const keeper = twin && (await findBotById(ctx.db, twin.botId));
      if (keeper) throw otherBot(keeper.username);
      const { botId } = gate.at;
      await insertProductChat(ctx.db, { workspaceId, productId, chatId, botId, createdAt: ctx.now });
      await recordAudit(ctx, auditOf(input, "product.chat_added"));
      await notifyLive(ctx.db, { workspaceId, topic: "access" });
    }
    return listProductChats(ctx, { productId });
  });
}

/** The door is shut for those to come; whoever is in stays for as long as what let him in lasts. */
export function removeProductChat(
  outer: ActionContext,
  input: { productId: string; chatId: string },
): Promise<ProductChatList> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    await lockChoices(ctx.db, workspaceId);
    if ((await kindOfProduct(ctx.db, workspaceId, input.productId)) === null) throw productNotFound();
    if (!(await findOwnChat(ctx.db, workspaceId, input.chatId))) throw chatNotFound();
    if (await deleteOwnProductChat(ctx.db, workspaceId, input)) {
      await recordAudit(ctx, auditOf(input, "product.chat_removed"));
      await notifyLive(ctx.db, { workspaceId, topic: "access" });
    }
    return listProductChats(ctx, { productId: input.productId });
  });
}

const auditOf = ({ productId, chatId }: { productId: string; chatId: string }, action: string) => ({
  action,
  subjectKind: "product",
  subjectId: productId,
  after: { chatId },
});
