/** The sandbox from a customer's place: an order, a provider's page or Telegram's question, and what he has of it afterwards. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MyOrder, PlacedOrder } from "@backend/modules/shop/contracts.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import type { OpenAppInput, PayAnswer, SimulatorState } from "@sandbox/simulator/index.ts";
import { sandboxBot, sandboxPeople } from "@sandbox/world.ts";
import { type RunningProduct, startProduct, until } from "./product.ts";

setDefaultTimeout(60_000);

let folder: string;
let database: TestDatabase;
let product: RunningProduct;
let owner: Caller;
let customer: Caller;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "switchboard-paying-"));
  database = await createTestDatabase();
  const env = { BOT_TOKEN: "", ADMIN_TELEGRAM_IDS: "", SECRETS_KEY: "", DATA_DIR: folder };
  product = await startProduct({ databaseUrl: database.url, env });
  const greets = async () => product.output().includes("/simulator");
  await until("it greets", greets, 25_000, async () => product.output());
  owner = await signIn(sandboxPeople.owner.id);
  customer = await signIn(sandboxPeople.customer.id);
  await owner.ask("PATCH", "/shop/settings", { isOpen: true, support: { en: "@northlight_help" } });
});
afterAll(async () => {
  await product.kill("SIGKILL");
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function simulate<T>(path: string, body?: object): Promise<T> {
  const answer = await fetch(`${product.url}/simulator/api/${path}`, {
    ...(body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

type Caller = Awaited<ReturnType<typeof signIn>>;

/** Opens the app as somebody, and calls the API as it does. */
async function signIn(personId: number) {
  const input: OpenAppInput = { platform: "ios", themeParams: {} };
  const { url } = await simulate<{ url: string }>(`people/${personId}/bots/${sandboxBot.id}/app`, input);
  const initData = new URLSearchParams(url.split("#")[1]).get("tgWebAppData") ?? "";
  const botId = /^\/app\/([^/]+)\//.exec(url)?.[1] ?? "";
  return {
    async ask<T>(method: string, path: string, body?: object): Promise<T> {
      const answer = await fetch(`${product.url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `tma ${initData}`,
          "x-bot": botId,
          ...(body && { "content-type": "application/json", "idempotency-key": crypto.randomUUID() }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as T;
    },
  };
}

interface Way {
  method: "crypto_pay" | "yookassa" | "stars";
  currency: string;
  amount: string;
}

/** A product of its own with one price, ordered by the customer; the order as it is when its invoice can be paid. */
async function order({ method, currency, amount }: Way): Promise<MyOrder> {
  const { id: productId } = await owner.ask<{ id: string }>("POST", "/products", {
    kind: "service",
    title: { en: `Paid with ${method}` },
    durationDays: 30,
    postsPerDay: 3,
    isVisible: true,
    prices: [{ method, currency, amount }],
  });
  const body = { productId, method, currency, ...(method === "yookassa" && { email: "alice@example.com" }) };
  const placed = await customer.ask<PlacedOrder>("POST", "/my/orders", body);
  return until("the invoice can be paid", async () => {
    const now = await customer.ask<MyOrder>("GET", `/my/orders/${placed.order.id}`);
    return now.invoice?.state === "open" && now;
  });
}

const isActive = (orderId: string) =>
  until("the order is active", async () => {
    const now = await customer.ask<MyOrder>("GET", `/my/orders/${orderId}`);
    return now.entitlement?.state === "active" && now;
  });

const pressOn = async (page: string, deed: string) =>
  (await fetch(page, { method: "POST", body: new URLSearchParams({ deed }) })).text();

test("an order in dollars is paid in coins on Crypto Pay's page, and is active by its webhook", async () => {
  const { id, invoice } = await order({ method: "crypto_pay", currency: "USD", amount: "99.99" });
  const { wallet } = await simulate<SimulatorState>("state");
  // Where the app's link for Telegram leads in the simulator is the page for a browser.
  const code = /startapp=invoice-(\w+)/.exec(invoice?.links.telegram ?? "")?.[1] ?? "";
  expect(invoice?.links.web).toBe(`${wallet?.pages}${code}`);
  expect(await pressOn(invoice?.links.web ?? "", "pay")).toContain("Paid.");
  expect((await isActive(id)).state).toBe("completed");
});

test("an order in roubles is paid on YooKassa's page, and is active by its notification", async () => {
  const { id, invoice } = await order({ method: "yookassa", currency: "RUB", amount: "9900" });
  expect(await pressOn(invoice?.links.web ?? "", "pay")).toContain("Paid.");
  expect((await isActive(id)).entitlement?.postsPerDay).toBe(3);
});

test("an order in Stars is paid in the chat, once and by its customer alone", async () => {
  const { id, invoice } = await order({ method: "stars", currency: "XTR", amount: "250" });
  const slug = (invoice?.links.invoice ?? "").replace(/^https:\/\/t\.me\/(\$|invoice\/)/, "");
  const pay = (personId: number) => simulate<PayAnswer>(`people/${personId}/pay`, { slug });
  expect(await pay(sandboxPeople.buyer.id)).toEqual({
    status: "failed",
    errorMessage: "Этот счёт выставлен другому человеку.",
  });
  expect(await pay(sandboxPeople.customer.id)).toEqual({ status: "paid", errorMessage: null });
  await isActive(id);
  expect(await pay(sandboxPeople.customer.id)).toEqual({
    status: "failed",
    errorMessage: "This invoice cannot be paid any more. Open the order again.",
  });
});

test("/paysupport tells whom the shop names", async () => {
  const { customer: alice } = sandboxPeople;
  await simulate(`people/${alice.id}/chats/${sandboxBot.id}/messages`, { text: "/paysupport" });
  await until("it is answered", async () => {
    const said = await simulate<{ text?: string }[]>(`people/${alice.id}/chats/${sandboxBot.id}`);
    return said.some(({ text }) => text?.includes("Whom to write to: @northlight_help"));
  });
});
