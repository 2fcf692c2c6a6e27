/** Money on its own screens: what came is found, what fits nothing is decided about, a refund gets its second pair of eyes. */
import { beforeAll, describe, expect, test } from "bun:test";
import { book, transfer } from "@backend/modules/payments/index.ts";
import { bots, orders, paymentConnections, payments, persons, refunds } from "@db/schema/index.ts";
import { href } from "@miniapp/app/paths.ts";
import { sandboxPeople } from "@sandbox/world.ts";
import { and, eq, isNotNull } from "drizzle-orm";
import { productOfThisFile } from "./product.ts";
import { lookAt, testSights } from "./sights.ts";
import { openApp } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");

let settledId: string;
let lateId: string;
let refundId: string;

/** A payment that is in order, one that came late, and a refund that somebody else asked for. */
beforeAll(async () => {
  const { db, call } = product();
  await call("customer", "PATCH", "/me", { locale: "uk" });
  const [bot] = await db.select().from(bots).where(eq(bots.isPlatform, true));
  const workspaceId = bot?.workspaceId ?? "";
  const known = async (telegramId: number) => {
    const isHe = and(eq(persons.workspaceId, workspaceId), eq(persons.telegramId, telegramId));
    return (await db.select().from(persons).where(isHe))[0]?.id ?? "";
  };
  const personId = await known(sandboxPeople.customer.id);
  const money = { workspaceId, personId, provider: "crypto_pay", currency: "USD", paidAt: new Date() } as const;
  const [settled, late] = await db
    .insert(payments)
    .values([
      {
        ...money,
        amount: "99.99",
        providerRef: "828733",
        state: "settled",
        foundBy: "webhook",
        feeAmount: "3",
        feeCurrency: "USDT",
      },
      { ...money, amount: "15", providerRef: "828734", state: "to_check", checkReason: "late", foundBy: "sweep" },
    ])
    .returning();
  [settledId, lateId] = [settled?.id ?? "", late?.id ?? ""];
  const [refund] = await db
    .insert(refunds)
    .values({
      workspaceId,
      personId,
      paymentId: settledId,
      amount: "99.99",
      currency: "USD",
      to: "provider",
      state: "requested",
      requestedBy: await known(sandboxPeople.buyer.id),
    })
    .returning();
  refundId = refund?.id ?? "";
  const former = { workspaceId, provider: "yookassa", name: "YooKassa 104233", account: "104233" } as const;
  await db
    .insert(paymentConnections)
    .values({ ...former, credentialsSealed: "sealed", disconnectedAt: new Date("2026-11-01T10:00:00Z") });
  const came = (causeId: string, to: "customer" | "to_check", amount: string) =>
    db.transaction((tx) =>
      book(tx, {
        workspaceId,
        cause: "payment",
        causeId,
        at: new Date(),
        entries: transfer(
          { kind: "provider", holder: "crypto_pay" },
          to === "customer" ? { kind: to, holder: personId } : { kind: to },
          "USD",
          amount,
        ),
      }),
    );
  await came(settledId, "customer", "99.99");
  await came(lateId, "to_check", "15");
});

