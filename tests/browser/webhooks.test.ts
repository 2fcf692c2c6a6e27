/** Another system is connected, called, found wanting in the inspector, and called again. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { EndpointWithSecret } from "@backend/modules/webhooks/contracts.ts";
import { href } from "@miniapp/app/paths.ts";
import { Webhook } from "standardwebhooks";
import { productOfThisFile } from "./product.ts";
import { lookAt, testSights } from "./sights.ts";
import { eventually, openApp } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");
const heard: { headers: Record<string, string>; body: string }[] = [];
let status = 500;
let receiver: ReturnType<typeof Bun.serve>;
let made: EndpointWithSecret;

beforeAll(async () => {
  receiver = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      heard.push({ headers: Object.fromEntries(request.headers), body: await request.text() });
      return new Response(status === 200 ? "thanks" : "the CRM is asleep", { status });
    },
  });
  const body = { name: "CRM відділу продажів", url: `http://127.0.0.1:${receiver.port}/hook`, events: [] };
  made = await product().call<EndpointWithSecret>("owner", "POST", "/webhooks", body);
});
afterAll(() => receiver.stop(true));

const small = { size: [320, 568] } as const;

describe("webhooks", () => {
  test("are made in the app, and the secret is seen once", async () => {
    const app = await openApp(product(), { path: href("newWebhook") });
    const { page } = app;
    await page.waitForFunction(() => window.__client.main.is_active === false);
    await page.getByLabel(t("app.fact.name"), { exact: true }).fill("Склад");
    await page.getByLabel(t("app.webhooks.address"), { exact: true }).fill("https://stock.example/hook");
    await page.getByRole("switch", { name: t("app.webhooks.all"), exact: true }).click();
    await page.getByText("subscriber.joined").waitFor();
    expect(await lookAt(app, "webhook-new")).toEqual([]);
    await app.pressMain();
    const secret = await page
      .getByText(/^whsec_/)
      .first()
      .textContent();
    expect(secret?.length).toBeGreaterThan(40);
    expect(await lookAt(app, "webhook-secret")).toEqual([]);
    await app.pressBack();
    await page.getByRole("heading", { name: "Склад" }).waitFor();
    expect(await page.getByText(secret ?? "").count()).toBe(0);
  });

  test("are tested, seen failing in the inspector, and called again when the receiver is mended", async () => {
    const { id } = made.endpoint;
    const app = await openApp(product(), { path: href("webhook", { endpointId: id }), ...small });
    const { page } = app;
    await page.getByRole("button", { name: t("app.webhooks.test") }).click();
    await page.getByText("the CRM is asleep").first().waitFor();
    expect(await lookAt(app, "webhook-call")).toEqual([]);
    const [first] = heard;
    expect(new Webhook(made.secret).verify(first?.body ?? "", first?.headers ?? {})).toMatchObject({
      type: "endpoint.test",
    });
    status = 200;
    // The plan's next try comes five seconds later by itself.
    await page.getByText("thanks").waitFor({ timeout: 30_000 });
    expect(new Set(heard.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    await page.getByRole("button", { name: t("app.webhooks.again"), exact: true }).click();
    await eventually("the third call", async () => heard.length, 3);
    await app.pressBack();
    await page.getByRole("link", { name: t("app.webhooks.calls") }).click();
    await page.getByRole("link", { name: t("app.webhooks.event.endpoint.test") }).waitFor();
    await app.close();
  });
});

describe("the screens of webhooks", () => {
  testSights(product, async () => {
    const { id: endpointId } = made.endpoint;
    return {
      webhooks: { path: href("webhooks") },
      webhook: { path: href("webhook", { endpointId }) },
      "webhook-calls": { path: href("webhookCalls", { endpointId }) },
    };
  });
});
