import type { ActionContext, MemberActor } from "@backend/kit/context.ts";
import type { Quote, QuoteAsk } from "../contracts.ts";
import { runsUntil } from "../deliver-order.ts";
import { textIn } from "../domain/local-text.ts";
import { isZero, plain } from "../domain/money.ts";
import { termFrom, worthOfUnused } from "../domain/term.ts";
import { listLiveOf } from "../entitlement-queries.ts";
import { readOffer } from "../offer.ts";
import { findOwnOrder } from "../order-queries.ts";
import { refundableOf } from "../refundable.ts";

/** What an order would cost and give now. Nothing is taken or promised by it. Throws what `readOffer` throws. */
export async function quoteOrder(ctx: ActionContext, input: QuoteAsk): Promise<Quote> {
  const { workspaceId, personId, locale } = ctx.actor as MemberActor;
  const { db, now } = ctx;
  const offer = await readOffer(db, { workspaceId, personId, now }, input, { locked: false });
  const { product, timeZone, code } = offer;
  const live = await listLiveOf(db, workspaceId, personId, now);
  const until = runsUntil(live, product.id);
  const term = termFrom({
    now,
    durationDays: product.durationDays,
    bonusDays: offer.bonusDays,
    runsUntil: until,
    timeZone,
  });
  const other =
    product.kind === "service"
      ? live.find(({ kind, productId }) => kind === "service" && productId !== product.id)
      : undefined;
  const former = other && (await findOwnOrder(db, workspaceId, other.orderId));
  const credit =
    other && former
      ? worthOfUnused(other, { amount: await refundableOf(db, former), currency: former.currency }, now, timeZone)
      : "0";
  return {
    method: input.method,
    currency: input.currency,
    price: offer.price,
    discount: offer.discount,
    fromBalance: offer.fromBalance,
    due: offer.due,
    bonusDays: offer.bonusDays,
    code: code && { code: code.code, kind: code.kind, value: plain(code.value) },
    balance: plain(offer.balance),
    endsAt: product.kind === "topup" ? null : (term.endsAt?.toISOString() ?? null),
    isRenewal: until !== null,
    replaces: former
      ? {
          title: textIn(former.product.title, locale, offer.workspaceLocale),
          credit: isZero(credit) ? null : { amount: credit, currency: former.currency },
        }
      : null,
  };
}
