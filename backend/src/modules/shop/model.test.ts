/** Orders, stock, codes and books written once more as a plain model: whatever people do, in whatever order, both agree. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { AppError } from "@backend/kit/errors.ts";
import type { Db } from "@db/client.ts";
import { orders, products, promoCodes } from "@db/schema/shop.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { desc, eq } from "drizzle-orm";
import fc from "fast-check";
import { expireOrders } from "./actions/keep-time.ts";
import { cancelMyOrder } from "./actions/my-orders.ts";
import { placeOrder } from "./actions/place-order.ts";
import { refundOrder } from "./actions/refund-order.ts";
import { booksOf, grant, makeBuyer, makeProduct, makeSeller, openShop, payInStars, sendRefunds } from "./testing.ts";

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

const price = 100;
const discount = 10;
const codeUses = 3;
const part = 30;

interface Order {
  state: "pending" | "completed" | "cancelled" | "expired" | "refunded";
  due: number;
  fromBalance: number;
  hasCode: boolean;
  isTaken: boolean;
  refunded: number;
}

class Model {
  stock = 3;
  uses = 0;
  free = 0;
  held = 0;
  revenue = 0;
  provider = 0;
  toCheck = 0;
  granted = 0;
  list: Order[] = [];

  get last(): Order | undefined {
    return this.list.at(-1);
  }
  grant(amount: number) {
    this.free += amount;
    this.granted -= amount;
  }
  place(useBalance: boolean, withCode: boolean) {
    if (this.last?.state === "pending") return;
    if ((withCode && this.uses >= codeUses) || this.stock === 0) return;
    const left = withCode ? price - discount : price;
    const fromBalance = useBalance ? Math.min(this.free, left) : 0;
    this.stock -= 1;
    if (withCode) this.uses += 1;
    this.free -= fromBalance;
    this.held += fromBalance;
    const order: Order = {
      state: "pending",
      due: left - fromBalance,
      fromBalance,
      hasCode: withCode,
      isTaken: false,
      refunded: 0,
    };
    this.list.push(order);
    if (order.due === 0) this.earn(order);
  }
  earn(order: Order) {
    this.held -= order.fromBalance;
    this.revenue += order.fromBalance + order.due;
    order.state = "completed";
  }
  end(state: "cancelled" | "expired") {
    const order = this.last;
    if (order?.state !== "pending") return;
    order.state = state;
    this.stock += 1;
    if (order.hasCode) this.uses -= 1;
    this.held -= order.fromBalance;
    this.free += order.fromBalance;
  }
  pay() {
    const order = this.last;
    if (!order || order.due === 0 || order.isTaken) return;
    order.isTaken = true;
    this.provider -= order.due;
    if (order.state === "pending") this.earn(order);
    else this.toCheck += order.due;
  }
  /** Money that fits nothing: a second payment, or somebody else's. */
  payOddly() {
    const due = this.last?.due ?? 0;
    this.provider -= due;
    this.toCheck += due;
  }
  /** Null: all that is left. */
  refund(amount: number | null) {
    const order = this.last;
    if (order?.state !== "completed") return;
    const left = order.due + order.fromBalance - order.refunded;
    const back = amount ?? left;
    if (back > left) return;
    order.refunded += back;
    this.revenue -= back;
    this.free += back;
    if (back < left) return;
    order.state = "refunded";
    this.stock += 1;
  }
  books(): Record<string, string> {
    const all = {
      "customer XTR": this.free,
      "granted XTR": this.granted,
      "held XTR": this.held,
      "provider XTR": this.provider,
      "revenue XTR": this.revenue,
      "to_check XTR": this.toCheck,
    };
    return Object.fromEntries(
      Object.entries(all).flatMap(([name, amount]) => (amount === 0 ? [] : [[name, `${amount}`]])),
    );
  }
}

