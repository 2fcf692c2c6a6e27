/** What customers and the team hear of orders. Each message once, however often its job runs. */
import { formatDateTime, formatMoney, translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { cutText } from "@backend/kit/json-api.ts";
import { namesOfSubscribers } from "@backend/modules/audience/index.ts";
import { findWorkspace, holdersOf, nameOf, recipientsOf } from "@backend/modules/identity/index.ts";
import { type Button, findOwnChat, findPrivateChatsOf, queueDelivery } from "@backend/modules/messaging/index.ts";
import type { Locale } from "@db/schema/identity.ts";
import type { Static } from "elysia";
import { readSettings } from "../catalog-queries.ts";
import { textIn } from "../domain/local-text.ts";
import { plain } from "../domain/money.ts";
import { dayMs } from "../domain/wall.ts";
import { findEntitlementOfOrder } from "../entitlement-queries.ts";
import type { Telling, tellStuckRefundJob } from "../jobs.ts";
import { findOwnOrder, listEvents, type OrderRow } from "../order-queries.ts";
import type { ShopPorts } from "../ports.ts";

type Ctx = ActionContext<ShopPorts>;

/** Characters of a button that a narrow screen still shows. */
const buttonAtMost = 40;

interface About {
  workspaceId: string;
  orderId: string;
  what: Telling;
  subject?: string | undefined;
}

/** A message about his order to whoever placed it, in his language. Nobody hears of it who has not started a bot, or is blocked. */
export async function tellCustomer(ctx: Ctx, { workspaceId, orderId, what, subject }: About): Promise<void> {
  const order = await findOwnOrder(ctx.db, workspaceId, orderId);
  if (!order) return;
  const person = (await recipientsOf(ctx.db, workspaceId, [order.personId])).get(order.personId);
  const chat = (await findPrivateChatsOf(ctx.db, workspaceId, [order.personId])).get(order.personId);
  if (!person || person.isBarred || !chat) return;
  const workspace = await findWorkspace(ctx.db, workspaceId);
  const title = textIn(order.product.title, person.locale, workspace.locale);
  const html = await wordsFor(ctx, order, { what, subject, title, locale: person.locale, timeZone: person.timeZone });
  if (html === null) return;
  await queueDelivery(ctx.db, {
    workspaceId,
    chatId: chat.id,
    lane: "service",
    content: { kind: "text", html, buttons: [[await buttonFor(ctx, order, what, person.locale)]] },
    subject: { kind: "order", id: order.id },
    dedupeKey: `shop:${order.id}:${what}:${subject ?? ""}`,
  });
}

async function buttonFor(ctx: Ctx, order: OrderRow, what: Telling, locale: Locale): Promise<Button> {
  const { id, workspaceId, productId } = order;
  const t = translator(locale);
  if (what === "completed") {
    const chats = await ctx.ports.openedBy(ctx.db, { workspaceId, productId });
    const [first] = chats;
    if (first !== undefined) {
      const text =
        chats.length > 1 ? t("shop.told.enter_chats") : cutText(t("shop.told.enter", { chat: first }), buttonAtMost);
      return { text, app: `mine/orders/${id}` };
    }
  }
  const leadsToProduct = what === "ends_soon" || what === "ended" || what === "expired";
  return leadsToProduct
    ? { text: t(what === "expired" ? "shop.told.again" : "shop.told.renew"), app: `shop/${productId}` }
    : { text: t("shop.told.open"), app: `mine/orders/${id}` };
}

interface Speaking {
  what: Telling;
  subject: string | undefined;
  title: string;
  locale: Locale;
  timeZone: string;
}

/** Null when there is nothing to say any more: what ends soon was prolonged meanwhile. */
async function wordsFor(ctx: Ctx, order: OrderRow, speaking: Speaking): Promise<string | null> {
  const { what, subject, title, locale, timeZone } = speaking;
  const t = translator(locale);
  const { markup } = ctx.ports;
  const named = { title: markup.bold(title), number: String(order.number) };
  const money = (amount: string) => markup.plain(formatMoney(plain(amount), order.currency, locale));
  if (what === "completed") {
    if (order.product.kind === "topup") return t("shop.told.credited", { amount: money(order.due) });
    const entitlement = await findEntitlementOfOrder(ctx.db, order.id);
    const until = entitlement?.endsAt;
    return until
      ? t("shop.told.completed_until", { ...named, until: formatDateTime(until, locale, timeZone) })
      : t("shop.told.completed", named);
  }
  if (what === "ends_soon") {
    const entitlement = await findEntitlementOfOrder(ctx.db, order.id);
    if (entitlement?.state !== "active" || !entitlement.endsAt) return null;
    const until = formatDateTime(entitlement.endsAt, locale, timeZone);
    return t("shop.told.ends_soon", { ...named, count: Number(subject), until });
  }
  if (what === "refunded" || what === "money_waits" || what === "money_kept" || what === "money_foreign") {
    const line = (await listEvents(ctx.db, order.id)).findLast(
      ({ details }) => subject !== undefined && (details.refundId ?? details.paymentId) === subject,
    );
    if (!line) return null;
    const amount = formatMoney(String(line.details.amount), String(line.details.currency), locale);
    return t(`shop.told.${what}`, { ...named, amount: markup.plain(amount) });
  }
  return t(`shop.told.${what}`, named);
}

interface Notice {
  workspaceId: string;
  kind: "person" | "order" | "payment" | "failure";
  id: string;
  details?: Record<string, string> | undefined;
}

/** A notice to the chat of the settings, in the workspace's language; nothing where that kind is not wanted. */
export async function tellTeam(ctx: Ctx, notice: Notice): Promise<void> {
  const { workspaceId, kind, id } = notice;
  const settings = await readSettings(ctx.db, workspaceId);
  if (settings.noticeChatId === null || !settings.notices.includes(kind)) return;
  const chat = await findOwnChat(ctx.db, workspaceId, settings.noticeChatId);
  const words = chat && (await noticeFor(ctx, notice));
  if (!words) return;
  await queueDelivery(ctx.db, {
    workspaceId,
    chatId: chat.id,
    threadId: settings.noticeThreadId,
    lane: "alert",
    content: { kind: "text", html: words.html, ...(words.button ? { buttons: [[words.button]] } : {}) },
    subject: { kind: words.subject, id },
    dedupeKey: `shop:notice:${kind}:${id}`,
  });
}

async function noticeFor(
  ctx: Ctx,
  { workspaceId, kind, id, details = {} }: Notice,
): Promise<{ html: string; subject: string; button?: Button } | null> {
  const { locale } = await findWorkspace(ctx.db, workspaceId);
  const t = translator(locale);
  const { markup } = ctx.ports;
  if (kind === "person") {
    const name = (await namesOfSubscribers(ctx.db, workspaceId, [Number(id)])).get(Number(id));
    if (!name) return null;
    const button = { text: t("shop.notice.open"), app: `audience/${id}` };
    return { html: t("shop.notice.person", { name: markup.bold(nameOf(name)) }), subject: "subscriber", button };
  }
  const money = (amount: string, currency: string) => markup.bold(formatMoney(plain(amount), currency, locale));
  if (details.paymentId !== undefined) {
    const reason = t.find(`payments.reason.${details.reason}`) ?? details.reason ?? "";
    const amount = money(details.amount ?? "0", details.currency ?? "");
    const button = { text: t("shop.notice.open"), app: `sales/payments/${details.paymentId}` };
    return { html: t("shop.notice.to_check", { amount, reason: markup.plain(reason) }), subject: "payment", button };
  }
  const order = await findOwnOrder(ctx.db, workspaceId, id);
  // After a long standstill the list tells more than a hundred notices of yesterday.
  if (!order || ctx.now.getTime() - order.createdAt.getTime() > dayMs) return null;
  const person = (await recipientsOf(ctx.db, workspaceId, [order.personId])).get(order.personId);
  const named = {
    number: String(order.number),
    name: markup.bold(person?.name ?? ""),
    title: markup.plain(textIn(order.product.title, locale, locale)),
    amount: money(order.price, order.currency),
  };
  const button = { text: t("shop.notice.open"), app: `sales/orders/${id}` };
  if (kind === "failure") {
    const reason = order.reason === null ? "" : (t.find(order.reason) ?? "");
    return { html: t("shop.notice.failed", { ...named, reason: markup.plain(reason) }), subject: "order", button };
  }
  return { html: t(kind === "order" ? "shop.notice.order" : "shop.notice.paid", named), subject: "order", button };
}

/**
 * A fault of ours holds a refund: owners and whoever else may have it tried again hear of it by the bot, each in his language, however the
 * notices to the team are set.
 */
export async function tellStuckRefund(
  ctx: Ctx,
  { workspaceId, ...refund }: Static<(typeof tellStuckRefundJob)["payload"]>,
): Promise<void> {
  const { refundId, orderId, paymentId, amount, currency, stuckAt } = refund;
  const people = await recipientsOf(ctx.db, workspaceId, await holdersOf(ctx.db, workspaceId, "payments.manage"));
  const chats = await findPrivateChatsOf(ctx.db, workspaceId, [...people.keys()]);
  for (const [personId, { locale, isBarred }] of people) {
    const chat = chats.get(personId);
    if (!chat || isBarred) continue;
    const t = translator(locale);
    const sum = ctx.ports.markup.bold(formatMoney(plain(amount), currency, locale));
    const app = orderId === null ? `sales/payments/${paymentId}` : `sales/orders/${orderId}`;
    await queueDelivery(ctx.db, {
      workspaceId,
      chatId: chat.id,
      lane: "alert",
      content: {
        kind: "text",
        html: t("shop.notice.refund_stuck", { amount: sum }),
        buttons: [[{ text: t("shop.notice.open"), app }]],
      },
      subject: { kind: "refund", id: refundId },
      dedupeKey: `shop:refund-stuck:${refundId}:${stuckAt}:${personId}`,
    });
  }
}
