/** What a broadcast brought, on the app's own screens: from the overview to one person's message, and home as a file. */
import { describe, expect, test } from "bun:test";
import { broadcastRecipients, broadcasts, subscribers } from "@db/schema/index.ts";
import { href } from "@miniapp/app/paths.ts";
import { and, desc, eq, isNotNull } from "drizzle-orm";
import { productOfThisFile } from "./product.ts";
import { testSights } from "./sights.ts";
import { eventually, openApp, settled } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");

async function demoIds(): Promise<string[]> {
  const rows = await product().db.select().from(broadcasts).orderBy(desc(broadcasts.startedAt));
  return rows.map(({ id }) => id);
}

describe("results", () => {
  test("lead from the figures to the people, to one person, and to his message", async () => {
    const [broadcastId = ""] = await demoIds();
    const app = await openApp(product(), { path: href("broadcastResults", { broadcastId }) });
    const { page } = app;
    await page.getByRole("link", { name: new RegExp(t("app.results.recipients")) }).click();
    await page.getByRole("button", { name: t("app.results.converted"), exact: true }).click();
    const rows = page.getByRole("list", { name: t("app.results.recipients") }).getByRole("link");
    await page
      .getByText(t("app.results.bought", { amount: "" }).trim(), { exact: false })
      .first()
      .waitFor();
    const bought = await rows.count();
    expect(bought).toBeGreaterThan(3);
    const [buyer] = await product()
      .db.select({ username: subscribers.username })
      .from(broadcastRecipients)
      .innerJoin(subscribers, eq(subscribers.id, broadcastRecipients.subscriberId))
      .where(
        and(
          eq(broadcastRecipients.broadcastId, broadcastId),
          isNotNull(broadcastRecipients.convertedAt),
          isNotNull(subscribers.username),
        ),
      )
      .limit(1);
    await page.getByRole("searchbox").fill(`@${buyer?.username}`);
    await eventually("the search to narrow the list", async () => (await rows.count()) < bought, true);
    await rows.first().click();
    await page.waitForURL(/\/control\/deliveries\/\d+/);
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("that did not arrive are found by their reason, and a search without a hit has a way back", async () => {
    const [broadcastId = ""] = await demoIds();
    const app = await openApp(product(), { path: href("broadcastResults", { broadcastId }) });
    const { page } = app;
    await page.getByRole("link", { name: /заблокувала бота/ }).click();
    await page.waitForURL(/reason=messaging\.failed\.chat_blocked/);
    await page.getByRole("list", { name: t("app.results.recipients") }).waitFor();
    await page.getByRole("searchbox").fill("немає такого");
    await page.getByText(t("app.state.nothing_found")).waitFor();
    await page.getByRole("button", { name: t("app.action.reset") }).click();
    await page.getByRole("list", { name: t("app.results.recipients") }).waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("come home as a report", async () => {
    const [broadcastId = ""] = await demoIds();
    const app = await openApp(product(), { path: href("broadcastResults", { broadcastId }) });
    const { page } = app;
    await page.getByRole("button", { name: new RegExp(t("app.results.export")) }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page
        .getByRole("dialog")
        .getByRole("button", { name: new RegExp(t("app.export.pdf").slice(0, 5)) })
        .click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^broadcast-\d{4}-\d\d-\d\d\.pdf$/);
    expect(
      await Bun.file(await download.path())
        .slice(0, 5)
        .text(),
    ).toBe("%PDF-");
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

test("broadcasts are chosen and stand side by side, and the choice survives the way back", async () => {
  const app = await openApp(product(), { path: href("broadcastsOverview") });
  const { page } = app;
  const choices = page.getByRole("checkbox");
  await choices.nth(0).click();
  await choices.nth(1).click();
  await app.pressMain();
  await page.getByText(t("app.results.compare_title")).waitFor();
  await page.getByRole("heading", { name: t("app.results.clicked") }).waitFor();
  await app.pressBack();
  await page.waitForURL(/overview/);
  await settled(page);
  expect(await choices.nth(1).getAttribute("aria-checked")).toBe("true");
  expect(app.problems).toEqual([]);
  await app.close();
});

describe("the screens of results", () => {
  testSights(product, async () => {
    const [first = "", second = ""] = await demoIds();
    return {
      results: { path: href("broadcastResults", { broadcastId: first }) },
      "results-recipients": { path: href("broadcastRecipients", { broadcastId: first }) },
      "results-overview": { path: `${href("broadcastsOverview")}?ids=${first}` },
      "results-compare": { path: `${href("compareBroadcasts")}?ids=${first},${second}` },
      "results-compare-nothing": { path: href("compareBroadcasts") },
    };
  });
});
