/** What people hear at the door. */
import { type Translate, translator } from "@backend/i18n/index.ts";
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

/** One message with a button to whoever a row is about, in his language, through whichever bot he has started; nothing to the blocked. */
async function tell(
  ctx: Ctx,
  { at: { workspaceId, chatId } }: Gate,
  { personId }: AccessRow,
  dedupeKey: string,
  words: (t: Translate) => Promise<{ text: string; button: { text: string; app: string } }>,
): Promise<void> {
  const person = (await recipientsOf(ctx.db, workspaceId, [personId])).get(personId);
  const chat = (await findPrivateChatsOf(ctx.db, workspaceId, [personId])).get(personId);
  if (!person || person.isBarred || !chat) return;
  const { text, button } = await words(translator(person.locale));
  await queueDelivery(ctx.db, {
    workspaceId,
    chatId: chat.id,
    lane: "service",
    content: { kind: "text", html: plainHtml(text), buttons: [[button]] },
    subject: { kind: "chat", id: chatId },
    dedupeKey,
  });
}

/** Says to whoever was shown out that he may come in again, in the transaction that records it. `since`: which time it was. */
export const tellBack = (ctx: Ctx, gate: Gate, row: AccessRow, since: Date | null): Promise<void> =>
  tell(ctx, gate, row, `access:back:${row.id}:${since?.getTime()}`, async (t) => ({
    text: t("access.told.back", { chat: gate.name }),
    button: { text: t("access.told.enter"), app: "mine" },
  }));

/** Says to whoever was shown out why, in the transaction that records it. */
export const tellRemoved = (ctx: Ctx, gate: Gate, row: AccessRow): Promise<void> =>
  tell(ctx, gate, row, `access:removed:${row.id}:${row.dueSince?.getTime()}`, async (t) => ({
    text: t("access.told.removed", { chat: gate.name }),
    button: { text: t("access.told.buy"), app: await whereToBuy(ctx, gate, row.productId) },
  }));
