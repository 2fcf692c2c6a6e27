/** The closed chats that a customer may enter, and his links to them. */
import type { MemberActor } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { knownPersons } from "@backend/modules/identity/index.ts";
import { findOwnChat } from "@backend/modules/messaging/index.ts";
import { holdingsOf } from "@backend/modules/shop/index.ts";
import type { AccessLink, MyAccess } from "../contracts.ts";
import { letsIn, linkName, linkUntil } from "../domain/gate.ts";
import { chatNotFound, nothingOpens, notNow, teamTold } from "../errors.ts";
import { type Ctx, findGate, type Gate, isRefusal, lookAgain } from "../gate.ts";
import { keepsIn } from "../keeps.ts";
import { chatsOpenedBy, findAccess, inviteGuest, keepLink } from "../queries.ts";

/** Everything that what he has opens now, each chat once. */
export async function listMyAccess(ctx: Ctx): Promise<{ items: MyAccess[] }> {
  const { workspaceId, personId } = ctx.actor as MemberActor;
  const holdings = await holdingsOf(ctx.db, { workspaceId, personId, now: ctx.now });
  const opened = await chatsOpenedBy(ctx.db, workspaceId, [...new Set(holdings.map(({ productId }) => productId))]);
  const items: MyAccess[] = [];
  for (const [chatId, rows] of Map.groupBy(opened, (row) => row.chatId)) {
    const gate = await findGate(ctx, workspaceId, chatId);
    if (!gate) continue;
    items.push({
      chatId,
      name: gate.name,
      kind: gate.kind as MyAccess["kind"],
      isIn: (await findAccess(ctx.db, chatId, personId))?.state === "joined",
      isShut: !letsIn(gate.problem),
      productIds: rows.map(({ productId }) => productId),
    });
  }
  return { items };
}

/**
 * A link of his own, the same one until it ends. Throws access.nothing_opens where nothing he has opens the chat, access.team_told where
 * its bot cannot make links, access.not_now while Telegram does not answer.
 */
export async function askForLink(ctx: Ctx, { chatId }: { chatId: string }): Promise<AccessLink> {
  const { workspaceId, personId } = ctx.actor as MemberActor;
  const gate = await findGate(ctx, workspaceId, chatId);
  const holding = gate && (await keepsIn(ctx.db, { workspaceId, chatId, personId, now: ctx.now }));
  const telegramId = (await knownPersons(ctx.db, workspaceId, [personId])).get(personId)?.telegramId;
  if (!gate || !holding || !telegramId)
    throw (await findOwnChat(ctx.db, workspaceId, chatId)) ? nothingOpens() : chatNotFound();
  if (!letsIn(gate.problem)) throw teamTold();
  const row = await inviteGuest(ctx.db, { ...gate.at, personId, telegramId, productId: holding.productId });
  const { link, linkUntil: until } = row;
  if (link !== null && until !== null && until > ctx.now) return { url: link, until: until.toISOString() };
  return makeLink(ctx, gate, row.id, linkUntil(ctx.now, holding.endsAt));
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
    if (isRefusal(error)) {
      await lookAgain(ctx, gate);
      throw teamTold();
    }
    if (error instanceof IntegrationError) throw notNow(error, error.options.retryAfterMs);
    throw error;
  }
}
