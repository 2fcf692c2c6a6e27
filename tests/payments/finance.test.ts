/** Stars, connections, comparing with the provider's list, rates, lists and files. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startTestProduct } from "@backend/app/testing.ts";
import { inTransaction } from "@backend/kit/context.ts";
import { makePerson, makeWorkspace } from "@backend/modules/identity/testing.ts";
import {
  balancesOf,
  checkStars,
  connectFromEnvironment,
  methodsOf,
  noteStarsRefund,
  paymentsPersonData,
  ratesInto,
  takeStarsPayment,
} from "@backend/modules/payments/index.ts";
import { exchangeRates, invoices, paymentConnections, payments } from "@db/schema/payments.ts";
import { and, eq, isNull, sql } from "drizzle-orm";
import { type CashRig, type Customer, createCashRig, oddSums, sellToWhoeverPaid } from "./rig.ts";

const minute = 60_000;
let rig: CashRig;
beforeAll(async () => {
  rig = await createCashRig();
  const { workspaceId } = rig.space;
  await rig.database.db.insert(paymentConnections).values({ workspaceId, provider: "stars", name: "Telegram Stars" });
});
afterAll(async () => {
  expect(await oddSums(rig.database.db)).toEqual([]);
  await rig.close();
});

const of = async (provider: "crypto_pay" | "yookassa" | "stars", workspaceId = rig.space.workspaceId) => {
  const own = and(
    eq(paymentConnections.workspaceId, workspaceId),
    eq(paymentConnections.provider, provider),
    isNull(paymentConnections.disconnectedAt),
  );
  const [row] = await rig.database.db.select().from(paymentConnections).where(own);
  return row ?? null;
};

describe("Stars", () => {
  const price = { amount: 250, currency: "XTR" };
  /** An invoice as it stands when its link was made. */
  async function starsInvoice(person: Customer, over: Partial<typeof invoices.$inferInsert> = {}) {
    const [row] = await rig.database.db
      .insert(invoices)
      .values({
        ...{
          workspaceId: rig.space.workspaceId,
          personId: person.personId,
          botId: person.botId,
          orderId: crypto.randomUUID(),
        },
        ...{
          connectionId: (await of("stars"))?.id ?? null,
          provider: "stars",
          amount: "250",
          currency: "XTR",
          title: "Course",
        },
        ...{ state: "open", expiresAt: new Date(rig.now().getTime() + 60 * minute) },
        ...over,
      })
      .returning();
    if (!row) throw new Error("there is no invoice");
    return row;
  }
  const ask = (payload: string, payerTelegramId: number, over: Partial<typeof price> = {}) =>
    checkStars(rig.context(), { ...price, ...over, payload, payerTelegramId });
  const take = (payload: string, payerTelegramId: number, chargeId: string, isRenewal = false) =>
    inTransaction(rig.context(), (tx) =>
      takeStarsPayment(tx, {
        ...price,
        botId: rig.space.botId,
        payload,
        payerTelegramId,
        chargeId,
        isRenewal,
        paidAt: rig.now(),
      }),
    );

  test("may be paid by whom the invoice is for, while it is open, in time, and for its price", async () => {
    const person = await rig.customer();
    const other = await rig.customer();
    const { id } = await starsInvoice(person);
    const code = async (asked: ReturnType<typeof ask>) => {
      const answer = await asked;
      return answer.ok ? "ok" : answer.code;
    };
    expect(await code(ask(id, person.telegramId))).toBe("ok");
    expect(await code(ask(id, other.telegramId))).toBe("payments.stars_other_person");
    expect(await code(ask(id, person.telegramId, { amount: 249 }))).toBe("payments.stars_changed");
    expect(await code(ask(id, person.telegramId, { currency: "RUB" }))).toBe("payments.stars_changed");
    expect(await code(ask("x", person.telegramId))).toBe("payments.stars_gone");
    expect(await code(ask(crypto.randomUUID(), person.telegramId))).toBe("payments.stars_gone");
    const over = await starsInvoice(person, { expiresAt: new Date(rig.now().getTime() - 1) });
    expect(await code(ask(over.id, person.telegramId))).toBe("payments.stars_expired");
    const paid = await starsInvoice(person, { state: "paid" });
    expect(await code(ask(paid.id, person.telegramId))).toBe("payments.stars_gone");
    // Somebody else's Stars came for it by an old link: a member decides first, or it would be paid twice.
    const waiting = await starsInvoice(person);
    await take(waiting.id, other.telegramId, crypto.randomUUID());
    expect(await code(ask(waiting.id, person.telegramId))).toBe("payments.stars_gone");
    // Another workspace's invoice is none.
    const theirs = await makeWorkspace(rig.database.db);
    const context = rig.context();
    const elsewhere = { ...context, actor: { ...context.actor, workspaceId: theirs.workspaceId } };
    expect(await code(checkStars(elsewhere, { ...price, payload: id, payerTelegramId: person.telegramId }))).toBe(
      "payments.stars_gone",
    );
  });

  test("that came are one payment by their charge, a further month is a renewal, and a second payer waits", async () => {
    const person = await rig.customer();
    const invoice = await starsInvoice(person, { isSubscription: true });
    const charge = crypto.randomUUID();
    const told = await Promise.all(Array.from({ length: 10 }, () => take(invoice.id, person.telegramId, charge)));
    expect(told.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect((await rig.invoiceBy(invoice.id)).state).toBe("paid");
    await take(invoice.id, person.telegramId, `${charge}-2`, true);
    await take(invoice.id, (await rig.customer()).telegramId, `${charge}-3`);
    await take(invoice.id, person.telegramId, `${charge}-4`);
    const rows = await rig.paymentsOf(invoice.orderId);
    expect(rows.map(({ state, checkReason }) => checkReason ?? state)).toEqual([
      "settled",
      "settled",
      "other_person",
      "paid_twice",
    ]);
    expect(await rig.sold(invoice.orderId)).toBe(2);
  });

  test("that went back are noticed once, and those of a charge that is not ours are not", async () => {
    const person = await rig.customer();
    const invoice = await starsInvoice(person);
    const chargeId = crypto.randomUUID();
    await take(invoice.id, person.telegramId, chargeId);
    const note = () => noteStarsRefund(rig.context(), { chargeId, amount: 250 });
    expect([await note(), await note()]).toEqual([true, true]);
    expect((await rig.refundsOf(invoice.orderId)).map(({ state, isOutside }) => [state, isOutside])).toEqual([
      ["succeeded", true],
    ]);
    expect(await noteStarsRefund(rig.context(), { chargeId: "unheard-of", amount: 250 })).toBe(false);
  });
});

