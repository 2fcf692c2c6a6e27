/**
 * The product with two providers on loopback, and a clock that tests turn: webhooks come over HTTP, providers are asked over HTTP, jobs
 * are done when a test says so. Unless a test asks for the shop, there is a seller who takes what an order costs.
 */

import type { Ports } from "@backend/app/container.ts";
import { reactions } from "@backend/app/reactions.ts";
import { startTestProduct, type TestProduct, testEnvironment } from "@backend/app/testing.ts";
import { type ActionContext, inTransaction, systemActor } from "@backend/kit/context.ts";
import { also, setReactions } from "@backend/kit/events.ts";
import { makePerson, makeWorkspace, type TestPerson, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import {
  book,
  connectProvider,
  type OpenInvoice,
  openInvoice,
  orderPaidCause,
  paymentSettled,
  transfer,
} from "@backend/modules/payments/index.ts";
import { failOrders, followRefunds, payOrders } from "@backend/modules/shop/index.ts";
import { reactionsAt } from "@backend/modules/shop/testing.ts";
import type { Db } from "@db/client.ts";
import { invoices, payments, refunds } from "@db/schema/payments.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { type CryptoPayStandIn, startCryptoPayStandIn } from "@sandbox/crypto-pay/index.ts";
import { startYookassaStandIn, type YookassaStandIn } from "@sandbox/yookassa/index.ts";
import { asc, eq, sql } from "drizzle-orm";
import { jobWorker } from "../job-worker.ts";

const minuteMs = 60_000;

export interface Customer extends TestPerson {
  botId: string;
}

export interface CashRig {
  database: TestDatabase;
  product: TestProduct;
  url: string;
  crypto: CryptoPayStandIn;
  yookassa: YookassaStandIn;
  space: TestWorkspace;
  owner: TestPerson;
  now(): Date;
  /** Turns the clock on. */
  pass(ms: number): void;
  context(): ActionContext<Ports>;
  customer(): Promise<Customer>;
  /** Asks for money and has the invoice made. */
  ask(over?: Partial<OpenInvoice> & { person?: Customer }): Promise<typeof invoices.$inferSelect>;
  /** Does every job whose time has come, and those that these cause. */
  work(): Promise<void>;
  /** Does the jobs of one name that are due, and no others. */
  only(name: string): Promise<void>;
  /** What a process of its own needs to be the same product. */
  environment: Record<string, string>;
  /** Waits for webhooks that are on their way, and for what they cause. */
  settle(): Promise<void>;
  sweep(): Promise<void>;
  paymentsOf(orderId: string): Promise<(typeof payments.$inferSelect)[]>;
  refundsOf(orderId: string): Promise<(typeof refunds.$inferSelect)[]>;
  invoiceBy(id: string): Promise<typeof invoices.$inferSelect>;
  /** Whether an order was taken as paid, and how often. */
  sold(orderId: string): Promise<number>;
  /** What each kind of account holds in a currency, zeros left out. */
  books(currency: string): Promise<Record<string, string>>;
  call(
    method: string,
    path: string,
    options?: { as?: TestPerson; body?: unknown },
  ): Promise<{ status: number; body: ReturnType<typeof JSON.parse> }>;
  close(): Promise<void>;
}

/** `hasShop`: the product's own shop and everything else that reacts to money. */
export async function createCashRig(
  environment: Record<string, string> = {},
  { hasShop = false }: { hasShop?: boolean } = {},
): Promise<CashRig> {
  let shiftMs = 0;
  const now = () => new Date(Date.now() + shiftMs);
  const database = await createTestDatabase();
  const crypto = startCryptoPayStandIn({ now, retryScale: 1e-6 });
  const yookassa = startYookassaStandIn({ now, isTest: false, retryScale: 1e-6 });
  const own = {
    CRYPTO_PAY_API_URL: crypto.url,
    YOOKASSA_API_URL: yookassa.url,
    YOOKASSA_NETWORKS: "127.0.0.1",
    OUTBOUND_ALLOW_PRIVATE: "true",
    ...environment,
  };
  const product = await startTestProduct(database, own);
  const { runtime } = product;
  if (hasShop) keepShop(now);
  else sellToWhoeverPaid();
  product.server.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${product.server.server?.port}`;
  const space = await makeWorkspace(database.db, runtime.vault);
  const owner = await makePerson(database.db, space, { role: "owner" });
  const { workspaceId } = space;
  const context = (): ActionContext<Ports> => ({
    ...runtime.contextFor(systemActor(workspaceId), "test"),
    now: now(),
  });

  const cryptoConnection = await connectProvider(context(), { provider: "crypto_pay", token: crypto.token });
  const yookassaConnection = await connectProvider(context(), {
    provider: "yookassa",
    shopId: yookassa.shopId,
    secretKey: yookassa.secretKey,
  });
  crypto.webhookUrl = `${url}/webhooks/crypto-pay/${cryptoConnection.id}`;
  yookassa.notificationUrl = `${url}/webhooks/yookassa/${yookassaConnection.id}`;

  const workOnce = jobWorker({ database, runtime, now });

  const rig: CashRig = {
    database,
    product,
    url,
    crypto,
    yookassa,
    space,
    owner,
    now,
    pass: (ms) => {
      shiftMs += ms;
    },
    context,
    customer: async () => ({ ...(await makePerson(database.db, space)), botId: space.botId }),
    async ask({ person, ...over } = {}) {
      const customer = person ?? (await rig.customer());
      const invoice = await inTransaction(context(), (tx) =>
        openInvoice(tx, {
          orderId: globalThis.crypto.randomUUID(),
          personId: customer.personId,
          botId: customer.botId,
          provider: "crypto_pay",
          amount: "99.99",
          currency: "USD",
          title: "Starter Mini",
          description: "30 days",
          isSubscription: false,
          email: null,
          expiresAt: new Date(now().getTime() + 60 * minuteMs),
          ...over,
        }),
      );
      await rig.work();
      return rig.invoiceBy(invoice.id);
    },
    environment: { ...testEnvironment, ...own },
    async only(name) {
      while (await workOnce(name));
    },
    async work() {
      while (await workOnce());
    },
    async settle() {
      await crypto.delivery.settled();
      await yookassa.delivery.settled();
      await runtime.intake.drain();
      await rig.work();
    },
    async sweep() {
      await database.db.execute(sql`select graphile_worker.add_job('payments.sweep', '{}'::json)`);
      await rig.work();
    },
    paymentsOf: (orderId) =>
      database.db.select().from(payments).where(eq(payments.orderId, orderId)).orderBy(asc(payments.createdAt)),
    refundsOf: (orderId) =>
      database.db.select().from(refunds).where(eq(refunds.orderId, orderId)).orderBy(asc(refunds.createdAt)),
    async invoiceBy(id) {
      const [row] = await database.db.select().from(invoices).where(eq(invoices.id, id));
      if (!row) throw new Error("there is no such invoice");
      return row;
    },
    async sold(orderId) {
      const rows = await database.db.execute(
        sql`select 1 from ledger_transactions where cause = ${orderPaidCause} and cause_id like ${`${orderId}%`}`,
      );
      return rows.length;
    },
    async books(currency) {
      const rows = await database.db.execute<{ kind: string; balance: string }>(sql`
        select kind, trim_scale(sum(balance))::text as balance from ledger_accounts
        where workspace_id = ${workspaceId} and currency = ${currency} group by 1 having sum(balance) <> 0 order by 1`);
      return Object.fromEntries(rows.map(({ kind, balance }) => [kind, balance]));
    },
    async call(method, path, { as = owner, body } = {}) {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: { ...as.headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      const isJson = answer.headers.get("content-type")?.startsWith("application/json");
      return { status: answer.status, body: isJson ? JSON.parse(text) : text };
    },
    async close() {
      await crypto.stop();
      await yookassa.stop();
      await product.server.stop(true);
      await product.close();
      await database.drop();
    },
  };
  return rig;
}

/** Everything that reacts to money, the shop by the test's clock. */
export function keepShop(now: () => Date): void {
  const byOwnClock: ReadonlySet<unknown> = new Set([payOrders, followRefunds, failOrders]);
  setReactions([...reactions.filter((one) => !("write" in one && byOwnClock.has(one.write))), ...reactionsAt(now)]);
}

/** A seller in place of the shop: what is settled for an order becomes revenue, once; a second payment stays on the balance. */
export function sellToWhoeverPaid(): void {
  setReactions([
    also(paymentSettled, async (db: Db, facts) => {
      for (const { workspaceId, orderId, personId, paymentId, amount, currency, isRenewal } of facts)
        await book(db, {
          workspaceId,
          cause: orderPaidCause,
          causeId: isRenewal ? `${orderId}:${paymentId}` : orderId,
          at: new Date(),
          entries: transfer({ kind: "customer", holder: personId ?? "" }, { kind: "revenue" }, currency, amount),
        });
    }),
  ]);
}

/** Whether all books of all workspaces add up, per currency, balances and entries. */
export async function oddSums(db: Db): Promise<unknown[]> {
  const rows = await db.execute(sql`
    select workspace_id, currency, sum(balance)::text as sum from ledger_accounts group by 1, 2 having sum(balance) <> 0
    union all
    select null, a.currency, (a.balance - coalesce(sum(e.amount), 0))::text from ledger_accounts a
    left join ledger_entries e on e.account_id = a.id group by a.id having a.balance <> coalesce(sum(e.amount), 0)`);
  return [...rows];
}
