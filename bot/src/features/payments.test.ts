import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { systemActor } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { also, setReactions } from "@backend/kit/events.ts";
import type { Content } from "@backend/modules/messaging/index.ts";
import { subscriptionMoved } from "@backend/modules/payments/index.ts";
import type { Db } from "@db/client.ts";
import { persons } from "@db/schema/identity.ts";
import { invoices, payments, refunds } from "@db/schema/payments.ts";
import { createTestDatabase, rolledBack, type TestDatabase } from "@db/testing.ts";
import { eq } from "drizzle-orm";
import { createPreCheckout } from "../intake/pre-checkout.ts";
import { createFeeder, makeWorkspaceBot, owed, silentLog, type WorkspaceBot } from "../testing.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  setReactions([]);
});
afterAll(() => database.drop());

const now = new Date("2026-11-20T10:00:00Z");
const ann = { id: 700_000_001, is_bot: false, first_name: "Анна", language_code: "uk" };
const bea = { id: 700_000_002, is_bot: false, first_name: "Bea", language_code: "en" };
const privateChat = { id: ann.id, first_name: "Анна", type: "private" };
let updateId = 1;

/** An invoice of Ann's for 250 Stars. */
async function makeInvoice(db: Db, at: WorkspaceBot, over: Partial<typeof invoices.$inferInsert> = {}) {
  const [person] = await db
    .insert(persons)
    .values({ workspaceId: at.workspace.id, telegramId: ann.id, firstName: "Анна", locale: "ru" })
    .onConflictDoUpdate({ target: [persons.workspaceId, persons.telegramId], set: { firstName: "Анна" } })
    .returning();
  const [invoice] = await db
    .insert(invoices)
    .values({
      workspaceId: at.workspace.id,
      personId: person?.id ?? null,
      orderId: crypto.randomUUID(),
      provider: "stars",
      botId: at.bot.id,
      amount: "250",
      currency: "XTR",
      title: "Starter",
      state: "open",
      expiresAt: new Date("2026-11-20T11:00:00Z"),
      ...over,
    })
    .returning();
  if (!invoice) throw new Error("a row just stored is not there");
  return invoice;
}

const message = (over: object) => ({
  update_id: updateId++,
  message: { message_id: 9, from: ann, chat: privateChat, date: now.getTime() / 1000, ...over },
});
const paid = (payload: string, over: object = {}) =>
  message({
    successful_payment: {
      currency: "XTR",
      total_amount: 250,
      invoice_payload: payload,
      telegram_payment_charge_id: "stxOne",
      provider_payment_charge_id: "1",
      ...over,
    },
  });
const inside = (work: (db: Db, at: WorkspaceBot) => Promise<void>) =>
  rolledBack(database.db, async (db) => work(db, await makeWorkspaceBot(db)));
const paymentsOf = (db: Db, at: WorkspaceBot) =>
  db.select().from(payments).where(eq(payments.workspaceId, at.workspace.id));

