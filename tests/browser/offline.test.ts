/** A network that goes away keeps what is on the screen, says so, and mends itself when it is back. */
import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { productOfThisFile } from "./product.ts";
import { eventually, openApp } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");

async function fire(subid: string): Promise<void> {
  const { postbackAddress } = (await (await fetch(`${product().url}/simulator/api/state`)).json()) as {
    postbackAddress: string;
  };
  const query = `subid=${subid}&status=sale&conversion_revenue=7&currency=USD&campaign_name=${subid}`;
  expect((await fetch(`${postbackAddress}?${query}`)).status).toBe(200);
}

const rows = (page: Page) => page.locator("a[href*='/conversions/']");

test("without a network the rows stay under a thin banner, and what came meanwhile appears when it is back", async () => {
  const app = await openApp(product(), { path: "/traffic" });
  const { page } = app;
  await rows(page).first().waitFor();
  const before = await rows(page).count();
  await page.context().setOffline(true);
  await page.getByText(t("app.state.offline")).waitFor();
  expect(await rows(page).count()).toBe(before);
  await fire("while-offline");

  await page.context().setOffline(false);
  await page.getByText(t("app.state.offline")).waitFor({ state: "hidden" });
  await rows(page).filter({ hasText: "while-offline" }).first().waitFor();
  await app.close();
});

test("a write without a network waits: its button is off, and nothing that was typed is lost", async () => {
  const app = await openApp(product(), { path: "/connections/new" });
  const { page } = app;
  const name = page.getByLabel(t("app.new_connection.name"), { exact: true });
  await name.fill("Typed before the tunnel");
  await page.waitForFunction(() => window.__client.main.is_active === true);
  await page.context().setOffline(true);
  await page.getByText(t("app.state.offline")).waitFor();
  await page.waitForFunction(() => window.__client.main.is_active === false);
  expect(await name.inputValue()).toBe("Typed before the tunnel");
  await page.context().setOffline(false);
  await page.waitForFunction(() => window.__client.main.is_active === true);
  await app.close();
});

test("a server that dies and comes back: the screen keeps its rows, says what it cannot load, and goes on by itself", async () => {
  const app = await openApp(product(), { path: "/traffic" });
  const { page } = app;
  await rows(page).first().waitFor();
  const before = await rows(page).count();
  await product().crash();
  await page.getByRole("searchbox").fill("not asked before");
  await page.getByRole("alert").getByText(t("common.offline")).waitFor();
  await page.getByRole("searchbox").fill("");
  await eventually("the rows are still here", () => rows(page).count(), before);

  await product().revive();
  await fire("after-the-crash");
  await rows(page).filter({ hasText: "after-the-crash" }).first().waitFor();
  await app.close();
});
