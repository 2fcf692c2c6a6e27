/** The closed chats that a customer may enter, and his links to them. */
import { inTransaction, type MemberActor } from "@backend/kit/context.ts";
import { listOwnBots } from "@backend/modules/bots/index.ts";
import { chatName, findOwnChat, findOwnChats } from "@backend/modules/messaging/index.ts";
import { holdingsOf } from "@backend/modules/shop/index.ts";
import type { AccessLink, MyAccess } from "../contracts.ts";
import { gateProblem, letsIn, linkName, linkUntil } from "../domain/gate.ts";
import { chatNotFound, nothingOpens, teamTold } from "../errors.ts";
import { type Ctx, findGate, type Gate, isRefusal, lookAgain, orNotNow } from "../gate.ts";
import { inviteHolder } from "../keeps.ts";
import { chatsOpenedBy, findRights, keepLink, listOpenOf } from "../queries.ts";

/** Everything that what he has opens now, each chat once. */
export async function listMyAccess(ctx: Ctx): Promise<{ items: MyAccess[] }> {
  const { workspaceId, personId } = ctx.actor as MemberActor;
  const holdings = await holdingsOf(ctx.db, { workspaceId, personId, now: ctx.now });
  const opened = await chatsOpenedBy(ctx.db, workspaceId, [...new Set(holdings.map(({ productId }) => productId))]);
  if (opened.length === 0) return { items: [] };
  const byChat = Map.groupBy(opened, ({ chatId }) => chatId);
  const ids = [...byChat.keys()];
  const chats = new Map((await findOwnChats(ctx.db, workspaceId, ids)).map((chat) => [chat.id, chat]));
  const rights = await findRights(ctx.db, ids);
  const bots = await listOwnBots(ctx.db, workspaceId);
  const active = new Set(bots.flatMap(({ id, state }) => (state === "active" ? [id] : [])));
  const own = await listOpenOf(ctx.db, [personId]);
  const inside = new Set(own.flatMap(({ chatId, state }) => (state === "joined" ? [chatId] : [])));
  return {
    items: [...byChat].flatMap(([chatId, rows]) => {
      const chat = chats.get(chatId);
      if (!chat) return [];
      const { kind, state } = chat;
      const facts = { kind, state, isBotActive: active.has(chat.botId), rights: rights.get(chatId) ?? null };
      return {
        chatId,
        name: chatName(chat),
        kind: kind as MyAccess["kind"],
        isIn: inside.has(chatId),
        isShut: !letsIn(gateProblem(facts)),
        productIds: rows.map(({ productId }) => productId),
      };
    }),
  };
}

/**
 * A link of his own, the same one until it ends. Throws access.nothing_opens where nothing he has opens the chat, access.team_told where
 * its bot cannot make links, access.not_now while Telegram does not answer.
 */
export async function askForLink(ctx: Ctx, { chatId }: { chatId: string }): Promise<AccessLink> {
  const { workspaceId, personId } = ctx.actor as MemberActor;
  const gate = await findGate(ctx, workspaceId, chatId);
  const invited = gate && (await inTransaction(ctx, ({ db, now }) => inviteHolder(db, { ...gate.at, personId }, now)));
  if (!gate || !invited) throw (await findOwnChat(ctx.db, workspaceId, chatId)) ? nothingOpens() : chatNotFound();
  if (!letsIn(gate.problem)) throw teamTold();
  const { row, holding } = invited;
  const { link, linkUntil: until } = row;
  if (link !== null && until !== null && until > ctx.now) return { url: link, until: until.toISOString() };
  return orNotNow(makeLink(ctx, gate, row.id, linkUntil(ctx.now, holding.endsAt)));
}

/**
 * Two taps at once make two links; the later is revoked, and both taps get the first. One that nobody recorded, because we died, lets
 * nobody in by itself and ends within a week.
 */
async function makeLink(ctx: Ctx, gate: Gate, accessId: string, until: Date): Promise<AccessLink> {
  const token = gate.bot.token ?? "";
  const { telegramChatId } = gate;
  try {
    const link = await ctx.ports.chatGates.invite(token, { telegramChatId, name: linkName(accessId), until });
    const kept = await keepLink(ctx.db, accessId, { link, linkUntil: until }, ctx.now);
    if (kept?.link !== link) await ctx.ports.chatGates.revoke(token, { telegramChatId, link });
    if (!kept) throw chatNotFound();
    return { url: kept.link, until: kept.linkUntil.toISOString() };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await lookAgain(ctx, gate);
    throw teamTold();
  }
}
