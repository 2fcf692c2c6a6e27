/** What a newcomer sees in the first two minutes after `npm start`, without an account anywhere. */
import { describe, expect, test } from "bun:test";
import { trackerConnections } from "@db/schema/index.ts";
import { sandboxBot, sandboxChannel, sandboxGroup, sandboxPeople } from "@sandbox/world.ts";
import type { Page } from "playwright-core";
import { THEMES } from "../../miniapp/simulator/themes.ts";
import { CATALOGS } from "../../miniapp/simulator/words.ts";
import { productOfThisFile } from "./product.ts";
import { eventually, problemsOf } from "./telegram-client.ts";
import { appWords, botWords } from "./words.ts";

const product = productOfThisFile();
/** The demo's owner speaks Ukrainian. */
const language = sandboxPeople.owner.languageCode;
const words = CATALOGS[language];
const t = appWords(language);

async function openSimulator(): Promise<{ page: Page; problems: string[] }> {
  const context = await product().browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const problems = problemsOf(page);
  await page.goto(`${product().url}/simulator`);
  return { page, problems };
}

const chatButton = (page: Page, title: string) =>
  page.getByRole("navigation", { name: words.chats }).getByRole("button", { name: title });
const asRgb = (hex = "") => `rgb(${[1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(", ")})`;

/** What stands on the button under an alert: a connection's alerts have a language of their own. */
async function openText(): Promise<string> {
  const [connection] = await product()
    .db.select({ locale: trackerConnections.locale })
    .from(trackerConnections)
    .orderBy(trackerConnections.createdAt)
    .limit(1);
  return botWords(connection?.locale ?? "en")("conversions.alert.open");
}
const side = (page: Page) => page.locator("aside");
const app = (page: Page) => page.frameLocator("iframe");

/** Fires a sample from the panel, of a fresh click, and returns that click's transaction number. */
async function fire(page: Page, sample: string): Promise<string> {
  await side(page).getByRole("button", { name: words.postback, exact: true }).click();
  await side(page).getByLabel(words.sample).selectOption({ label: sample });
  await side(page).getByRole("button", { name: words.newClick }).click();
  const tid = await side(page).getByLabel(`${words.value}: tid`).inputValue();
  await side(page).getByRole("button", { name: words.fire, exact: true }).click();
  await side(page).getByRole("status").getByText("200").waitFor();
  return tid;
}

/** Opens the Mini App by the menu button of the chat with the bot. */
async function openMiniApp(page: Page): Promise<void> {
  await chatButton(page, sandboxBot.name).click();
  await page
    .getByRole("region", { name: sandboxBot.name })
    .getByRole("button", { name: botWords("en")("bots.menu_button"), exact: true })
    .click();
  await app(page)
    .getByRole("navigation", { name: t("app.tabs.label") })
    .waitFor();
}

