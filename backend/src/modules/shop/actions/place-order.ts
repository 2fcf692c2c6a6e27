import { type ActionContext, inTransaction, type MemberActor } from "@backend/kit/context.ts";
import { balanceTooLow, book, lockTill, openInvoice, transfer } from "@backend/modules/payments/index.ts";
import type { Provider } from "@db/schema/payments.ts";
import { findOwnProduct, moveUses, takeStock } from "../catalog-queries.ts";
import type { PlacedOrder, PlaceOrder } from "../contracts.ts";
import { hasWords, textIn } from "../domain/local-text.ts";
import { isZero } from "../domain/money.ts";
import { listLiveOf } from "../entitlement-queries.ts";
import {
  codeRefused,
  emailNeeded,
  priceChanged,
  soldOut,
  subscribedAlready,
  termsNotAgreed,
  tooManyOpen,
} from "../errors.ts";
import { publishOrder, tellStory } from "../move-order.ts";
import { frozen, isShort, type Offer, readOffer } from "../offer.ts";
import {
  findOpenOrder,
  findOwnOrder,
  insertOrder,
  listOpenOrders,
  listOverdueOf,
  nextNumber,
  type OrderRow,
} from "../order-queries.ts";
import { payOrder } from "../pay-order.ts";
import { presentMyOrder } from "../present-orders.ts";
import { countOrder } from "../react.ts";
import { endUnpaid, ofTime } from "../release-order.ts";

/** S-187: one hour to pay. */
export const payWithinMs = 3_600_000;
/** Of one person: more is not shopping. Each holds stock and asks a provider for an invoice. */
const openAtMost = 10;
/** Overdue orders of a product that one placing looks at. */
const overdueAtOnce = 20;

/**
 * Places an order: stock, a use of the code and the balance part are taken, and an invoice is asked for, all in one transaction. What the
 * balance or a discount covers whole is paid at once. Whoever has an open order of the product gets that one, whatever he asks for now.
 *
 * Throws what `readOffer` throws, and shop.sold_out, shop.terms_not_agreed, shop.email_needed, shop.price_changed (it costs something
 * else than was shown), shop.subscribed_already, shop.too_many_open, payments.balance_too_low, payments.method_not_available.
 */
export function placeOrder(outer: ActionContext, input: PlaceOrder): Promise<PlacedOrder> {
  return inTransaction(outer, async (ctx) => {
    const { personId } = ctx.actor as MemberActor;
    await lockTill(ctx.db, ctx.actor.workspaceId);
    const open = await findOpenOrder(ctx.db, personId, input.productId);
    if (open && open.workspaceId === ctx.actor.workspaceId) {
      const isOver = open.expiresAt <= ctx.now && (await endUnpaid(ctx, open, ofTime));
      if (!isOver) return { order: await presentMyOrder(ctx, open), isNew: false };
    }
    // Whose own order was over has its piece.
    if (!open) await freeOne(ctx, input.productId);
    const order = await make(ctx, input);
    return { order: await presentMyOrder(ctx, order), isNew: true };
  });
}

/** The piece that an overdue order still holds is free for whoever wants it, before the job of the minute comes. */
async function freeOne({ db, now, ...ctx }: ActionContext, productId: string): Promise<void> {
  const product = await findOwnProduct(db, ctx.actor.workspaceId, productId);
  if (product?.stock !== 0) return;
  for (const order of await listOverdueOf(db, [product.id], now, overdueAtOnce))
    if (await endUnpaid({ ...ctx, db, now }, order, ofTime)) return;
}

async function make(ctx: ActionContext, input: PlaceOrder): Promise<OrderRow> {
  const { workspaceId, personId, botId, locale } = ctx.actor as MemberActor;
  const { db, now } = ctx;
  const offer = await readOffer(db, { workspaceId, personId, now }, input, { locked: true });
  const { product, code } = offer;
  await assertMayPlace(ctx, input, offer);
  if (!(await takeStock(db, product.id))) throw soldOut();
  if (code && !(await moveUses(db, code.id, 1))) throw codeRefused("used_up");
  const expiresAt = new Date(now.getTime() + payWithinMs);
  const order = await insertOrder(db, {
    workspaceId,
    personId,
    productId: product.id,
    product: frozen(product),
    method: input.method,
    currency: input.currency,
    price: offer.price,
    discount: offer.discount,
    fromBalance: offer.fromBalance,
    due: offer.due,
    bonusDays: offer.bonusDays,
    promoCodeId: code?.id ?? null,
    email: input.email ?? null,
    number: await nextNumber(db, workspaceId),
    expiresAt,
    createdAt: now,
    updatedAt: now,
  });
  await tellStory({ db, now }, order, [
    { kind: "placed", by: personId },
    ...(code ? [{ kind: "code_used", details: { code: code.code }, by: personId }] : []),
  ]);
  if (!isZero(offer.fromBalance))
    await book(db, {
      workspaceId,
      cause: "order.held",
      causeId: order.id,
      at: now,
      entries: transfer(
        { kind: "customer", holder: personId },
        { kind: "held", holder: personId },
        order.currency,
        offer.fromBalance,
      ),
    });
  await publishOrder(db, order);
  const isCovered = isZero(offer.due);
  const placed = isCovered
    ? await payOrder({ db, now }, order, {
        paymentId: null,
        source: isZero(offer.fromBalance) ? "nothing" : "balance",
      })
    : order;
  await countOrder({ db, now }, order);
  const title = textIn(product.title, locale, offer.workspaceLocale);
  if (!isCovered)
    await openInvoice(ctx, {
      orderId: order.id,
      personId,
      botId,
      provider: input.method as Provider,
      amount: offer.due,
      currency: order.currency,
      title,
      description: textIn(product.description, locale, offer.workspaceLocale) || title,
      isSubscription: offer.isSubscribed,
      email: order.email,
      receipt:
        offer.settings.vatCode === null
          ? null
          : { vatCode: offer.settings.vatCode, taxSystemCode: offer.settings.taxSystemCode },
      expiresAt,
    });
  return placed;
}

async function assertMayPlace(ctx: ActionContext, input: PlaceOrder, offer: Offer): Promise<void> {
  const { workspaceId, personId } = ctx.actor as MemberActor;
  const { product, settings } = offer;
  if (hasWords(product.terms) && input.hasAgreed !== true) throw termsNotAgreed();
  if (isShort(offer, input.method)) throw balanceTooLow();
  if (input.due !== undefined && input.due !== offer.due) throw priceChanged();
  const needsEmail = input.method === "yookassa" && settings.vatCode !== null && !isZero(offer.due);
  if (needsEmail && input.email === undefined) throw emailNeeded();
  if ((await listOpenOrders(ctx.db, workspaceId, personId)).length >= openAtMost) throw tooManyOpen(openAtMost);
  if (!offer.isSubscribed) return;
  // Telegram would renew both, month by month.
  for (const { productId, orderId } of await listLiveOf(ctx.db, workspaceId, personId, ctx.now)) {
    const order = productId === product.id ? await findOwnOrder(ctx.db, workspaceId, orderId) : null;
    if (order?.method === "stars") throw subscribedAlready();
  }
}
