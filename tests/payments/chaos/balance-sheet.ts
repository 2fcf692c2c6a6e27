/** What must be true of money whatever happened to it, read from the tables and from the providers' own books: a line for each thing that is not. */
import { inboundEvents } from "@db/schema/inbox.ts";
import { invoices, payments, refunds } from "@db/schema/payments.ts";
import { entitlements, orderEvents, orders, products, promoCodes } from "@db/schema/shop.ts";
import Big from "big.js";
import { asc, sql } from "drizzle-orm";
import { oddSums } from "../rig.ts";
import { stock, type World } from "./run.ts";

type Order = typeof orders.$inferSelect;
type Payment = typeof payments.$inferSelect;
type Refund = typeof refunds.$inferSelect;
type Line = typeof orderEvents.$inferSelect;

interface Tables {
  orders: Order[];
  payments: Payment[];
  refunds: Refund[];
  lines: Map<string, Line[]>;
  given: Map<string, (typeof entitlements.$inferSelect)[]>;
}

const sumOf = <T>(list: readonly T[], amount: (one: T) => string): Big =>
  list.reduce((sum, one) => sum.plus(amount(one)), new Big(0));
const grouped = <T extends { orderId: string }>(list: readonly T[]): Map<string, T[]> =>
  Map.groupBy(list, (one) => one.orderId);
const isEarned = ({ product }: Order) => product.kind !== "topup";
const gone = (refund: Refund) => refund.state === "succeeded";
/** For somebody to decide about it. */
const isWaiting = ({ state, resolution, checkReason }: Payment) =>
  state === "to_check" && resolution === null && checkReason !== "charged_back";

/** Nothing to say = the books balance, and every order explains itself. */
export async function oddities(world: World): Promise<string[]> {
  // The database is the seed's own.
  const { db } = world.rig.database;
  const tables: Tables = {
    orders: await db.select().from(orders).orderBy(asc(orders.number)),
    payments: await db.select().from(payments),
    refunds: await db.select().from(refunds),
    lines: grouped(await db.select().from(orderEvents).orderBy(asc(orderEvents.id))),
    given: grouped(await db.select().from(entitlements)),
  };
  return [
    ...(await ofBooks(world, tables)),
    ...tables.orders.flatMap((order) => ofOrder(order, tables).map((what) => `order ${order.number}: ${what}`)),
    ...tables.payments.flatMap((payment) => ofPayment(payment, tables)),
    ...(await ofGoods(world, tables)),
    ...(await ofLooseEnds(world, tables)),
    ...ofYookassa(world, tables),
    ...ofCryptoPay(world, tables),
    ...(await ofFigures(world, tables)),
  ];
}

// ── Books ───────────────────────────────────────────────────────────────────────────────────────────────────────────

async function ofBooks({ rig }: World, { payments, refunds, orders }: Tables): Promise<string[]> {
  const odd = (await oddSums(rig.database.db)).map((row) => `books: ${JSON.stringify(row)}`);
  const below = await rig.database.db.execute<{ kind: string; balance: string }>(sql`
    select kind, balance::text from ledger_accounts where kind in ('customer', 'held') and balance < 0`);
  odd.push(...below.map(({ kind, balance }) => `books: ${kind} is ${balance}`));
  for (const currency of ["USD", "RUB"]) {
    const books = await rig.books(currency);
    const ours = payments.filter((one) => one.currency === currency);
    const waiting = ours.filter(({ state }) => state === "to_check");
    const wanted = {
      // An order that waits with its money keeps its balance part; that no other one is open is seen to below.
      held: sumOf(
        orders.filter((order) => order.currency === currency && order.state === "pending"),
        ({ fromBalance }) => fromBalance,
      ),
      to_check: sumOf(waiting, ({ amount, refunded }) => new Big(amount).minus(refunded).toFixed()),
      revenue: revenueOf({ orders, refunds }, currency).minus(await lost(rig, currency)),
    };
    for (const [kind, amount] of Object.entries(wanted))
      if (!amount.eq(books[kind] ?? 0))
        odd.push(`books: ${kind} ${currency} is ${books[kind]}, not ${amount.toFixed()}`);
  }
  return odd;
}

