/** Whoever had something that ended, and has bought nothing since, is asked back once (P-11), if the shop's settings say so. */
import { translator } from "@backend/i18n/index.ts";
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { stepOver } from "@backend/kit/set-aside.ts";
import { everything, optOutButton, refusesKind } from "@backend/modules/audience/index.ts";
import {
  hasAttention,
  type QuietHours,
  quietHoursOf,
  quietUntil,
  takeAttention,
} from "@backend/modules/broadcasts/index.ts";
import { findWorkspace, knownPersons, recipientsOf } from "@backend/modules/identity/index.ts";
import { type Button, findPrivateChatsOf, queueDelivery } from "@backend/modules/messaging/index.ts";
import { lockTill } from "@backend/modules/payments/index.ts";
import type { Db } from "@db/client.ts";
import type { Locale } from "@db/schema/identity.ts";
import {
  findOwnProduct,
  findPromoCodeById,
  listShopsThatAskBack,
  type PriceRow,
  type ProductRow,
  pricesOf,
  usesOfPerson,
} from "../catalog-queries.ts";
import { textIn } from "../domain/local-text.ts";
import { codeProblem } from "../domain/price.ts";
import { addDays } from "../domain/wall.ts";
import { type Lost, listLost, markWonBack } from "../entitlement-queries.ts";
import { isSubscribed, payable, type Way, waysToPay } from "../offer.ts";
import { findOwnOrder } from "../order-queries.ts";
import type { ShopPorts } from "../ports.ts";

type Ctx = ActionContext<ShopPorts>;

const pageSize = 200;
/** What could not be said in so many days, for quiet hours or a standstill, is not said any more. Nor is what ended before it was wanted. */
const lateDays = 7;

interface Shop {
  workspaceId: string;
  workspaceLocale: Locale;
  codeId: string | null;
  categoryId: number | null;
  quiet: QuietHours | null;
  ways: readonly Way[];
}

/** The job of every ten minutes. A shop or a person that it stumbles over does not keep the others from it. */
export async function winBack(ctx: Ctx, _: Record<string, never>): Promise<void> {
  for (const settings of await listShopsThatAskBack(ctx.db)) {
    const { workspaceId } = settings;
    await stepOver(ctx, { workspaceId }, "a shop could ask nobody back", () => winBackIn(ctx, settings));
  }
}

async function winBackIn(
  ctx: Ctx,
  { days, ...settings }: Awaited<ReturnType<typeof listShopsThatAskBack>>[number],
): Promise<void> {
  const { workspaceId } = settings;
  const { locale: workspaceLocale, timeZone } = await findWorkspace(ctx.db, workspaceId);
  const quiet = await quietHoursOf(ctx.db, workspaceId);
  const shop = { ...settings, workspaceLocale, quiet, ways: await waysToPay(ctx.db, workspaceId) };
  const from = addDays(ctx.now, -(days + lateDays), timeZone);
  const until = addDays(ctx.now, -days, timeZone);
  for (let after: string | null = null; ; ) {
    const rows = await listLost(ctx.db, workspaceId, { from, until, now: ctx.now, after, limit: pageSize });
    for (const lost of rows)
      await stepOver(ctx, { workspaceId, entitlementId: lost.id }, "somebody could not be asked back", () =>
        askBack(ctx, shop, lost),
      );
    after = rows.at(-1)?.id ?? null;
    if (rows.length < pageSize || after === null) return;
  }
}

/**
 * Whoever is blocked or erased, has no bot, refuses such messages, sleeps by the workspace's quiet hours, or has got as much as its limit of
 * attention lets him get, hears nothing now.
 */
async function askBack(outer: Ctx, shop: Shop, lost: Lost): Promise<void> {
  const { workspaceId, categoryId } = shop;
  const personId = lost.person_id;
  const person = (await recipientsOf(outer.db, workspaceId, [personId])).get(personId);
  if (!person || person.isBarred || quietUntil(outer.now, shop.quiet, person.timeZone) !== null) return;
  const chat = (await findPrivateChatsOf(outer.db, workspaceId, [personId])).get(personId);
  const product = await findOwnProduct(outer.db, workspaceId, lost.product_id);
  if (!chat || !product) return;
  const prices = payable((await pricesOf(outer.db, [product.id])).get(product.id) ?? [], shop.ways);
  if (prices.length === 0) return;
  await inTransaction(outer, async (ctx) => {
    // A payment and an order take it too: nobody is asked back for what he buys at this moment.
    await lockTill(ctx.db, workspaceId);
    const telegramId = (await knownPersons(ctx.db, workspaceId, [personId])).get(personId)?.telegramId ?? null;
    if (telegramId === null || (await refusesKind(ctx.db, workspaceId, telegramId, categoryId))) return;
    const order = await findOwnOrder(ctx.db, workspaceId, lost.order_id);
    const message = { workspaceId, telegramId, now: ctx.now };
    if (!order || !(await hasAttention(ctx.db, message)) || !(await markWonBack(ctx.db, lost.id, ctx.now))) return;
    await takeAttention(ctx.db, message);
    const code = shop.codeId && (await usableCode(ctx.db, shop.codeId, { product, prices, personId, now: ctx.now }));
    const t = translator(person.locale);
    const { bold } = ctx.ports.markup;
    const title = bold(textIn(order.product.title, person.locale, shop.workspaceLocale));
    const buttons: Button[][] = [
      [{ text: t("shop.told.again"), app: `shop/${product.id}` }],
      ...(code ? [[{ text: t("shop.told.copy_code", { code }), copy: code }]] : []),
      [
        {
          text: t(categoryId === null ? "shop.told.nothing_more" : "shop.told.no_more"),
          callback: optOutButton(categoryId ?? everything),
        },
      ],
    ];
    await queueDelivery(ctx.db, {
      workspaceId,
      chatId: chat.id,
      // Nothing that people wait for, and never sent twice when its answer was lost.
      lane: "sequence",
      content: {
        kind: "text",
        html: code ? t("shop.told.win_back_code", { title, code: bold(code) }) : t("shop.told.win_back", { title }),
        buttons,
      },
      subject: { kind: "order", id: order.id },
      dedupeKey: `shop:win-back:${lost.id}`,
    });
  });
}

/** The code of the settings, if it would lower one of these prices for this person. */
async function usableCode(
  db: Db,
  codeId: string,
  ask: { product: ProductRow; prices: readonly PriceRow[]; personId: string; now: Date },
): Promise<string | null> {
  const { product, prices, personId, now } = ask;
  const code = await findPromoCodeById(db, codeId);
  if (!code) return null;
  const order = {
    now,
    productId: product.id,
    usesOfPerson: await usesOfPerson(db, code.id, personId),
    hasTerm: product.durationDays !== null,
  };
  const lowers = ({ method, currency }: PriceRow) =>
    codeProblem(code, { ...order, currency, takesCodes: !isSubscribed(product, method) }) === null;
  return prices.some(lowers) ? code.code : null;
}