describe("Stars that came", () => {
  test("settle their invoice, however often Telegram tells of them", () =>
    inside(async (db, at) => {
      const invoice = await makeInvoice(db, at);
      const feed = createFeeder(db, at, { now });
      const first = await feed(paid(invoice.id));
      expect(first.status).toBe("handled");
      expect((await feed(paid(invoice.id))).outcome).toMatchObject({ isNew: false });
      const rows = await paymentsOf(db, at);
      expect(
        rows.map(({ providerRef, state, foundBy, invoiceId }) => [providerRef, state, foundBy, invoiceId]),
      ).toEqual([["stxOne", "settled", "update", invoice.id]]);
      expect(rows[0]?.paidAt.toISOString()).toBe(now.toISOString());
    }));

  test("for an invoice that nobody knows wait for somebody", () =>
    inside(async (db, at) => {
      await createFeeder(db, at, { now })(paid("a payload of another program"));
      expect((await paymentsOf(db, at)).map(({ state, checkReason }) => [state, checkReason])).toEqual([
        ["to_check", "unknown_invoice"],
      ]);
    }));

  test("a month later renew the subscription, and are not a second payment of the first month", () =>
    inside(async (db, at) => {
      const invoice = await makeInvoice(db, at, { isSubscription: true });
      const feed = createFeeder(db, at, { now });
      await feed(paid(invoice.id, { is_recurring: true, is_first_recurring: true }));
      await feed(paid(invoice.id, { is_recurring: true, telegram_payment_charge_id: "stxTwo" }));
      expect((await paymentsOf(db, at)).map(({ providerRef, state }) => [providerRef, state]).toSorted()).toEqual([
        ["stxOne", "settled"],
        ["stxTwo", "settled"],
      ]);
    }));

  test("that a subscriber will not pay again, or could not, are a fact of his order, and of nobody else's", () =>
    inside(async (db, at) => {
      const facts: unknown[] = [];
      setReactions([also(subscriptionMoved, async (_, moved) => void facts.push(...moved))]);
      try {
        const invoice = await makeInvoice(db, at, { isSubscription: true, state: "paid" });
        const once = await makeInvoice(db, at, { state: "paid" });
        const feed = createFeeder(db, at, { now });
        const news = (invoice_payload: string, state: string, user = ann) =>
          feed({ update_id: updateId++, subscription: { user, invoice_payload, state } });
        expect((await news(invoice.id, "canceled")).status).toBe("handled");
        expect((await news(invoice.id, "failed")).status).toBe("handled");
        for (const other of [
          news(invoice.id, "failed", bea),
          news(once.id, "failed"),
          news("another program's", "failed"),
        ])
          expect((await other).status).toBe("ignored");
        const { id: invoiceId, orderId } = invoice;
        const fact = { workspaceId: at.workspace.id, invoiceId, orderId };
        expect(facts).toEqual([
          { ...fact, state: "canceled" },
          { ...fact, state: "failed" },
        ]);
      } finally {
        setReactions([]);
      }
    }));

  test("in other money are none of ours", () =>
    inside(async (db, at) => {
      const invoice = await makeInvoice(db, at);
      const reading = await createFeeder(db, at, { now })(paid(invoice.id, { currency: "USD" }));
      expect(reading.status).toBe("ignored");
      expect(await paymentsOf(db, at)).toEqual([]);
    }));
});

test("Stars that went back are noted at their payment, once, and those of strangers are ignored", () =>
  inside(async (db, at) => {
    const invoice = await makeInvoice(db, at);
    const feed = createFeeder(db, at, { now });
    await feed(paid(invoice.id));
    const charge = { currency: "XTR", total_amount: 250, invoice_payload: invoice.id, provider_payment_charge_id: "1" };
    const back = (id: string) => message({ refunded_payment: { ...charge, telegram_payment_charge_id: id } });
    expect((await feed(back("stxOne"))).status).toBe("handled");
    await feed(back("stxOne"));
    expect((await feed(back("stxOther"))).status).toBe("ignored");
    const rows = await db.select().from(refunds).where(eq(refunds.workspaceId, at.workspace.id));
    expect(rows.map(({ isOutside, state }) => [isOutside, state])).toEqual([[true, "succeeded"]]);
  }));