/** What orders brought, less what went back for them and what another package gave back. */
function revenueOf({ orders, refunds }: Pick<Tables, "orders" | "refunds">, currency: string): Big {
  const paid = orders.filter((order) => order.currency === currency && order.paidAt !== null && isEarned(order));
  const back = refunds.filter((one) => gone(one) && one.currency === currency && one.source === "revenue");
  return sumOf(paid, ({ price, discount }) => new Big(price).minus(discount).toFixed()).minus(
    sumOf(back, ({ amount }) => amount),
  );
}

/** What left revenue without a refund: the rest of a package that was replaced, and what went back twice. */
async function lost(rig: World["rig"], currency: string): Promise<Big> {
  const [row] = await rig.database.db.execute<{ sum: string }>(sql`
    select coalesce(-sum(e.amount), 0)::text as sum from ledger_entries e
    join ledger_transactions t on t.id = e.transaction_id join ledger_accounts a on a.id = e.account_id
    where a.kind = 'revenue' and a.currency = ${currency} and t.cause in ('order.replaced', 'refund.excess')`);
  return new Big(row?.sum ?? 0);
}

// ── Orders and payments ─────────────────────────────────────────────────────────────────────────────────────────────

/** A line that must be in the story of an order that stands there; one of several. */
const saysSo: Readonly<Record<string, readonly string[]>> = {
  pending: ["money_waits"],
  completed: ["activated", "activated_until", "prolonged", "credited"],
  processing: ["processing"],
  failed: ["invoice_failed", "failed_by_team"],
  cancelled: ["cancelled_by_customer", "cancelled_by_team", "cancelled_unpaid"],
  expired: ["expired"],
  refunded: ["refunded", "refunded_to_balance", "refunded_outside"],
};
const wentBack = /^(refunded|refunded_to_balance|refunded_outside)(_partly)?$|^replaced$/;

function ofOrder(order: Order, { lines, given, payments }: Tables): string[] {
  const odd: string[] = [];
  const story = lines.get(order.id) ?? [];
  const kinds = story.map(({ kind }) => kind);
  if (!saysSo[order.state]?.some((kind) => kinds.includes(kind))) odd.push(`is ${order.state}, and its story ${kinds}`);
  const paidLines = kinds.filter((kind) => kind.startsWith("paid_by_"));
  if (paidLines.length !== (order.paidAt === null ? 0 : 1)) odd.push(`its story pays it ${paidLines.length} times`);

  const mine = given.get(order.id) ?? [];
  const isGiven = order.product.kind !== "topup" && kinds.some((kind) => saysSo.completed?.includes(kind));
  if (mine.length !== (isGiven ? 1 : 0)) odd.push(`gave ${mine.length} things`);
  if (order.state === "completed" && order.product.kind !== "topup" && mine.length === 0)
    odd.push("paid, and gave nothing");
  if (order.state === "refunded" && mine.some(({ state }) => state === "active")) odd.push("refunded, and still there");

  const worth = new Big(order.price).minus(order.discount);
  let back = new Big(0);
  for (const { kind, details } of story)
    if (wentBack.test(kind)) {
      back = back.plus(String(details.amount));
      if (back.gt(worth)) back = worth;
    }
  if (!back.eq(order.refunded)) odd.push(`gave ${order.refunded} back, its story ${back.toFixed()}`);

  const payment = payments.find(({ id }) => id === order.paymentId);
  if (order.paidAt === null) return order.paymentId === null ? odd : [...odd, "unpaid, with a payment"];
  if (payment === undefined) return new Big(order.due).eq(0) ? odd : [...odd, "paid by nobody"];
  const isEnough =
    payment.resolution === "accepted" ? new Big(payment.amount).gte(order.due) : new Big(payment.amount).eq(order.due);
  if (payment.orderId !== order.id || payment.currency !== order.currency || !isEnough)
    odd.push(`paid by ${payment.amount} ${payment.currency} of another`);
  return odd;
}