describe("a connection", () => {
  test("is made after its key was proved, which is never shown again", async () => {
    const { database } = rig;
    const secret = rig.crypto.token.split(":")[1] ?? "";
    const { status, body } = await rig.call("GET", "/payment-connections");
    expect([status, JSON.stringify(body).includes(secret)]).toEqual([200, false]);
    const shown = body.items.find(({ provider }: { provider: string }) => provider === "crypto_pay");
    expect(shown).toMatchObject({ isTest: true, problem: null, account: String(rig.crypto.appId) });
    expect(shown.webhookUrl).toBe(`https://switchboard.example/webhooks/crypto-pay/${shown.id}`);
    const [sealed] = await database.db.select().from(paymentConnections).where(eq(paymentConnections.id, shown.id));
    expect(sealed?.credentialsSealed).not.toContain(secret);
    const wrong = await rig.call("PUT", "/payment-connections", { body: { provider: "crypto_pay", token: "1:wrong" } });
    expect([wrong.status, wrong.body.error.code]).toEqual([409, "payments.provider.key_refused"]);
    const half = await rig.call("PUT", "/payment-connections", { body: { provider: "yookassa", shopId: "1" } });
    expect([half.status, half.body.error.code]).toEqual([422, "payments.credentials_needed"]);
    expect((await of("crypto_pay"))?.problem).toBeNull();
  });

  test("of one account is one workspace's", async () => {
    const theirs = await makeWorkspace(rig.database.db, rig.product.runtime.vault, "Theirs");
    const other = await makePerson(rig.database.db, theirs, { role: "owner" });
    const body = { provider: "crypto_pay", token: rig.crypto.token };
    const taken = await rig.call("PUT", "/payment-connections", { as: other, body });
    expect([taken.status, taken.body.error.code]).toEqual([409, "payments.account_taken"]);
  });

  test("to another account is another connection: money of the former is not looked for in it", async () => {
    const invoice = await rig.ask({ provider: "yookassa", amount: "15", currency: "RUB" });
    rig.yookassa.pay(invoice.id);
    await rig.settle();
    const person = await rig.customer();
    const waiting = await rig.ask({ provider: "yookassa", amount: "16", currency: "RUB", person });
    const before = await of("yookassa");
    const { shopId, secretKey } = rig.yookassa;
    const connect = () =>
      rig.call("PUT", "/payment-connections", { body: { provider: "yookassa", shopId, secretKey } });
    expect((await connect()).body.id).toBe(before?.id);
    const { db } = rig.database;
    await db
      .update(paymentConnections)
      .set({ account: "another" })
      .where(eq(paymentConnections.id, before?.id ?? ""));
    const after = await connect();
    expect([after.status, after.body.id === before?.id]).toEqual([200, false]);
    expect((await rig.paymentsOf(invoice.orderId)).map(({ state, connectionId }) => [state, connectionId])).toEqual([
      ["settled", before?.id ?? ""],
    ]);
    rig.yookassa.notificationUrl = `${rig.url}/webhooks/yookassa/${after.body.id}`;
    // An order that asks again pays through the account that is connected now.
    const { orderId } = waiting;
    const again = await rig.ask({ provider: "yookassa", amount: "16", currency: "RUB", person, orderId });
    expect([again.connectionId, (await rig.invoiceBy(waiting.id)).state]).toEqual([after.body.id, "cancelled"]);
  });

  test("that is switched off takes nothing new, and still takes in what was asked for", async () => {
    const invoice = await rig.ask();
    const { id } = (await of("crypto_pay")) ?? { id: "" };
    const path = `/payment-connections/${id}`;
    expect((await rig.call("PATCH", path, { body: { isOn: false } })).body.isOn).toBe(false);
    expect((await methodsOf(rig.database.db, rig.space.workspaceId)).map(({ provider }) => provider)).toEqual([
      "yookassa",
      "stars",
    ]);
    await expect(rig.ask()).rejects.toMatchObject({ code: "payments.method_not_available" });
    rig.crypto.pay(invoice.id);
    await rig.settle();
    expect((await rig.paymentsOf(invoice.orderId)).map(({ state }) => state)).toEqual(["settled"]);
    await rig.call("PATCH", path, { body: { isOn: true } });
  });

  test("is changed by who manages payments and by nobody else, and leaves its trace", async () => {
    const manager = await makePerson(rig.database.db, rig.space, { role: "manager" });
    const finance = await makePerson(rig.database.db, rig.space, { role: "finance" });
    const { id } = (await of("yookassa")) ?? { id: "" };
    expect((await rig.call("PATCH", `/payment-connections/${id}`, { as: manager, body: { isOn: true } })).status).toBe(
      403,
    );
    expect((await rig.call("PATCH", `/payment-connections/${id}`, { as: finance, body: { isOn: true } })).status).toBe(
      200,
    );
    const rows = await rig.database.db.execute(
      sql`select 1 from audit_entries where action = 'payments.switched_on' and subject_id = ${id} and actor_id = ${finance.personId}`,
    );
    expect(rows).toHaveLength(1);
  });

  test("of the environment is made at the start, follows its variable, and gives way to the app's own", async () => {
    const theirs = await makeWorkspace(rig.database.db, rig.product.runtime.vault, "First");
    const context = rig.context();
    const ctx = { ...context, actor: { ...context.actor, workspaceId: theirs.workspaceId } };
    const { database } = rig;
    const yookassa = { shopId: rig.yookassa.shopId, secretKey: rig.yookassa.secretKey };
    const now = async () => {
      const row = await of("yookassa", theirs.workspaceId);
      return row && [row.isOn, row.isFromEnvironment, row.problem];
    };
    // That account is another workspace's here: the start goes on without it.
    await connectFromEnvironment(ctx, { cryptoPayToken: null, yookassa });
    expect(await now()).toBeNull();
    await database.db
      .update(paymentConnections)
      .set({ account: null })
      .where(eq(paymentConnections.account, yookassa.shopId));
    rig.yookassa.faults.set("html", 1);
    await connectFromEnvironment(ctx, { cryptoPayToken: null, yookassa });
    expect(await now()).toEqual([true, true, "server_error"]);
    expect((await of("stars", theirs.workspaceId))?.isOn).toBe(true);
    await connectFromEnvironment(ctx, { cryptoPayToken: null, yookassa });
    expect(await now()).toEqual([true, true, null]);
    const calls = rig.yookassa.calls("GET me");
    await connectFromEnvironment(ctx, { cryptoPayToken: null, yookassa });
    expect(rig.yookassa.calls("GET me")).toBe(calls);
    await connectFromEnvironment(ctx, { cryptoPayToken: null, yookassa: null });
    expect(await now()).toEqual([false, true, null]);
    await database.db
      .update(paymentConnections)
      .set({ isFromEnvironment: false, isOn: false })
      .where(eq(paymentConnections.workspaceId, theirs.workspaceId));
    await connectFromEnvironment(ctx, { cryptoPayToken: null, yookassa });
    expect(await now()).toEqual([false, false, null]);
    await database.db.delete(paymentConnections).where(eq(paymentConnections.workspaceId, theirs.workspaceId));
  });
});