describe("the first two minutes", () => {
  test("the simulator shows the chats of the team, and in the group the alerts of the demo", async () => {
    const { page, problems } = await openSimulator();
    for (const title of [sandboxBot.name, sandboxGroup.title, sandboxChannel.title])
      await chatButton(page, title).waitFor();
    await chatButton(page, sandboxGroup.title).click();
    const log = page.getByRole("log", { name: sandboxGroup.title });
    await log.getByText("Spring AU · Sweeps").first().waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("a postback fired from the panel appears in the group, formatted as Telegram does it", async () => {
    const { page, problems } = await openSimulator();
    await chatButton(page, sandboxGroup.title).click();
    const tid = await fire(page, words.deposit);
    const message = page.getByRole("log").getByRole("listitem").filter({ hasText: tid });
    await message.locator("code", { hasText: tid }).waitFor();
    expect(await message.locator("strong").allTextContents()).toContainEqual(expect.stringMatching(/120[.,]50/));
    expect(await message.textContent()).not.toMatch(/<\/?(b|code)>/);
    await message.getByRole("button", { name: await openText() }).waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("the Mini App opens signed in, shows the next conversion without a reload, and says where it went", async () => {
    const { page, problems } = await openSimulator();
    await openMiniApp(page);
    const launch = new URLSearchParams(
      new URL((await page.locator("iframe").getAttribute("src")) ?? "", product().url).hash.slice(1),
    );
    expect(new URLSearchParams(launch.get("tgWebAppData") ?? "").get("hash")).toMatch(/^[0-9a-f]{64}$/);

    await app(page)
      .getByRole("link", { name: t("app.tabs.traffic") })
      .click();
    const rows = app(page).locator("a[href*='/conversions/']");
    await rows.first().waitFor();
    await app(page)
      .locator("html")
      .evaluate((html) => html.setAttribute("data-never-reloaded", ""));
    const before = await rows.first().getAttribute("href");
    await fire(page, words.deposit);
    await side(page).getByRole("button", { name: words.app, exact: true }).click();
    await app(page)
      .locator(`main a[href*='/conversions/']:not([href='${before}'])`, { hasText: /120[.,]50/ })
      .first()
      .waitFor();
    expect(await rows.first().getAttribute("href")).not.toBe(before);
    expect(await app(page).locator("html").getAttribute("data-never-reloaded")).toBe("");
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("a conversion's page has its amount, its delivery, and the call as it came; the back button of Telegram leads back", async () => {
    const { page, problems } = await openSimulator();
    const tid = await fire(page, words.deposit);
    await openMiniApp(page);
    await app(page)
      .getByRole("link", { name: t("app.tabs.traffic") })
      .click();
    await app(page).getByRole("searchbox").fill(tid);
    const found = app(page).locator("a[href*='/conversions/']");
    await eventually("one conversion found", () => found.count(), 1);
    await found.click();
    await app(page)
      .getByRole("heading", { name: t("app.conversion.title") })
      .waitFor();
    await app(page)
      .getByText(/120[.,]50/)
      .first()
      .waitFor();
    await app(page).getByText(sandboxGroup.title).waitFor();
    await app(page).getByText(t("app.delivery.sent"), { exact: true }).waitFor();
    await app(page)
      .getByRole("heading", { name: t("app.conversion.raw") })
      .waitFor();
    await app(page).getByText("GET /in/…").waitFor();

    const leading = side(page)
      .getByRole("button", { name: new RegExp(`${words.back}$`) })
      .last();
    await leading.click();
    await app(page).getByRole("searchbox").waitFor();
    expect(await app(page).getByRole("searchbox").inputValue()).toBe(tid);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("the button under an alert opens that conversion", async () => {
    const { page, problems } = await openSimulator();
    await chatButton(page, sandboxGroup.title).click();
    const tid = await fire(page, words.deposit);
    const message = page.getByRole("log").getByRole("listitem").filter({ hasText: tid });
    await message.getByRole("button", { name: await openText() }).click();
    await app(page)
      .getByRole("heading", { name: t("app.conversion.title") })
      .waitFor();
    await app(page).getByText(tid, { exact: true }).first().waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("somebody changes a flow in the tracker's panel: its shares are there at once, and again when the panel is reopened", async () => {
    const { page, problems } = await openSimulator();
    const tab = (name: string) => side(page).getByRole("button", { name, exact: true });
    await tab(words.panel).click();
    await side(page).getByLabel(words.flow).selectOption({ label: "Spring AU · Sweeps · AU mobile" });
    const shares = () => side(page).locator("li > :last-child").allTextContents();
    await eventually("the shares of the flow", shares, ["40 %", "35 %", "25 %"]);
    await tab(words.moveShare).click();
    await eventually("a share that moved", shares, ["30 %", "35 %", "35 %"]);
    await tab(words.switchOffer).click();
    await eventually("an offer that is off", shares, ["30 %", "35 %", `35 % · ${words.offerOff}`]);
    await tab(words.app).click();
    await tab(words.panel).click();
    await eventually("what the tracker kept", shares, ["30 %", "35 %", `35 % · ${words.offerOff}`]);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("the palette of Telegram is the app's, also when it changes while the app is open", async () => {
    const { page, problems } = await openSimulator();
    await openMiniApp(page);
    const ground = () =>
      app(page)
        .locator("body")
        .evaluate((body) => getComputedStyle(body).backgroundColor);
    await eventually("the light page", ground, asRgb(THEMES.light.secondary_bg_color));
    await page.getByLabel(words.palette).selectOption({ label: words.dark });
    await eventually("the dark page", ground, asRgb(THEMES.dark.secondary_bg_color));
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
