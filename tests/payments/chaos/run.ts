/** Carries a schedule out against the product, its shop and two providers; afterwards everything that can still come in has come in. */
import { join } from "node:path";
import type { ActionContext } from "@backend/kit/context.ts";
import { AppError } from "@backend/kit/errors.ts";
import { resolvePayment } from "@backend/modules/payments/actions/resolve-payment.ts";
import { completeOrder, failOrder } from "@backend/modules/shop/actions/end-order.ts";
import { cancelMyOrder } from "@backend/modules/shop/actions/my-orders.ts";
import { placeOrder } from "@backend/modules/shop/actions/place-order.ts";
import { refundOrder } from "@backend/modules/shop/actions/refund-order.ts";
import { type Buyer, grant, makeBuyer, makeProduct, makeSeller, type TestShop } from "@backend/modules/shop/testing.ts";
import { payments } from "@db/schema/payments.ts";
import { orders, promoCodes, shopSettings } from "@db/schema/shop.ts";
import Big from "big.js";
import { and, asc, eq, inArray, sql } from "drizzle-orm";
import postgres from "postgres";
import { type CashRig, createCashRig } from "../rig.ts";
import { customers, type Deed, drawSchedule, type KillPlace, killPlaces, type Way } from "./schedule.ts";

const minute = 60_000;
export const stock = 6;
const currencyOf = { crypto_pay: "USD", yookassa: "RUB" } as const;

export interface World {
  rig: CashRig;
  shop: TestShop;
  buyers: readonly Buyer[];
  seller: (now: Date) => ActionContext;
  goods: readonly string[];
}

async function openWorld(): Promise<World> {
  const rig = await createCashRig({}, { hasShop: true });
  const { db } = rig.database;
  const { workspaceId } = rig.space;
  const shop = { ...rig.space, timeZone: "UTC" };
  await db.insert(shopSettings).values({ workspaceId, isOpen: true });
  await db.insert(promoCodes).values({ workspaceId, code: "TEN", kind: "percent", value: "10", maxUses: 4 });
  const prices = (usd: string, rub: string) =>
    (["crypto_pay", "yookassa", "balance", "balance"] as const).map((method, n) => {
      const isUsd = method === "crypto_pay" || n === 3;
      return { method, currency: isUsd ? "USD" : "RUB", amount: isUsd ? usd : rub };
    });
  const goods = [
    await makeProduct(db, shop, { prices: prices("20", "2000"), stock }),
    await makeProduct(db, shop, { prices: prices("50", "5000"), postsPerDay: 5, stock }),
    await makeProduct(db, shop, { prices: prices("30", "3000"), kind: "access", isByHand: true, stock }),
    await makeProduct(db, shop, { prices: prices("10", "1000").slice(0, 2), kind: "topup", durationDays: null }),
  ];
  const buyers = [];
  for (let n = 0; n < customers; n++) {
    const buyer = await makeBuyer(db, shop);
    await grant(db, shop, buyer, "15", "USD");
    await grant(db, shop, buyer, "1500", "RUB");
    buyers.push(buyer);
  }
  // Enough coins that a fee never makes a refund impossible.
  rig.crypto.balances.set("USDT", new Big(1_000_000));
  return { rig, shop, buyers, seller: await makeSeller(db, shop), goods };
}

/** A connection that was cut: whoever asked does not know what became of it. */
const isCut = (error: unknown): boolean => {
  for (let at = error; at instanceof Error; at = at.cause)
    if (["CONNECTION_CLOSED", "CONNECTION_ENDED", "57P01", "ECONNRESET"].includes((at as { code?: string }).code ?? ""))
      return true;
  return false;
};

/** A refusal is an answer, and a cut is part of the schedule; anything else is a fault of ours. */
async function asked(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AppError) && !isCut(error)) throw error;
  }
}

const pick = <T>(list: readonly T[], nth: number): T | undefined => list[nth % Math.max(1, list.length)];

class Afternoon {
  constructor(readonly world: World) {}