describe("a notification that nothing signs", () => {
  test("is believed only from the provider's network, whatever it says of where it came from", async () => {
    const invoice = await rig.ask({ provider: "yookassa", amount: "10", currency: "RUB" });
    const { id: connectionId } = (await of("yookassa")) ?? { id: "" };
    const { id } = rig.yookassa.paymentOf(invoice.id) ?? { id: "" };
    const body = JSON.stringify({ type: "notification", event: "payment.succeeded", object: { id } });
    const from = async (environment: Record<string, string>, forwarded: string | null) => {
      const product = await startTestProduct(rig.database, {
        ...rig.environment,
        YOOKASSA_NETWORKS: "",
        ...environment,
      });
      product.server.listen({ hostname: "127.0.0.1", port: 0 });
      const address = `http://127.0.0.1:${product.server.server?.port}/webhooks/yookassa/${connectionId}`;
      const headers: Record<string, string> = forwarded === null ? {} : { "x-forwarded-for": forwarded };
      const { status } = await fetch(address, { method: "POST", body, headers });
      await product.server.stop(true);
      await product.close();
      // Each product brings its own reactions.
      sellToWhoeverPaid();
      return status;
    };
    expect(await from({}, null)).toBe(404);
    expect(await from({}, "185.71.76.5")).toBe(404);
    const proxied = { TRUSTED_PROXIES: "127.0.0.1" };
    expect(await from(proxied, "185.71.76.5")).toBe(200);
    expect(await from(proxied, "185.71.76.5, 203.0.113.9")).toBe(404);
    expect(await from(proxied, "0271.0107.0114.5")).toBe(404);
    expect(await from(proxied, null)).toBe(404);
    await Bun.sleep(200);
    const after = await of("yookassa");
    expect([(after?.refusedCalls ?? 0) >= 5, after?.refusedWhy]).toEqual([true, "foreign_address"]);
    await rig.settle();
  });
});