type Step =
  | { do: "grant" | "cancel" | "wait" | "pay" | "tellAgain" | "payTwice" | "payForAnother" | "refund" | "refundPart" }
  | { do: "place"; useBalance: boolean; withCode: boolean };
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("place" as const), useBalance: fc.boolean(), withCode: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("pay" as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("grant", "cancel", "wait", "refund", "refundPart", "tellAgain", "payTwice", "payForAnother"),
    }),
  },
);

/** Refusals are part of the model: it does nothing then. */
const orRefused = async (work: Promise<unknown>): Promise<void> => {
  await work.catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error;
  });
};

/** A seed that ever failed stays. */
const seeds = [1, 2];

test.each(seeds)("the machine and the model agree after every step of random lives (seed %d)", async (seed) => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 50, size: "max" }), async (steps) => {
      const shop = await openShop(db);
      const { workspaceId } = shop;
      const buyer = await makeBuyer(db, shop);
      const stranger = await makeBuyer(db, shop);
      const seller = await makeSeller(db, shop);
      const model = new Model();
      const productId = await makeProduct(db, shop, { kind: "access", durationDays: null, stock: model.stock });
      await db.insert(promoCodes).values({
        workspaceId,
        code: "TEN",
        kind: "fixed",
        value: `${discount}`,
        currency: "XTR",
        maxUses: codeUses,
        maxPerPerson: null,
      });
      const last = async () =>
        (
          await db
            .select()
            .from(orders)
            .where(eq(orders.workspaceId, workspaceId))
            .orderBy(desc(orders.number))
            .limit(1)
        )[0];
      let at = new Date("2026-06-10T09:00:00.000Z");
      for (const step of steps) {
        const order = await last();
        const orderId = order?.id ?? crypto.randomUUID();
        if (step.do === "grant") {
          await grant(db, shop, buyer, "40");
          model.grant(40);
        } else if (step.do === "place") {
          const code = step.withCode ? { code: "ten" } : {};
          const input = { productId, method: "stars" as const, currency: "XTR", useBalance: step.useBalance, ...code };
          await orRefused(placeOrder(buyer.at(at), input));
          model.place(step.useBalance, step.withCode);
        } else if (step.do === "cancel") {
          await orRefused(cancelMyOrder(buyer.at(at), { orderId }));
          model.end("cancelled");
        } else if (step.do === "wait") {
          at = new Date(at.getTime() + 3_600_000);
          await expireOrders(buyer.at(at), {});
          model.end("expired");
        } else if (step.do === "pay") {
          if (model.last && model.last.due > 0) await payInStars(db, shop, buyer, { orderId, now: at });
          model.pay();
        } else if (step.do === "tellAgain") {
          if (model.last?.isTaken) await payInStars(db, shop, buyer, { orderId, now: at });
        } else if (step.do === "payTwice" || step.do === "payForAnother") {
          const payer = step.do === "payTwice" ? buyer : stranger;
          // Only what has a payment already can be paid twice.
          if (!model.last || model.last.due === 0 || (payer === buyer && !model.last.isTaken)) continue;
          await payInStars(db, shop, payer, { orderId, now: at, chargeId: crypto.randomUUID() });
          model.payOddly();
        } else {
          const amount = step.do === "refundPart" ? part : null;
          const asked = amount === null ? {} : { amount: `${amount}` };
          await orRefused(refundOrder(seller(at), { orderId, to: "balance", ...asked }));
          await sendRefunds(db, shop, at);
          model.refund(amount);
        }
        const [product] = await db.select().from(products).where(eq(products.id, productId));
        const [code] = await db.select().from(promoCodes).where(eq(promoCodes.workspaceId, workspaceId));
        expect({
          state: (await last())?.state,
          stock: product?.stock,
          uses: code?.uses,
          books: await booksOf(db, shop),
        }).toEqual({ state: model.last?.state, stock: model.stock, uses: model.uses, books: model.books() });
      }
    }),
    { numRuns: 8, seed },
  );
});