describe("before Stars are taken", () => {
  interface Answer {
    token: string;
    queryId: string;
    refusal: string | null;
  }

  function desk(db: Db, at: WorkspaceBot, over: { withinMs?: number; fails?: number; slowMs?: number } = {}) {
    const answers: Answer[] = [];
    let fails = over.fails ?? 0;
    const ask = createPreCheckout({
      contextFor: (workspaceId) => ({
        db,
        actor: systemActor(workspaceId),
        now,
        log: silentLog,
        ports: {},
        requestId: "test",
      }),
      tokenOf: async (botId) => (botId === at.bot.id ? at.token : null),
      accounts: {
        async answerPreCheckout(token, queryId, refusal) {
          if (fails-- > 0) throw new IntegrationError("telegram", "busy", { retryable: true });
          answers.push({ token, queryId, refusal });
        },
      },
      ...(over.withinMs === undefined ? {} : { withinMs: over.withinMs }),
    });
    const query = (payload: string, from: object = ann, more: object = {}) =>
      ask?.(
        { botId: at.bot.id, workspaceId: at.workspace.id },
        {
          update_id: updateId++,
          pre_checkout_query: { id: "q1", from, currency: "XTR", total_amount: 250, invoice_payload: payload, ...more },
        },
      );
    return { answers, query };
  }

  test("whoever it was made for may pay an open invoice", () =>
    inside(async (db, at) => {
      const { answers, query } = desk(db, at);
      await query((await makeInvoice(db, at)).id);
      expect(answers).toEqual([{ token: at.token, queryId: "q1", refusal: null }]);
    }));

  test("everybody else, another sum, a paid, an expired and an unknown invoice are refused in the payer's words", () =>
    inside(async (db, at) => {
      const { answers, query } = desk(db, at);
      const { id } = await makeInvoice(db, at);
      await query(id, bea);
      await query(id, ann, { total_amount: 1 });
      await query((await makeInvoice(db, at, { state: "paid" })).id);
      await query((await makeInvoice(db, at, { expiresAt: now })).id);
      await query("a payload of another program", bea);
      expect(answers.map(({ refusal }) => refusal)).toEqual([
        "This invoice was made for somebody else.",
        // Ann's Telegram speaks Ukrainian, and she has chosen Russian here.
        "Цена изменилась. Откройте заказ ещё раз.",
        "Этот счёт больше нельзя оплатить. Откройте заказ ещё раз.",
        "Время на оплату вышло. Оформите заказ заново.",
        "This invoice cannot be paid any more. Open the order again.",
      ]);
    }));

  test("another workspace's invoice does not exist", () =>
    inside(async (db, at) => {
      const elsewhere = await makeWorkspaceBot(db);
      const { answers, query } = desk(db, at);
      await query((await makeInvoice(db, elsewhere)).id);
      expect(answers[0]?.refusal).toBe("Цей рахунок більше не можна оплатити. Відкрийте замовлення ще раз.");
    }));

  test("a database that does not answer in time is a refusal, and not silence", () =>
    inside(async (db, at) => {
      const never = new Proxy(db, {
        get: () => () => new Promise(() => {}),
      });
      const { answers, query } = desk(never, at, { withinMs: 20 });
      await query(crypto.randomUUID());
      expect(answers[0]?.refusal).toBe("Сервіс зараз перевантажений. Спробуйте за хвилину.");
    }));

  test("an answer that Telegram did not take is given again", () =>
    inside(async (db, at) => {
      const { answers, query } = desk(db, at, { fails: 2 });
      await query((await makeInvoice(db, at)).id);
      expect(answers.map(({ refusal }) => refusal)).toEqual([null]);
      const failing = desk(db, at, { fails: 9 });
      await expect(failing.query((await makeInvoice(db, at, { orderId: crypto.randomUUID() })).id)).rejects.toThrow();
    }));
});

describe("commands that Telegram expects of bots that sell", () => {
  const said = (text: string) => message({ text, entities: [{ offset: 0, length: text.length, type: "bot_command" }] });
  const answerTo = async (db: Db, at: WorkspaceBot, text: string, contact: string) => {
    const feed = createFeeder(db, at, { now, readSupport: async () => contact });
    expect((await feed(said(text))).status).toBe("handled");
    const [row] = await owed(db, at);
    return row?.content as Extract<Content, { kind: "text" }>;
  };

  test("/paysupport names whom to write to, as the shop says it", () =>
    inside(async (db, at) => {
      expect((await answerTo(db, at, "/paysupport", "@help <now>")).html).toContain("Куди написати: @help &lt;now&gt;");
    }));

  test("/paysupport names nobody where the shop does not", () =>
    inside(async (db, at) => {
      expect((await answerTo(db, at, "/paysupport", "")).html).not.toContain("Куди написати");
    }));

  test("/terms says where the terms stand", () =>
    inside(async (db, at) => {
      expect((await answerTo(db, at, "/terms", "")).html).toContain("Умови кожного товару");
    }));
});