describe("the provider's list beside ours", () => {
  const reconcile = async (provider: "crypto_pay" | "yookassa") => {
    const { id } = (await of(provider)) ?? { id: "" };
    expect((await rig.call("POST", `/payment-connections/${id}/reconcile`)).status).toBe(200);
    await rig.work();
    return (await of(provider))?.reconciled;
  };

  test("brings what no webhook and no sweep brought, money that went back, and takes what we have alone for gone", async () => {
    const fits = await rig.ask({ provider: "yookassa", amount: "60", currency: "RUB" });
    const late = await rig.ask({ provider: "yookassa", amount: "70", currency: "RUB" });
    const back = await rig.ask({ provider: "yookassa", amount: "80", currency: "RUB" });
    const gone = await rig.ask({ provider: "yookassa", amount: "90", currency: "RUB" });
    for (const { id } of [back, gone]) rig.yookassa.pay(id);
    await rig.settle();
    rig.yookassa.delivery.fail("drop", 3);
    for (const { id } of [fits, late]) rig.yookassa.pay(id);
    rig.yookassa.refundOutside(back.id);
    await rig.database.db.update(invoices).set({ state: "expired", askAt: null }).where(eq(invoices.id, late.id));
    // The bank took it back: the provider has never heard of it.
    const lost = rig.yookassa.paymentOf(gone.id);
    if (lost) Object.assign(lost, { status: "canceled", paid: false });
    rig.pass(3 * 60 * minute);
    expect(await reconcile("yookassa")).toMatchObject({ found: 2, refunds: 1, missing: 1 });
    const states = async (orderId: string) =>
      (await rig.paymentsOf(orderId)).map(({ state, checkReason }) => checkReason ?? state);
    expect(await states(fits.orderId)).toEqual(["settled"]);
    expect(await states(late.orderId)).toEqual(["late"]);
    expect(await states(back.orderId)).toEqual(["returned"]);
    expect(await states(gone.orderId)).toEqual(["charged_back"]);
    // A second look finds nothing new.
    expect(await reconcile("yookassa")).toMatchObject({ found: 0, refunds: 0, missing: 0 });
    const [charged] = await rig.paymentsOf(gone.orderId);
    const path = `/payments/${charged?.id}`;
    expect((await rig.call("GET", path)).body.choices).toEqual(["accepted", "refunded", "dismissed"]);
    const resolved = await rig.call("POST", `${path}/resolve`, { body: { resolution: "refunded" } });
    expect([resolved.body.payment.state, resolved.body.refunds[0].isOutside]).toEqual(["returned", true]);
    expect(await oddSums(rig.database.db)).toEqual([]);
  });
});