/** Money that paid nothing lies somewhere, and somebody can read where. */
function ofPayment(payment: Payment, { orders, lines, refunds }: Tables): string[] {
  const order = orders.find(({ id }) => id === payment.orderId);
  if (!order) return [`payment ${payment.providerRef}: of no order`];
  if (order.paymentId === payment.id || payment.state === "to_check") return [];
  const isKept = (lines.get(order.id) ?? []).some(({ kind }) => kind === "money_kept");
  const isBack = refunds.some((refund) => gone(refund) && refund.paymentId === payment.id);
  if (isKept || isBack || payment.resolution === "to_balance") return [];
  return [`order ${order.number}: ${payment.amount} ${payment.currency} came, and nobody knows what for`];
}

/** Places of the stock and uses of the code are taken by those who have them, and by nobody else. */
async function ofGoods({ rig, goods }: World, { orders }: Tables): Promise<string[]> {
  const { db } = rig.database;
  const odd: string[] = [];
  const isTaken = ({ state, paidAt }: Order) => state === "pending" || (paidAt !== null && state !== "refunded");
  for (const product of await db.select().from(products)) {
    if (product.stock === null || !goods.includes(product.id)) continue;
    const taken = orders.filter((order) => order.productId === product.id && isTaken(order)).length;
    if (product.stock + taken !== stock) odd.push(`stock: ${product.stock} and ${taken} taken`);
  }
  for (const code of await db.select().from(promoCodes)) {
    const uses = orders.filter(
      (one) => one.promoCodeId === code.id && (one.state === "pending" || one.paidAt !== null),
    );
    if (uses.length !== code.uses) odd.push(`code: used ${code.uses} times, by ${uses.length}`);
  }
  return odd;
}

/** After all that time nothing is under way, and nothing was dropped. Money that waits for a member holds its order, and the invoice it came by. */
async function ofLooseEnds({ rig }: World, { orders, payments, refunds }: Tables): Promise<string[]> {
  const { db } = rig.database;
  const held = new Set(payments.filter(isWaiting).map(({ orderId }) => orderId));
  const open = orders.filter(({ id, state }) => state === "paid" || (state === "pending" && !held.has(id)));
  const moving = refunds.filter(({ state }) => ["requested", "sending", "pending"].includes(state));
  const asked = (await db.select().from(invoices)).filter(
    ({ orderId, state }) => state === "new" || (state === "open" && !held.has(orderId)),
  );
  const unread = (await db.select().from(inboundEvents)).filter(
    ({ status }) => status === "received" || status === "failed",
  );
  const [stats] = await db.execute<{ deadlocks: number }>(
    sql`select deadlocks::int as deadlocks from pg_stat_database where datname = current_database()`,
  );
  return [
    ...open.map(({ number, state }) => `order ${number}: still ${state}`),
    ...moving.map(({ id, state, problem }) => `refund ${id}: still ${state} (${problem})`),
    ...asked.map(({ id, state }) => `invoice ${id}: still ${state}`),
    ...unread.map(({ id, status }) => `webhook ${id}: ${status}`),
    ...(stats?.deadlocks === 0 ? [] : [`${stats?.deadlocks} deadlocks`]),
  ];
}

// ── The providers' books ────────────────────────────────────────────────────────────────────────────────────────────

const backThrough = (refunds: readonly Refund[], paymentId: string) =>
  refunds.filter((one) => one.paymentId === paymentId && one.to === "provider" && gone(one));

