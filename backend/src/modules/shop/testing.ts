/** A shop with something to sell, people who buy, and money that comes, for tests of this room and of those that live by it. */
import type { ActionContext, MemberActor } from "@backend/kit/context.ts";
import { type Addition, also, setReactions } from "@backend/kit/events.ts";
import { permissionsOf } from "@backend/modules/identity/index.ts";
import {
  makePerson,
  makeWorkspace,
  silentLog,
  type TestPerson,
  type TestWorkspace,
} from "@backend/modules/identity/testing.ts";
import {
  book,
  invoiceFailed,
  noteStarsRefund,
  paymentSettled,
  paymentsModule,
  refundSettled,
  takeStarsPayment,
  transfer,
} from "@backend/modules/payments/index.ts";
import { contextOf } from "@backend/modules/payments/testing.ts";
import type { Db } from "@db/client.ts";
import { workspaces } from "@db/schema/identity.ts";
import { invoices, paymentConnections, refunds } from "@db/schema/payments.ts";
import { type PaymentMethod, productPrices, products, shopSettings } from "@db/schema/shop.ts";
import { and, desc, eq, sql } from "drizzle-orm";
import { failOrders, followRefund, takePayment } from "./react.ts";

/** When the facts of tests happen: the reactions of the product look at the clock, those of tests at this. */
let factsAt = new Date(0);

export interface TestShop extends TestWorkspace {
  timeZone: string;
}

/** What the shop does when money moved, at the time of a test. */
export const reactionsAt = (now: () => Date): Addition[] => [
  also(paymentSettled, async (db, facts) => {
    for (const fact of facts) await takePayment({ db, now: now() }, fact);
  }),
  also(refundSettled, async (db, facts) => {
    for (const fact of facts) await followRefund({ db, now: now() }, fact);
  }),
  also(invoiceFailed, failOrders),
];

/** An open shop that takes Stars and balances. */
export async function openShop(db: Db, timeZone = "Europe/Kyiv"): Promise<TestShop> {
  setReactions(reactionsAt(() => factsAt));
  const at = await makeWorkspace(db);
  await db.update(workspaces).set({ timeZone }).where(eq(workspaces.id, at.workspaceId));
  await db.insert(shopSettings).values({ workspaceId: at.workspaceId, isOpen: true });
  await db.insert(paymentConnections).values({ workspaceId: at.workspaceId, provider: "stars", name: "Stars" });
  return { ...at, timeZone };
}

type NewProduct = Partial<Omit<typeof products.$inferInsert, "workspaceId" | "id">> & {
  prices?: { method: PaymentMethod; currency: string; amount: string }[];
};
let nth = 0;

/** A package of two posts a day for thirty days, for 100 Stars or as many from the balance. */
export async function makeProduct(db: Db, { workspaceId }: TestShop, given: NewProduct = {}): Promise<string> {
  const { prices, ...over } = given;
  const [row] = await db
    .insert(products)
    .values({
      workspaceId,
      kind: "service",
      slug: `product-${nth++}`,
      title: { en: "Starter", ru: "Старт" },
      durationDays: 30,
      postsPerDay: over.kind === undefined || over.kind === "service" ? 2 : null,
      isVisible: true,
      ...over,
    })
    .returning();
  const productId = row?.id ?? "";
  const both: NonNullable<NewProduct["prices"]> = [
    { method: "stars", currency: "XTR", amount: "100" },
    { method: "balance", currency: "XTR", amount: "100" },
  ];
  const wanted = prices ?? (over.kind === "topup" ? both.slice(0, 1) : both);
  await db.insert(productPrices).values(wanted.map((price) => ({ ...price, productId })));
  return productId;
}

/** The context of a member of the team with every right. */
export async function makeSeller(db: Db, shop: TestShop): Promise<(now: Date) => ActionContext> {
  const { personId, memberId } = await makePerson(db, shop, { role: "owner" });
  const actor: MemberActor = {
    kind: "person",
    workspaceId: shop.workspaceId,
    personId,
    botId: shop.botId,
    locale: "en",
    timeZone: shop.timeZone,
    member: { memberId: memberId ?? "", role: "owner" },
    permissions: permissionsOf("owner"),
  };
  return (now) => ({ db, actor, now, log: silentLog, ports: {}, requestId: "test" });
}

