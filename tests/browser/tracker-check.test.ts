/** From a tracker's address and key to what was missed, on the app's own screens. */
import { describe, expect, test } from "bun:test";
import { href } from "@miniapp/app/paths.ts";
import { demoTrackerKey } from "@sandbox/keitaro/index.ts";
import { productOfThisFile, until } from "./product.ts";
import { eventually, openApp } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");

async function connectionNamed(name: string): Promise<string> {
  const { items } = await product().call<{ items: { id: string; name: string }[] }>("owner", "GET", "/connections");
  return items.find((item) => item.name === name)?.id ?? "";
}

interface Days {
  days: { theirs: number; delivered: number; recovered: number }[];
}
const daysOf = (connectionId: string) => product().call<Days>("owner", "GET", `/connections/${connectionId}/pull/days`);

describe("the check of the demo's tracker", () => {
  test("says on the connection how much has arrived, and leads to the conversions that no postback told", async () => {
    const connectionId = await connectionNamed("Keitaro · main");
    // The demo's hours before now reach into yesterday, early in the day.
    const shown = await until("two conversions to be recovered", async () => {
      const days = (await daysOf(connectionId)).days.slice(0, 2);
      return days.reduce((sum, { recovered }) => sum + recovered, 0) === 2 ? days : null;
    });
    const app = await openApp(product(), { path: href("connection", { connectionId }) });
    const { page } = app;
    for (const { theirs, delivered, recovered } of shown.filter(({ theirs }) => theirs > 0))
      await page
        .getByText(t("app.truth.delivered", { known: delivered + recovered, theirs }))
        .first()
        .waitFor();
    await page.getByRole("link", { name: t("app.truth.open") }).click();
    await page.getByRole("heading", { name: t("app.truth.title"), level: 1 }).waitFor();
    await page.getByRole("heading", { name: t("app.truth.days") }).waitFor();
    await page.getByRole("heading", { name: t("app.truth.delays") }).waitFor();
    await page
      .getByRole("link", { name: new RegExp(t("app.truth.arrival.recovered")) })
      .first()
      .click();
    await page.getByText(t("app.conversion.recovered")).waitFor();
    await page.getByText(t("app.conversion.logged")).waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("connecting a tracker's log", () => {
  test("says in words what is wrong with address and key, then compares, and can be undone", async () => {
    const main = await connectionNamed("Keitaro · main");
    const { pull } = await product().call<{ pull: { apiUrl: string } }>("owner", "GET", `/connections/${main}/pull`);
    const connectionId = await connectionNamed("Keitaro · partners");
    const app = await openApp(product(), { path: href("connection", { connectionId }) });
    const { page } = app;
    await page.getByRole("link", { name: new RegExp(t("app.truth.connect")) }).click();
    await page.getByText(t("app.truth.missing")).waitFor();
    const address = page.getByLabel(t("app.truth.address"), { exact: true });
    const key = page.getByLabel(t("app.truth.key"), { exact: true });
    await address.fill(`${pull.apiUrl}/admin/#!/campaigns/15`);
    await key.fill("not the key");
    await app.pressMain();
    await page.getByRole("alert").filter({ hasText: "Keitaro" }).waitFor();
    expect(await key.getAttribute("aria-invalid")).toBe("true");
    expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain("not the key");

    await key.fill(demoTrackerKey);
    await app.pressMain();
    await page.getByRole("heading", { name: t("app.truth.title"), level: 1 }).waitFor();
    await page.getByRole("heading", { name: t("app.truth.runs") }).waitFor();

    await page.getByRole("link", { name: t("app.truth.settings") }).click();
    await eventually("the address alone", () => address.inputValue(), pull.apiUrl);
    expect(await key.inputValue()).toBe("");
    // The client of these tests agrees to what it is asked.
    await page.getByRole("button", { name: t("app.truth.disconnect") }).click();
    await page.getByRole("link", { name: new RegExp(t("app.truth.connect")) }).waitFor();
    // The refused key is the one thing that the console may complain of.
    expect(app.problems.filter((problem) => !problem.includes("422"))).toEqual([]);
    await app.close();
  });
});
