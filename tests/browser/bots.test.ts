/** Bots connected, given words, switched off and given up, on the app's own screens over the sandbox. */
import { describe, expect, test } from "bun:test";
import { bots, botTexts, deliveries } from "@db/schema/index.ts";
import { href } from "@miniapp/app/paths.ts";
import { sandboxBot, sandboxMoreBots, sandboxPeople, sandboxSpareBot } from "@sandbox/world.ts";
import { and, desc, eq, isNotNull, isNull } from "drizzle-orm";
import { productOfThisFile, until } from "./product.ts";
import { lookAt, testSights } from "./sights.ts";
import { openApp, settled } from "./telegram-client.ts";
import { appWords, botWords } from "./words.ts";

const product = productOfThisFile({ OPEN_WORKSPACES: "true" });
const t = appWords("uk");

const living = async (telegramId: number) => {
  const [bot] = await product()
    .db.select()
    .from(bots)
    .where(and(eq(bots.telegramId, telegramId), isNull(bots.releasedAt)));
  return bot;
};

describe("connecting", () => {
  test("says under the field what is wrong with a token, and takes a right one with words around it", async () => {
    const app = await openApp(product(), { path: href("bots") });
    const { page } = app;
    for (const { name } of sandboxMoreBots) await page.getByRole("link", { name: new RegExp(name) }).waitFor();
    await app.pressMain();
    const field = page.getByLabel(t("app.bots.token"), { exact: true });
    await field.fill("not a token");
    await app.pressMain();
    await page.getByRole("alert").filter({ hasText: "@BotFather" }).waitFor();
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    await field.fill(`Use this token to access the HTTP API:\n${sandboxSpareBot.token}`);
    await app.pressMain();
    await page.getByRole("heading", { name: sandboxSpareBot.name }).waitFor();
    await until("the bot to be set up", async () => (await living(sandboxSpareBot.id))?.health?.problem === null);
    // The refused token was answered with 422, which a browser writes into its console.
    expect(app.problems.filter((line) => !line.includes("422"))).toEqual([]);
    await app.close();
  });

  test("makes a new bot through the one that may make others: its button arrives in the chat, and the bot is connected by itself", async () => {
    const app = await openApp(product(), { path: href("newBot") });
    const { page } = app;
    await page.getByRole("button", { name: t("app.bots.new"), exact: true }).click();
    const { owner } = sandboxPeople;
    await until("the button to arrive in the chat", async () => {
      const answer = await fetch(`${product().url}/simulator/api/people/${owner.id}/chats/${sandboxBot.id}`);
      return (await answer.text()).includes("request_managed_bot");
    });
    await page.goto(`${product().url}/simulator`);
    await page
      .getByRole("button", { name: new RegExp(sandboxBot.name) })
      .first()
      .click();
    await page.getByRole("button", { name: botWords("uk")("bots.managed.button"), exact: true }).click();
    await until("the new bot to be connected", async () => {
      const made = await product().db.select().from(bots).where(isNotNull(bots.managedBy));
      return made.length === 1 && made[0]?.managedBy === product().botId && made[0].state === "active";
    });
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("texts", () => {
  test("are written per language with the welcome seen as Telegram shows it, and answer /start", async () => {
    const bot = await living(sandboxMoreBots[1].id);
    const botId = bot?.id ?? "";
    const app = await openApp(product(), { path: href("bot", { botId }) });
    const { page } = app;
    await page.getByRole("link", { name: new RegExp(t("app.bots.texts")) }).click();
    await page.getByRole("tab", { name: "EN", exact: true }).click();
    await settled(page);
    await page.getByRole("button", { name: t("app.bots.welcome_write") }).click();
    const sheet = page.getByRole("dialog");
    await sheet.getByRole("textbox", { name: t("app.letter.text") }).fill("Hi there, <b>read on</b>!");
    await sheet.getByRole("button", { name: t("app.letter.add_button"), exact: true }).click();
    const button = page.getByRole("dialog", { name: t("app.letter.add_button") });
    await button.getByLabel(t("app.letter.button_text")).fill("Our site");
    await button.getByLabel(t("app.letter.button_value.url")).fill("https://northlight.example/?name={first_name}");
    await button.getByRole("button", { name: t("app.letter.add"), exact: true }).click();
    expect(await lookAt(app, "bot-welcome-sheet")).toEqual([]);
    await sheet.getByRole("button", { name: t("app.letter.done"), exact: true }).click();
    await page.getByText("read on", { exact: true }).waitFor();
    // Taken away by mistake, it is back by the toast.
    await page.getByRole("button", { name: t("app.bots.welcome_remove") }).click();
    await page.getByText("read on", { exact: true }).waitFor({ state: "hidden" });
    await page.getByRole("button", { name: t("app.action.undo"), exact: true }).click();
    await page.getByText("read on", { exact: true }).waitFor();
    const commands = page.getByRole("textbox", { name: t("app.bots.commands"), exact: true });
    await commands.fill("news: Big News\nBig - wrong");
    await page.getByText(t("app.bots.commands_wrong", { line: 2 })).waitFor();
    await commands.fill("news - Today's news");
    await app.pressMain();
    await page.getByText(t("app.saved"), { exact: true }).waitFor();
    const [texts] = await product()
      .db.select()
      .from(botTexts)
      .where(and(eq(botTexts.botId, botId), eq(botTexts.language, "en")));
    expect(texts).toMatchObject({ commands: [{ command: "news", description: "Today's news" }] });
    await fetch(`${product().url}/simulator/api/people/${sandboxPeople.customer.id}/bots/${bot?.telegramId}/start`, {
      method: "POST",
      headers: { origin: product().url, "content-type": "application/json" },
      body: "{}",
    });
    await until("the welcome to be sent", async () => {
      const [last] = await product()
        .db.select()
        .from(deliveries)
        .where(eq(deliveries.botId, botId))
        .orderBy(desc(deliveries.id))
        .limit(1);
      const said = JSON.stringify(last?.content);
      return last?.state === "sent" && said.includes("read on") && said.includes("northlight.example/?name=");
    });
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("what a bot fares", () => {
  test("stands on a line of its own in the list, in Telegram's words; its page says what thirty days left of people", async () => {
    const { db, call } = product();
    const bot = await living(sandboxMoreBots[1].id);
    const path = `/reports/bots/${bot?.id}`;
    const { totals } = await call<{ totals: { joined: number; lost: number } }>("owner", "GET", path);
    expect([totals.joined > 0, totals.lost > 0]).toEqual([true, true]);
    const health = {
      checkedAt: new Date().toISOString(),
      problem: "bots.set_up_refused",
      lastError: "Bad Request: bad webhook: Failed to resolve host",
    };
    await db
      .update(bots)
      .set({ health })
      .where(eq(bots.id, bot?.id ?? ""));
    const app = await openApp(product(), { path: href("bots"), size: [320, 568] });
    const { page } = app;
    const said = botWords("uk")("bots.set_up_refused", { reason: health.lastError });
    const row = page.getByRole("link", { name: new RegExp(sandboxMoreBots[1].name) });
    await row.filter({ hasText: said }).waitFor();
    const [shown = ""] = await row.allInnerTexts();
    expect(shown.split("\n")).toContain(said);
    await row.click();
    await page.getByRole("tab", { name: t("app.bots.reach"), exact: true }).waitFor();
    // Where the number comes from: those whom it counts are a tap away.
    const people = page.getByRole("link", { name: t("app.bots.see_people"), exact: true });
    expect(await people.getAttribute("href")).toEndWith(`${href("audience")}?bot=${bot?.id}`);
    const left = totals.joined - totals.lost;
    await page
      .getByText(new RegExp(`^${t("app.bots.reach")}\\s*\\${left < 0 ? "-" : "+"}${Math.abs(left)}$`))
      .waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("the screens", () => {
  testSights(product, async () => {
    const shop = (await living(sandboxMoreBots[0].id))?.id ?? "";
    return {
      "bots-list": { path: href("bots") },
      "bot-new": { path: href("newBot") },
      "workspace-new": { path: href("newWorkspace") },
      "bot-main": { path: href("bot", { botId: product().botId }) },
      "bot-shop": { path: href("bot", { botId: shop }) },
      "bot-token": { path: href("botToken", { botId: shop }) },
      "bot-texts": { path: href("botTexts", { botId: shop }) },
    };
  });
});

describe("the end", () => {
  test("a bot is switched off and back on by the toast, and given up after Telegram's popup has asked", async () => {
    const bot = await living(sandboxSpareBot.id);
    const app = await openApp(product(), { path: href("bot", { botId: bot?.id ?? "" }) });
    const { page } = app;
    await page.getByRole("button", { name: t("app.bots.deactivate"), exact: true }).click();
    await page.getByText(t("app.bots.deactivated"), { exact: true }).waitFor();
    expect((await living(sandboxSpareBot.id))?.state).toBe("inactive");
    await page.getByRole("button", { name: t("app.action.undo"), exact: true }).click();
    await until("the bot to be on again", async () => (await living(sandboxSpareBot.id))?.state === "active");
    await page.getByRole("button", { name: t("app.bots.disconnect"), exact: true }).click();
    await page.getByText(t("app.bots.disconnected", { bot: sandboxSpareBot.username }), { exact: true }).waitFor();
    expect(await living(sandboxSpareBot.id)).toBeUndefined();
    await page.getByRole("link", { name: new RegExp(sandboxSpareBot.name) }).waitFor({ state: "hidden" });
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("a workspace of one's own", () => {
  test("is made in the profile with a bot, and says how it is opened", async () => {
    const app = await openApp(product(), { path: href("profile") });
    const { page } = app;
    await page.getByRole("link", { name: t("app.profile.new_workspace") }).click();
    await page.getByLabel(t("app.fact.name"), { exact: true }).fill("Northern media");
    await page.getByLabel(t("app.bots.token"), { exact: true }).fill(sandboxSpareBot.token);
    await app.pressMain();
    await page.getByText(`@${sandboxSpareBot.username}`, { exact: true }).waitFor();
    const bot = await living(sandboxSpareBot.id);
    expect(bot?.workspaceId).not.toBe((await living(sandboxMoreBots[0].id))?.workspaceId);
    await page.getByText(`${product().url}/app/${bot?.id}/`, { exact: true }).waitFor();
    expect(await lookAt(app, "workspace-made")).toEqual([]);
    await app.pressBack();
    await page.getByText("Northern media", { exact: true }).waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });
});