export interface Buyer extends TestPerson {
  /** What his calls run in. */
  at(now: Date, db?: Db): ActionContext;
}

export async function makeBuyer(db: Db, shop: TestShop): Promise<Buyer> {
  const person = await makePerson(db, shop);
  const actor: MemberActor = {
    kind: "person",
    workspaceId: shop.workspaceId,
    personId: person.personId,
    botId: shop.botId,
    locale: "en",
    timeZone: shop.timeZone,
    member: null,
    permissions: new Set(),
  };
  return {
    ...person,
    at: (now, tx = db) => ({ db: tx, actor, now, log: silentLog, ports: {}, requestId: "test" }),
  };
}

/** Gives somebody money of ours. */
export async function grant(
  db: Db,
  shop: TestShop,
  buyer: TestPerson,
  amount: string,
  currency = "XTR",
): Promise<void> {
  const customer = { kind: "customer", holder: buyer.personId } as const;
  const entries = transfer({ kind: "granted" }, customer, currency, amount);
  const causeId = crypto.randomUUID();
  await book(db, { workspaceId: shop.workspaceId, cause: "test.granted", causeId, at: new Date(), entries });
}

/** Telegram says that the order's latest invoice was paid, with its `amount` or another; twice with one charge id is once. */
export async function payInStars(
  db: Db,
  shop: TestShop,
  buyer: TestPerson,
  paid: { orderId: string; now: Date; chargeId?: string; isRenewal?: boolean; amount?: number },
): Promise<{ paymentId: string; isNew: boolean }> {
  const [invoice] = await db
    .select()
    .from(invoices)
    .where(eq(invoices.orderId, paid.orderId))
    .orderBy(desc(invoices.createdAt))
    .limit(1);
  if (!invoice) throw new Error("this order has no invoice");
  factsAt = paid.now;
  return takeStarsPayment(contextOf(db, shop.workspaceId, paid.now), {
    botId: shop.botId,
    payload: invoice.id,
    payerTelegramId: buyer.telegramId,
    amount: paid.amount ?? Number(invoice.amount),
    currency: "XTR",
    chargeId: paid.chargeId ?? `charge-${invoice.id}`,
    isRenewal: paid.isRenewal ?? false,
    paidAt: paid.now,
  });
}

/** Runs the jobs that bring promised money back onto balances. */
export async function sendRefunds(db: Db, { workspaceId }: TestShop, now: Date): Promise<void> {
  factsAt = now;
  const handler = paymentsModule.handlers.find(({ job }) => job.name === "payments.move-refund");
  const sending = await db
    .select()
    .from(refunds)
    .where(and(eq(refunds.workspaceId, workspaceId), eq(refunds.state, "sending")));
  for (const { id } of sending)
    await handler?.action(contextOf(db, workspaceId, now) as never, { workspaceId, refundId: id } as never);
}

/** Telegram gives Stars back without being asked by us. */
export async function refundOutside(
  db: Db,
  { workspaceId }: TestShop,
  chargeId: string,
  amount: number,
  now: Date,
): Promise<void> {
  factsAt = now;
  await noteStarsRefund(contextOf(db, workspaceId, now), { chargeId, amount });
}

/** Every account of a workspace that is not zero, by kind and currency. */
export async function booksOf(db: Db, { workspaceId }: TestShop): Promise<Record<string, string>> {
  const rows = await db.execute<{ account: string; balance: string }>(sql`
    select kind || ' ' || currency as account, trim_scale(sum(balance))::text as balance from ledger_accounts
    where workspace_id = ${workspaceId} group by kind, currency having sum(balance) <> 0 order by 1`);
  return Object.fromEntries(rows.map(({ account, balance }) => [account, balance]));
}