describe("rates", () => {
  test("of a day are kept, a later one of the day wins, and days without any use the last before", async () => {
    const { db } = rig.database;
    await rig.database.db
      .update(paymentConnections)
      .set({ isTest: false })
      .where(eq(paymentConnections.provider, "crypto_pay"));
    await db.execute(sql`select graphile_worker.add_job('payments.keep-rates', '{}'::json)`);
    await rig.work();
    const kept = await db.select().from(exchangeRates);
    expect(kept.length).toBeGreaterThan(0);
    await db.insert(exchangeRates).values([
      { day: "2026-01-10", base: "KZT", quote: "USD", rate: "0.002", source: "test" },
      { day: "2026-01-12", base: "KZT", quote: "USD", rate: "0.0025", source: "test" },
    ]);
    const rate = await ratesInto(db, "USD", "2026-01-11");
    expect([rate("KZT", "2026-01-11"), rate("KZT", "2026-01-12"), rate("KZT", "2026-03-01")]).toEqual([
      "0.002",
      "0.0025",
      "0.0025",
    ]);
    expect([rate("USD", "2026-01-11"), rate("XYZ", "2026-01-11")]).toEqual(["1", null]);
  });
});

describe("what finance sees", () => {
  test("is listed newest first, page by page, with nothing lost or twice, and found by the provider's number", async () => {
    const all = await rig.database.db.select().from(payments).where(eq(payments.workspaceId, rig.space.workspaceId));
    const seen: string[] = [];
    for (let cursor: string | null = null; ; ) {
      const page = await rig.call("GET", `/payments?limit=3${cursor === null ? "" : `&cursor=${cursor}`}`);
      seen.push(...page.body.items.map(({ id }: { id: string }) => id));
      cursor = page.body.nextCursor;
      if (cursor === null) break;
    }
    expect(new Set(seen)).toEqual(new Set(all.map(({ id }) => id)));
    expect(seen).toHaveLength(all.length);
    const [first] = all;
    const found = await rig.call("GET", `/payments?q=${encodeURIComponent(first?.providerRef ?? "")}`);
    expect(found.body.items.map(({ id }: { id: string }) => id)).toEqual([first?.id]);
    const toCheck = await rig.call("GET", "/payments?state=to_check");
    expect(toCheck.body.items.every(({ state }: { state: string }) => state === "to_check")).toBe(true);
    expect((await rig.call("GET", "/refunds?state=succeeded")).body.items.length).toBeGreaterThan(0);
  });

  test("is a file in the reader's words, and a book that adds up", async () => {
    const file = await rig.call("GET", "/payments/export?format=csv");
    expect(file.status).toBe(200);
    expect(String(file.body).split("\r\n")[0]).toContain("Paid at,Provider");
    expect((await rig.call("GET", "/refunds/export?format=csv")).body).toContain("Given back");
    expect((await rig.call("GET", "/books/export?format=csv&separator=semicolon")).body).toContain("Revenue");
    expect((await rig.call("GET", "/books/export?format=xlsx")).status).toBe(200);
    expect((await rig.call("POST", "/books/check")).status).toBe(200);
    await rig.work();
    const books = await rig.call("GET", "/books");
    expect([books.body.check.differences, books.body.accounts.length > 3]).toEqual([[], true]);
    const entries = await rig.call("GET", "/books/entries?kind=revenue&limit=2");
    expect(entries.body.items).toHaveLength(2);
  });

  test("of a person is his balance, his file, and sums without words after he was erased", async () => {
    const { db } = rig.database;
    const invoice = await rig.ask({ provider: "yookassa", amount: "40", currency: "RUB", email: "ann@example.com" });
    rig.yookassa.pay(invoice.id);
    await rig.settle();
    const [payment] = await rig.paymentsOf(invoice.orderId);
    const personId = invoice.personId ?? "";
    await db
      .update(payments)
      .set({ note: "A friend of Bob" })
      .where(eq(payments.id, payment?.id ?? ""));
    expect((await rig.call("GET", `/books/persons/${personId}`)).body.balances).toEqual([]);
    expect(await balancesOf(db, rig.space.workspaceId, personId)).toEqual([]);
    const who = { workspaceId: rig.space.workspaceId, personId, telegramId: null };
    const exported = JSON.stringify(await paymentsPersonData.exportPerson(db, who));
    expect([exported.includes("ann@example.com"), exported.includes(payment?.providerRef ?? "?")]).toEqual([
      true,
      true,
    ]);
    await paymentsPersonData.erasePerson(db, who);
    expect((await rig.invoiceBy(invoice.id)).email).toBeNull();
    const [after] = await rig.paymentsOf(invoice.orderId);
    expect([after?.note, after?.amount]).toEqual([null, payment?.amount ?? ""]);
  });
});
