/** From a tracker's name to its first postback, and what becomes of calls that are no postbacks, all on the app's own screens. */
import { describe, expect, test } from "bun:test";
import { conversions, inboundEvents } from "@db/schema/index.ts";
import { sandboxGroup } from "@sandbox/world.ts";
import { count, eq } from "drizzle-orm";
import { productOfThisFile, until } from "./product.ts";
import { type AppPage, eventually, openApp } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");

/** Walks through the form, as an owner would, and gives the address that the last step shows. */
async function createConnection({ page, pressMain, mainText }: AppPage, name: string): Promise<string> {
  await page.getByLabel(t("app.new_connection.name"), { exact: true }).fill(name);
  await page.getByRole("button", { name: t("app.new_connection.target_none") }).click();
  const picker = page.getByRole("dialog");
  await picker.getByRole("option", { name: sandboxGroup.title }).click();
  await picker.getByRole("option", { name: sandboxGroup.topics[1].name }).click();
  await picker.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: new RegExp(sandboxGroup.topics[1].name) }).waitFor();
  await eventually("the main button", mainText, t("app.new_connection.create"));
  await pressMain();
  await page.getByRole("heading", { name: t("app.new_connection.step_address") }).waitFor();
  return (await page.locator("button", { hasText: /\/in\// }).textContent()) ?? "";
}

describe("a new connection", () => {
  test("goes from a name and a chat to an address and a guide, and turns green when that very address is called", async () => {
    const app = await openApp(product(), { path: "/connections" });
    const { page } = app;
    await page.getByRole("link", { name: /Keitaro · main/ }).waitFor();
    await page.getByRole("button", { name: t("app.connections.add") }).click();
    const address = await createConnection(app, "Binom · second");

    // The guide stands beside the address, and one tap copies it.
    await page.getByRole("heading", { name: t("app.tracker.step", { tracker: "Keitaro" }) }).waitFor();
    await page.getByText(t("app.new_connection.guide_3")).waitFor();
    await page.getByRole("button", { name: t("app.connection.copy_address") }).click();
    await page.getByText(t("app.copy.done"), { exact: true }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(address);

    await page.getByText(t("app.new_connection.waiting"), { exact: true }).waitFor();
    // What a tracker makes of the address: the braces filled in.
    const filled = new URL(address);
    for (const [name, value] of filled.searchParams)
      if (/[{}]/.test(value)) filled.searchParams.set(name, name === "status" ? "sale" : "1");
    const answer = await fetch(filled);
    expect(answer.status).toBe(200);
    await page.getByText(t("app.new_connection.arrived"), { exact: true }).waitFor();

    await app.pressMain();
    await page.getByRole("heading", { name: "Binom · second", level: 1 }).waitFor();
    await page.getByText(t("app.health.receiving"), { exact: true }).waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("cannot be made without a name, and says so; what was typed survives leaving the screen", async () => {
    const app = await openApp(product(), { path: "/connections/new" });
    const { page } = app;
    await page.getByText(t("app.new_connection.name_missing")).waitFor();
    await page.waitForFunction(() => window.__client.main.is_active === false);
    await page.getByLabel(t("app.new_connection.name"), { exact: true }).fill("Half a nam");
    await app.pressBack();
    await page
      .getByRole("link", { name: /Keitaro · main/ })
      .first()
      .waitFor();
    await page.goBack();
    await page.goto(`${product().appUrl}/connections/new`);
    await eventually(
      "the draft",
      () => page.getByLabel(t("app.new_connection.name"), { exact: true }).inputValue(),
      "Half a nam",
    );
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

/** Calls the demo's first connection, and waits until the call has been read. */
async function callMain(query: string): Promise<bigint> {
  const { db, url } = product();
  const { postbackAddress } = (await (await fetch(`${url}/simulator/api/state`)).json()) as { postbackAddress: string };
  const before = new Set((await db.select({ id: inboundEvents.id }).from(inboundEvents)).map(({ id }) => id));
  const response = await fetch(`${postbackAddress}?${query}`);
  expect(response.status).toBeLessThan(500);
  return until("the call to be read", async () => {
    const calls = await db.select({ id: inboundEvents.id, status: inboundEvents.status }).from(inboundEvents);
    const mine = calls.find(({ id }) => !before.has(id));
    return mine && mine.status !== "received" ? mine.id : null;
  });
}

describe("the inbox", () => {
  test("a call that is no postback is found by any part of it, and says why nothing became of it", async () => {
    const marker = `nonsense-${Date.now()}`;
    const id = await callMain(`hello=${marker}`);
    const app = await openApp(product(), { path: "/inbox" });
    const { page } = app;
    await page.getByRole("searchbox").fill(marker);
    const found = page.locator("a[href*='/inbox/']");
    await eventually("one call found", () => found.count(), 1);
    await found.click();
    await page.getByRole("heading", { name: t("app.call.title", { id: String(id) }) }).waitFor();
    await page.getByText(marker).first().waitFor();
    const [stored] = await product().db.select().from(inboundEvents).where(eq(inboundEvents.id, id));
    expect(["ignored", "malformed"]).toContain(stored?.status ?? "");
    await page
      .getByText(t(stored?.status === "malformed" ? "app.inbox.malformed" : "app.inbox.ignored"))
      .first()
      .waitFor();
    expect(await page.getByText(t("app.call.opened")).count()).toBe(0);
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("a replay is a call of its own, and makes no second conversion", async () => {
    const { db } = product();
    const id = await callMain(`subid=replayed&tid=r1&status=sale&conversion_revenue=10&currency=USD`);
    const conversionsOf = async () =>
      (await db.select({ n: count() }).from(conversions).where(eq(conversions.subid, "replayed")))[0]?.n;
    expect(await conversionsOf()).toBe(1);
    const app = await openApp(product(), { path: `/inbox/${id}` });
    const { page } = app;
    await page.getByRole("button", { name: t("app.inbox.replay") }).click();
    await page.getByText(t("app.inbox.replayed")).waitFor();
    await page.getByRole("heading", { name: t("app.call.replays") }).waitFor();
    const copy = await until("the replay to be read", async () => {
      const [call] = await db.select().from(inboundEvents).where(eq(inboundEvents.replayOf, id));
      return call && call.status !== "received" ? call : null;
    });
    await page.locator(`a[href$='/inbox/${copy.id}']`).click();
    await page.getByText(t("app.call.replay_of", { id: String(id) })).waitFor();
    expect(await conversionsOf()).toBe(1);
    expect(app.problems).toEqual([]);
    await app.close();
  });
});
