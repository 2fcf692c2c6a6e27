/** Paying in the simulator, as Telegram shows it: a sheet for Stars with its three ends, and pages of providers beside the app. */
import { expect, test } from "bun:test";
import type { PlacedOrder } from "@backend/modules/shop/contracts.ts";
import { sandboxBot, sandboxPeople } from "@sandbox/world.ts";
import type { Frame, Page } from "playwright-core";
import { CATALOGS } from "../../miniapp/simulator/words.ts";
import { productOfThisFile, until } from "./product.ts";
import { botWords } from "./words.ts";

const product = productOfThisFile();
const words = CATALOGS[sandboxPeople.owner.languageCode];

type Order = PlacedOrder["order"];

/** Ordered by the owner, who is the one that the simulator begins with. */
async function order(method: "crypto_pay" | "stars", currency: string, amount: string): Promise<Order> {
  const { call } = product();
  await call("owner", "PATCH", "/shop/settings", { isOpen: true });
  const { id: productId } = await call<{ id: string }>("owner", "POST", "/products", {
    kind: "service",
    title: { en: "Starter Mini" },
    durationDays: 30,
    postsPerDay: 3,
    isVisible: true,
    prices: [{ method, currency, amount }],
  });
  const placed = await call<PlacedOrder>("owner", "POST", "/my/orders", { productId, method, currency });
  return until("the invoice can be paid", async () => {
    const now = await orderOf(placed.order.id);
    return now.invoice?.state === "open" && now;
  });
}
const orderOf = (id: string) => product().call<Order>("owner", "GET", `/my/orders/${id}`);
const isPaid = (id: string) => until("it is paid", async () => (await orderOf(id)).state === "completed");

/** The simulator with the app open in its frame. */
async function openSimulator(): Promise<{ page: Page; frame: Frame }> {
  const context = await product().browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${product().url}/simulator`);
  const chats = page.getByRole("navigation", { name: words.chats });
  await chats.getByRole("button", { name: sandboxBot.name }).click();
  const open = botWords("en")("bots.menu_button");
  await page.getByRole("region", { name: sandboxBot.name }).getByRole("button", { name: open, exact: true }).click();
  await page.frameLocator("iframe").getByRole("navigation").first().waitFor();
  const frame = page.frames().find((one) => one.url().includes("/app/"));
  if (!frame) throw new Error("the app is not in its frame");
  return { page, frame };
}

/** What the SDK of the app says to Telegram. */
const say = (frame: Frame, eventType: string, eventData: object) =>
  frame.evaluate(
    ([type, data]) => window.parent.postMessage(JSON.stringify({ eventType: type, eventData: data }), "*"),
    [eventType, eventData] as const,
  );

/** How the invoice was closed, as the app is told. */
const closedWith = (frame: Frame) =>
  frame.evaluate(
    () =>
      new Promise<unknown>((resolve) => {
        window.addEventListener("message", ({ data }) => {
          const { eventType, eventData } = JSON.parse(String(data)) as { eventType: string; eventData: unknown };
          if (eventType === "invoice_closed") resolve(eventData);
        });
      }),
  );

test("an invoice in Stars is left, refused and paid on its sheet, and the app hears how it ended", async () => {
  const { id, invoice } = await order("stars", "XTR", "250");
  const { page, frame } = await openSimulator();
  const slug = (invoice?.links.invoice ?? "").replace("https://t.me/$", "");
  const press = async (name: string) => {
    const closed = closedWith(frame);
    await say(frame, "web_app_open_invoice", { slug });
    await page.getByRole("dialog").getByText("Starter Mini").first().waitFor();
    await page.getByRole("dialog").getByRole("button", { name }).click();
    return closed;
  };
  expect(await press(words.cancel)).toEqual({ slug, status: "cancelled" });
  expect(await press(words.failPayment)).toEqual({ slug, status: "failed" });
  expect((await orderOf(id)).state).toBe("pending");
  expect(await press(words.pay)).toEqual({ slug, status: "paid" });
  await isPaid(id);
  await page.context().close();
});

test("a link of the wallet's bot opens the page on which its invoice is paid", async () => {
  const { id, invoice } = await order("crypto_pay", "USD", "99.99");
  const { page, frame } = await openSimulator();
  const opening = page.context().waitForEvent("page");
  // A link is opened from a tap.
  await page
    .frameLocator("iframe")
    .getByRole("navigation")
    .first()
    .click({ position: { x: 1, y: 1 } });
  await say(frame, "web_app_open_tg_link", { path_full: (invoice?.links.telegram ?? "").replace("https://t.me", "") });
  const wallet = await opening;
  await wallet.getByText("99.99 USD").waitFor();
  await wallet.getByRole("button", { name: "Pay" }).click();
  await wallet.getByRole("status").waitFor();
  await isPaid(id);
  await page.context().close();
});
