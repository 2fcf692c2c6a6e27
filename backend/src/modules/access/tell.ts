/** What people hear at the door. */
import { translator } from "@backend/i18n/index.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { recipientsOf } from "@backend/modules/identity/index.ts";
import { appLink, findPrivateChatsOf, plainHtml, queueDelivery } from "@backend/modules/messaging/index.ts";
import { onSaleOf } from "@backend/modules/shop/index.ts";
import { mayWriteMs } from "./domain/gate.ts";
import { type Ctx, type Gate, wasDone } from "./gate.ts";
import { type AccessRow, productsOpening } from "./queries.ts";

/** The screen of a product that opens the chat and can be bought, else of the shop. */
async function whereToBuy(ctx: Ctx, { at }: Gate, first: string | null = null): Promise<string> {
  const opening = await productsOpening(ctx.db, at.chatId);
  const onSale = await onSaleOf(ctx.db, at.workspaceId, first ? [first, ...opening] : opening);
  const productId = onSale.find((id) => id === first) ?? onSale[0];
  return productId === undefined ? "shop" : `shop/${productId}`;
}

/**
 * Says to whoever was declined where he can buy. Who has started a bot hears it as he hears everything; to others the bot that was asked
 * writes within the minutes that Telegram gives it, or not at all.
 */
export async function tellDeclined(
  ctx: Ctx,
  gate: Gate,
  to: { personId: string; telegramId: number; userChatId: number; requestedAt: string },
): Promise<void> {
  const { workspaceId, chatId } = gate.at;
  const { personId, requestedAt } = to;
  const person = (await recipientsOf(ctx.db, workspaceId, [personId])).get(personId);
  if (!person || person.isBarred) return;
  const t = translator(person.locale);
  const text = t("access.told.declined", { chat: gate.name });
  const path = await whereToBuy(ctx, gate);
  const chat = (await findPrivateChatsOf(ctx.db, workspaceId, [personId])).get(personId);
  if (chat) {
    await queueDelivery(ctx.db, {
      workspaceId,
      chatId: chat.id,
      lane: "service",
      content: { kind: "text", html: plainHtml(text), buttons: [[{ text: t("access.told.buy"), app: path }]] },
      subject: { kind: "chat", id: chatId },
      dedupeKey: `access:declined:${chatId}:${personId}:${requestedAt}`,
    });
    return;
  }
  if (ctx.now.getTime() - Date.parse(requestedAt) >= mayWriteMs || gate.bot.token === null) return;
  const button = { text: t("access.told.buy"), url: appLink(gate.bot.username, path) };
  try {
    await wasDone(ctx.ports.chatGates.say(gate.bot.token, to.userChatId, { text, button }));
  } catch (error) {
    // No answer came: it may have been said, and is not said twice. What Telegram answers with an error was not.
    if (!(error instanceof IntegrationError) || error.options.status !== undefined) throw error;
    ctx.log.warn({ ...gate.at }, "whether somebody was told where to buy is not known");
  }
}

/** Says to whoever was shown out that he may come in again, in the transaction that records it. `since`: which time it was. */
export async function tellBack(ctx: Ctx, gate: Gate, row: AccessRow, since: Date | null): Promise<void> {
  const { workspaceId, chatId } = gate.at;
  const person = (await recipientsOf(ctx.db, workspaceId, [row.personId])).get(row.personId);
  const chat = (await findPrivateChatsOf(ctx.db, workspaceId, [row.personId])).get(row.personId);
  if (!person || person.isBarred || !chat) return;
  const t = translator(person.locale);
  await queueDelivery(ctx.db, {
    workspaceId,
    chatId: chat.id,
    lane: "service",
    content: {
      kind: "text",
      html: plainHtml(t("access.told.back", { chat: gate.name })),
      buttons: [[{ text: t("access.told.enter"), app: "mine" }]],
    },
    subject: { kind: "chat", id: chatId },
    dedupeKey: `access:back:${row.id}:${since?.getTime()}`,
  });
}

/** Says to whoever was shown out why, in the transaction that records it. */
export async function tellRemoved(ctx: Ctx, gate: Gate, row: AccessRow): Promise<void> {
  const { workspaceId, chatId } = gate.at;
  const person = (await recipientsOf(ctx.db, workspaceId, [row.personId])).get(row.personId);
  const chat = (await findPrivateChatsOf(ctx.db, workspaceId, [row.personId])).get(row.personId);
  if (!person || person.isBarred || !chat) return;
  const t = translator(person.locale);
  const app = await whereToBuy(ctx, gate, row.productId);
  await queueDelivery(ctx.db, {
    workspaceId,
    chatId: chat.id,
    lane: "service",
    content: {
      kind: "text",
      html: plainHtml(t("access.told.removed", { chat: gate.name })),
      buttons: [[{ text: t("access.told.buy"), app }]],
    },
    subject: { kind: "chat", id: chatId },
    dedupeKey: `access:removed:${row.id}:${row.dueSince?.getTime()}`,
  });
}