describe("money", () => {
  test("that came late is put on the customer's balance, with a note, and waits no more", async () => {
    const app = await openApp(product(), { path: `${href("payments")}?state=to_check` });
    const { page } = app;
    await page.getByRole("link", { name: /15/ }).click();
    await page.getByText(t("app.payments.reason.late")).waitFor();
    expect(await lookAt(app, "payment-to-check")).toEqual([]);
    await page.getByRole("button", { name: new RegExp(t("app.payments.choice.to_balance")) }).click();
    const sheet = page.getByRole("dialog");
    await sheet.getByLabel(t("app.payments.note"), { exact: true }).fill("Година запізнення");
    await sheet.getByRole("button", { name: t("app.payments.choice.to_balance"), exact: true }).click();
    await page.getByText(t("app.payments.resolved.to_balance"), { exact: true }).waitFor();
    await page.getByText("Година запізнення").waitFor();
    expect(await page.getByText(t("app.payments.decide")).count()).toBe(0);
    const [row] = await product().db.select().from(payments).where(eq(payments.id, lateId));
    expect([row?.state, row?.resolution]).toEqual(["settled", "to_balance"]);
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("is not called somebody else's without a word why", async () => {
    const { db } = product();
    await db
      .update(payments)
      .set({ state: "to_check", resolution: null, resolvedAt: null })
      .where(eq(payments.id, lateId));
    const app = await openApp(product(), { path: href("payment", { paymentId: lateId }) });
    const { page } = app;
    await page.getByRole("button", { name: new RegExp(t("app.payments.choice.dismissed")) }).click();
    const button = page
      .getByRole("dialog")
      .getByRole("button", { name: t("app.payments.choice.dismissed"), exact: true });
    expect(await button.isDisabled()).toBe(true);
    await app.close();
  });

  test("that waits for a second pair of eyes is let go or called off where it stands in the list", async () => {
    const app = await openApp(product(), { path: href("refunds") });
    const { page } = app;
    await page.getByRole("button", { name: t("app.payments.approve") }).waitFor();
    expect(await lookAt(app, "refund-requested")).toEqual([]);
    await page.getByRole("button", { name: t("app.payments.call_off") }).click();
    await page.getByRole("button", { name: t("app.payments.approve") }).waitFor({ state: "detached" });
    const [row] = await product().db.select().from(refunds).where(eq(refunds.id, refundId));
    expect(row?.state).toBe("cancelled");
    await app.close();
  });
});

test("a refund that a fault of ours holds is seen in the list and on its order, and tried again there", async () => {
  const { db } = product();
  const [order] = await db.select().from(orders).where(isNotNull(orders.paidAt)).limit(1);
  if (!order) throw new Error("the demo has no paid order");
  const { id: orderId, workspaceId, personId, currency } = order;
  const stuck = { to: "balance", state: "sending", problem: "stuck" } as const;
  const [refund] = await db
    .insert(refunds)
    .values({ ...stuck, workspaceId, personId, orderId, currency, amount: "1" })
    .returning();
  const app = await openApp(product(), { path: href("refunds") });
  const { page } = app;
  const again = page.getByRole("button", { name: t("app.action.retry"), exact: true });
  await again.waitFor();
  await page.getByText(t("app.payments.refund.stuck"), { exact: true }).waitFor();
  expect(await lookAt(app, "refund-stuck")).toEqual([]);
  await app.close();
  const shown = await openApp(product(), { path: href("order", { orderId }) });
  await shown.page.getByText(t("app.sales.refund_stuck_text")).waitFor();
  expect(await lookAt(shown, "order-refund-stuck")).toEqual([]);
  const retry = shown.page.getByRole("button", { name: t("app.action.retry"), exact: true });
  await retry.click();
  await retry.waitFor({ state: "detached" });
  const [row] = await db
    .select()
    .from(refunds)
    .where(eq(refunds.id, refund?.id ?? ""));
  expect(row?.problem).not.toBe("stuck");
  await shown.close();
});

test("an account that was given up keeps its key until somebody erases it", async () => {
  const app = await openApp(product(), { path: href("paymentConnection", { provider: "yookassa" }) });
  const { page } = app;
  await page.getByText("YooKassa 104233").waitFor();
  expect(await lookAt(app, "provider-former")).toEqual([]);
  await page.getByRole("button", { name: t("app.payments.forget_key") }).click();
  await page.getByText("YooKassa 104233").waitFor({ state: "detached" });
  const isIt = eq(paymentConnections.account, "104233");
  const [row] = await product().db.select().from(paymentConnections).where(isIt);
  expect(row?.credentialsSealed).toBeNull();
  expect(app.problems).toEqual([]);
  await app.close();
});

describe("the screens of money", () => {
  testSights(product, async () => ({
    payments: { path: href("payments") },
    "payments-none": { path: `${href("payments")}?q=zzzz` },
    payment: { path: href("payment", { paymentId: settledId }) },
    refunds: { path: href("refunds") },
    books: { path: href("books") },
    providers: { path: href("paymentConnections") },
    "provider-crypto-pay": { path: href("paymentConnection", { provider: "crypto_pay" }) },
    "provider-yookassa": { path: href("paymentConnection", { provider: "yookassa" }) },
    "provider-stars": { path: href("paymentConnection", { provider: "stars" }) },
  }));
});