  get #db() {
    return this.world.rig.database.db;
  }

  /** A cut may hit what only looks for something to do, too. */
  do(deed: Deed): Promise<void> {
    return asked(() => this.#do(deed));
  }

  async #do(deed: Deed): Promise<void> {
    const { rig } = this.world;
    switch (deed.do) {
      case "place":
        return this.#place(deed);
      case "cancel":
        return this.#cancel(deed.nth);
      case "complete":
        return this.#byHand(completeOrder, deed.nth);
      case "giveUp":
        return this.#byHand(failOrder, deed.nth);
      case "pay":
        return this.#pay(deed);
      case "tellAgain":
        return this.#tellAgain(deed.nth);
      case "refund":
        return this.#refund(deed);
      case "refundOutside":
        return this.#refundOutside(deed);
      case "resolve":
        return this.#resolve(deed);
      case "fault":
        return (deed.of === "yookassa" ? rig.yookassa : rig.crypto).faults.set(deed.what, deed.times);
      case "pass":
        rig.pass(deed.minutes * minute);
        return this.#everyMinute();
      case "release":
        rig.crypto.delivery.release();
        return rig.yookassa.delivery.release();
      case "work":
        return asked(async () => void (await Promise.all([rig.work(), rig.work()])));
      case "cut":
        return this.#cut(deed.afterMs);
      case "kill":
        return this.#kill(deed.at);
      default:
        return deed satisfies never;
    }
  }

  #ordersIn(...states: (typeof orders.$inferSelect)["state"][]) {
    const own = and(eq(orders.workspaceId, this.world.shop.workspaceId), inArray(orders.state, states));
    return this.#db.select().from(orders).where(own).orderBy(asc(orders.number));
  }

  #buyerOf(personId: string): Buyer {
    const buyer = this.world.buyers.find((one) => one.personId === personId);
    if (!buyer) throw new Error("an order of nobody");
    return buyer;
  }

  async #place({ who, what, by, hasCode, usesBalance }: Deed & { do: "place" }): Promise<void> {
    const { rig, buyers, goods } = this.world;
    const buyer = pick(buyers, who);
    const currency = (by: Way) => (by === "balance" ? (usesBalance ? "USD" : "RUB") : currencyOf[by]);
    await asked(async () => {
      const input = {
        productId: pick(goods, what) ?? "",
        method: by,
        currency: currency(by),
        useBalance: usesBalance,
        ...(hasCode ? { code: "ten" } : {}),
      };
      if (buyer) await placeOrder(buyer.at(rig.now()), input);
    });
  }

  async #cancel(nth: number): Promise<void> {
    const order = pick(await this.#ordersIn("pending"), nth);
    const { rig } = this.world;
    if (order) await asked(() => cancelMyOrder(this.#buyerOf(order.personId).at(rig.now()), { orderId: order.id }));
  }

  async #byHand(act: typeof completeOrder, nth: number): Promise<void> {
    const order = pick(await this.#ordersIn("processing"), nth);
    const { rig, seller } = this.world;
    if (order) await asked(() => act(seller(rig.now()), { orderId: order.id }));
  }

  /** Whatever a provider still takes money for, also where we have ended it. */
  async #pay({ nth, told, isWrong }: Deed & { do: "pay" }): Promise<void> {
    const { crypto, yookassa } = this.world.rig;
    const hour = 60 * minute;
    const now = this.world.rig.now().getTime();
    const coins = crypto.invoices.filter(
      ({ status, expiration_date }) => status === "active" && new Date(expiration_date ?? 0).getTime() > now,
    );
    const cards = yookassa.payments.filter(
      ({ status, created_at }) => status === "pending" && new Date(created_at).getTime() + hour > now,
    );
    const ways = [
      ...coins.map((invoice) => () => {
        if (isWrong) invoice.amount = "5";
        crypto.pay(invoice.invoice_id, { asset: "USDT" });
      }),
      ...cards.map((payment) => () => {
        if (isWrong) payment.amount = { value: "90.00", currency: "RUB" };
        yookassa.pay(payment.id);
      }),
    ];
    const faults = { once: null, twice: "duplicate", never: "drop", held: "hold" } as const;
    const fault = faults[told];
    if (fault !== null) for (const { delivery } of [crypto, yookassa]) delivery.fail(fault);
    pick(ways, nth)?.();
  }

  async #tellAgain(nth: number): Promise<void> {
    const { crypto, yookassa } = this.world.rig;
    const ways = [
      ...crypto.invoices
        .filter(({ status }) => status === "paid")
        .map(
          ({ invoice_id }) =>
            () =>
              crypto.tellAgain(invoice_id),
        ),
      ...yookassa.payments
        .filter(({ status }) => status === "succeeded")
        .map(
          ({ id }) =>
            () =>
              yookassa.tellAgain("payment.succeeded", id),
        ),
    ];
    pick(ways, nth)?.();
  }

  async #refund({ nth, isWhole, to }: Deed & { do: "refund" }): Promise<void> {
    const { rig, seller } = this.world;
    const order = pick(await this.#ordersIn("completed", "processing", "failed"), nth);
    if (!order) return;
    const part = isWhole ? {} : { amount: order.currency === "RUB" ? "300" : "3" };
    await asked(() => refundOrder(seller(rig.now()), { orderId: order.id, to, ...part }));
  }

  async #refundOutside({ nth, isWhole }: Deed & { do: "refundOutside" }): Promise<void> {
    const { yookassa } = this.world.rig;
    const left = (payment: (typeof yookassa.payments)[number]) =>
      Number(payment.amount.value) - Number(payment.refunded_amount.value);
    const payment = pick(
      yookassa.payments.filter((one) => one.status === "succeeded" && left(one) > 300),
      nth,
    );
    if (payment) yookassa.refundOutside(payment.id, isWhole ? left(payment).toFixed(2) : "200.00");
  }

  async #resolve({ nth, as }: Deed & { do: "resolve" }): Promise<void> {
    const { rig, seller, shop } = this.world;
    const waiting = and(eq(payments.workspaceId, shop.workspaceId), eq(payments.state, "to_check"));
    const payment = pick(await this.#db.select().from(payments).where(waiting).orderBy(asc(payments.paidAt)), nth);
    if (payment) await asked(() => resolvePayment(seller(rig.now()), { paymentId: payment.id, resolution: as }));
  }

  /** Jobs of every minute, whose time has come. */
  async #everyMinute(): Promise<void> {
    for (const name of ["shop.expire-orders", "shop.end-entitlements", "payments.sweep"]) await this.#fire(name);
  }

  async #fire(name: string): Promise<void> {
    await asked(async () => {
      await this.#db.execute(sql`select graphile_worker.add_job(${name}, '{}'::json)`);
      await this.world.rig.only(name);
    });
  }

  /** The database drops whoever is in the middle of something. */
  async #cut(afterMs: number): Promise<void> {
    await Bun.sleep(afterMs);
    const admin = postgres(this.world.rig.database.url, { max: 1, onnotice: () => {} });
    await admin`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and state = 'idle in transaction'`;
    await admin.end();
  }

  /** A process of its own takes a job, if there is one, and dies where it has done something that it has not written down. */
  async #kill(place: KillPlace): Promise<void> {
    const { rig } = this.world;
    const name = killPlaces[place];
    const [job] = await this.#db.execute<{ payload: unknown }>(sql`
      delete from graphile_worker._private_jobs where id = (
        select j.id from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
        where t.identifier = ${name} order by j.id limit 1) returning payload`);
    if (!job) return;
    const aheadMs = rig.now().getTime() - Date.now();
    const args = [rig.database.url, JSON.stringify(rig.environment), name, JSON.stringify(job.payload), place];
    const child = Bun.spawn(
      [process.execPath, "--no-env-file", join(import.meta.dir, "../pay-process.ts"), ...args, String(aheadMs)],
      { stdout: "ignore", stderr: "pipe" },
    );
    const said = await new Response(child.stderr).text();
    await child.exited;
    // A provider that failed kept it from where it was to die.
    if (child.signalCode !== "SIGKILL" && child.exitCode !== 0 && !said.includes("IntegrationError"))
      throw new Error(`the process that was to be killed ended by itself: ${said}`);
  }

  /** Everybody is well again, and time passes until nothing waits any more. */
  async end(): Promise<void> {
    const { rig } = this.world;
    for (const provider of [rig.crypto, rig.yookassa]) {
      provider.faults.clear();
      provider.delivery.fail("drop", 0);
      provider.delivery.release();
    }
    await rig.settle();
    for (const minutes of [2, 3, 61, 15, 65, 65, 1440]) {
      rig.pass(minutes * minute);
      await this.#everyMinute();
      await rig.settle();
    }
    await this.#fire("payments.reconcile-all");
    await this.#fire("payments.check-all-books");
    await rig.settle();
  }
}

/** Lives through the afternoon of a seed, and hands the world to `judge` before it ends. */
export async function live(seed: number, judge: (world: World) => Promise<void>): Promise<void> {
  const world = await openWorld();
  try {
    const afternoon = new Afternoon(world);
    for (const moment of drawSchedule(seed)) await Promise.all(moment.map((deed) => afternoon.do(deed)));
    await afternoon.end();
    await judge(world);
  } finally {
    await world.rig.close();
  }
}