function ofYookassa({ rig }: World, { payments, refunds }: Tables): string[] {
  const odd: string[] = [];
  const paid = rig.yookassa.payments.filter(({ status }) => status === "succeeded");
  const ours = payments.filter(({ provider }) => provider === "yookassa");
  if (ours.length !== paid.length) odd.push(`YooKassa has ${paid.length} payments, we ${ours.length}`);
  for (const { id, amount, refunded_amount } of paid) {
    const mine = ours.find(({ providerRef }) => providerRef === id);
    if (!mine || !new Big(mine.amount).eq(amount.value))
      odd.push(`YooKassa ${id}: ${amount.value}, ours ${mine?.amount}`);
    // What went back of it twice, to the balance here and in the cabinet, is in the books as a loss and in no refund.
    const back = sumOf(backThrough(refunds, mine?.id ?? ""), (one) => one.amount);
    const room = new Big(amount.value).minus(
      sumOf(
        refunds.filter((one) => one.paymentId === mine?.id && one.to === "balance" && gone(one)),
        (one) => one.amount,
      ),
    );
    const wanted = room.lt(refunded_amount.value) ? room : new Big(refunded_amount.value);
    if (!back.eq(wanted)) odd.push(`YooKassa ${id}: ${refunded_amount.value} went back, ours ${back.toFixed()}`);
  }
  return odd;
}

function ofCryptoPay({ rig }: World, { payments, refunds }: Tables): string[] {
  const odd: string[] = [];
  const paid = rig.crypto.invoices.filter(({ status }) => status === "paid");
  const ours = payments.filter(({ provider }) => provider === "crypto_pay");
  if (ours.length !== paid.length) odd.push(`Crypto Pay has ${paid.length} payments, we ${ours.length}`);
  for (const { invoice_id, amount } of paid) {
    const mine = ours.find(({ providerRef }) => providerRef === String(invoice_id));
    if (!mine || !new Big(mine.amount).eq(amount))
      odd.push(`Crypto Pay ${invoice_id}: ${amount}, ours ${mine?.amount}`);
  }
  const back = ours.flatMap(({ id }) => backThrough(refunds, id));
  const sent = rig.crypto.transfers.map(({ spend_id }) => spend_id).sort();
  const known = back.map(({ id }) => id).sort();
  if (sent.join() !== known.join()) odd.push(`Crypto Pay has sent ${sent}, we know of ${known}`);
  return odd;
}

/** Providers hold what our books say that they hold, and days add up to orders. */
async function ofFigures({ rig }: World, { orders, payments, refunds }: Tables): Promise<string[]> {
  const odd: string[] = [];
  const roubles = new Big((await rig.books("RUB")).provider ?? 0);
  if (!roubles.eq(new Big(rig.yookassa.balance()).times(-1)))
    odd.push(`YooKassa holds ${rig.yookassa.balance()}, our books say ${roubles.toFixed()}`);
  const coins = payments.filter(({ provider }) => provider === "crypto_pay");
  const held = sumOf(coins, (one) => one.amount).minus(
    sumOf(
      coins.flatMap(({ id }) => backThrough(refunds, id)),
      (one) => one.amount,
    ),
  );
  const dollars = new Big((await rig.books("USD")).provider ?? 0);
  if (!dollars.eq(held.times(-1))) odd.push(`Crypto Pay holds ${held.toFixed()}, our books say ${dollars.toFixed()}`);

  const days = await rig.database.db.execute<{ currency: string; paid: number; net: string }>(sql`
    select currency, sum(paid)::int as paid, sum(revenue - refunded)::text as net from shop_days group by 1`);
  for (const { currency, paid, net } of days) {
    const all = orders.filter((order) => order.currency === currency && order.paidAt !== null);
    const worth = sumOf(all.filter(isEarned), (one) =>
      new Big(one.price).minus(one.discount).minus(one.refunded).toFixed(),
    );
    if (all.length !== paid || !worth.eq(net))
      odd.push(`days ${currency}: ${paid} paid, ${net}; orders ${all.length}, ${worth.toFixed()}`);
  }
  return odd;
}
