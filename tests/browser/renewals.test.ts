/** A subscription on its customer's pages: switched off and on again by one button, and Telegram is told. */
import { describe, expect, test } from "bun:test";
import type { PlacedOrder, Shop } from "@backend/modules/shop/contracts.ts";
import { href } from "@miniapp/app/paths.ts";
import { sandboxPeople } from "@sandbox/world.ts";
import { productOfThisFile, until } from "./product.ts";
import { lookAt, testSights } from "./sights.ts";
import { openApp } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");
type Order = PlacedOrder["order"];
let order: Order | undefined;

/** The customer's, of the demo's club: paid in Stars, once. */
async function subscribed(): Promise<Order> {
  if (order) return order;
  const { call, url } = product();
  await call("customer", "PATCH", "/me", { locale: "uk" });
  const { products } = await call<Shop>("customer", "GET", "/my/shop");
  const { id: productId } = products.find(({ isSubscription }) => isSubscription) ?? { id: "" };
  const placed = await call<PlacedOrder>("customer", "POST", "/my/orders", {
    productId,
    method: "stars",
    currency: "XTR",
  });
  const now = () => call<Order>("customer", "GET", `/my/orders/${placed.order.id}`);
  const link = await until("the invoice can be paid", async () => (await now()).invoice?.links.invoice);
  await fetch(`${url}/simulator/api/people/${sandboxPeople.customer.id}/pay`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ slug: link.replace("https://t.me/$", "") }),
  });
  order = await until("it is paid", async () => {
    const found = await now();
    return found.state === "completed" && found;
  });
  return order;
}

test("is switched off where it is listed, and on again on its order's page", async () => {
  const { id: orderId } = await subscribed();
  const app = await openApp(product(), { path: href("mine"), person: "customer" });
  const { page } = app;
  await page.getByRole("button", { name: t("app.renewal.stop") }).click();
  await page.getByText(t("app.renewal.off"), { exact: true }).waitFor();
  expect(await lookAt(app, "mine-not-renewed")).toEqual([]);
  await page.getByRole("link", { name: /№/ }).first().click();
  await page.getByRole("button", { name: t("app.renewal.again") }).click();
  await page.getByText(t("app.renewal.on"), { exact: true }).waitFor();
  const { renewal } = await product().call<Order>("customer", "GET", `/my/orders/${orderId}`);
  expect(renewal).toMatchObject({ isOn: true, isTaken: true });
  expect(app.problems).toEqual([]);
  await app.close();
});

describe("its pages", () => {
  testSights(product, async () => {
    const { id: orderId } = await subscribed();
    return {
      "mine-subscribed": { path: href("mine"), person: "customer" },
      "order-subscribed": { path: href("myOrder", { orderId }), person: "customer" },
    };
  });
});
