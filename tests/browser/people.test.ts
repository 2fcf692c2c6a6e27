/** Who sees what: roles, strangers, forged launch data, a block that takes hold at once, and everybody's own language. */
import { describe, expect, test } from "bun:test";
import type { locales } from "@backend/i18n/index.ts";
import { signInitData } from "@sandbox/telegram/index.ts";
import { sandboxBot, sandboxPeople } from "@sandbox/world.ts";
import { productOfThisFile, until } from "./product.ts";
import { openApp, settled } from "./telegram-client.ts";
import { appWords, botWords } from "./words.ts";

const product = productOfThisFile();

interface MeAnswer {
  person: { id: string };
  member: { role: string } | null;
}

describe("roles", () => {
  test("the three people of the demo are in the team as the simulator says", async () => {
    for (const name of ["owner", "buyer", "customer"] as const) {
      const me = await product().call<MeAnswer>(name, "GET", "/me");
      expect(me.member?.role ?? null).toBe(sandboxPeople[name].role);
    }
  });

  test("a media buyer finds only the doors that open to him", async () => {
    const t = appWords("ru");
    const app = await openApp(product(), { person: "buyer", path: "/control" });
    const { page } = app;
    for (const door of ["app.control.chats", "app.control.deliveries", "app.control.bots"] as const)
      await page.getByRole("link", { name: t(door) }).waitFor();
    const closed = ["members", "people", "audit", "keys", "health", "settings"] as const;
    for (const door of closed) expect(await page.getByRole("link", { name: t(`app.control.${door}`) }).count()).toBe(0);
    await page.getByRole("link", { name: t("app.tabs.traffic") }).click();
    await page.getByRole("link", { name: t("app.traffic.connections") }).click();
    // He may make connections of his own, and not touch the team's.
    await page
      .getByRole("button", { name: t("app.connections.add") })
      .first()
      .waitFor();
    await page.getByRole("link", { name: /Keitaro · main/ }).click();
    await page.getByRole("heading", { name: /Keitaro · main/, level: 1 }).waitFor();
    for (const change of ["app.connection.delete", "app.connection.pause"] as const)
      expect(await page.getByRole("button", { name: t(change) }).count()).toBe(0);
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("a screen that his role may not see tells him so by its address, and shows nothing of it", async () => {
    const t = appWords("ru");
    for (const path of ["/control/members", "/control/api-keys", "/control/audit"]) {
      const app = await openApp(product(), { person: "buyer", path });
      await app.page.getByText(t("common.forbidden")).first().waitFor();
      expect(await app.page.getByText(sandboxPeople.owner.lastName).count()).toBe(0);
      await app.close();
    }
  });

  test("a customer has a side of her own and sees nothing of the team's", async () => {
    const t = appWords("en");
    const app = await openApp(product(), { person: "customer" });
    await app.page.getByRole("heading", { name: t("app.shop.title"), level: 1 }).waitFor();
    const bar = app.page.getByRole("navigation", { name: t("app.tabs.label") });
    expect(await bar.getByRole("link").allTextContents()).toEqual([t("app.tabs.shop"), t("app.tabs.profile")]);
    // The page asks for the team's day before it can know who is here, and is refused.
    expect(app.problems.filter((problem) => !/403 .*\/reports\/today/.test(problem))).toEqual([]);
    await app.close();
    for (const path of ["/traffic", "/connections", "/inbox", "/control/members", "/control/deliveries"]) {
      const team = await openApp(product(), { person: "customer", path });
      await settled(team.page);
      expect(await team.page.getByText(/Spring AU|Keitaro|Traffic team|Коваль/).count()).toBe(0);
      expect(await team.page.getByRole("link", { name: t("app.tabs.traffic"), exact: true }).count()).toBe(0);
      await team.close();
    }
  });
});

describe("launch data that Telegram did not sign for us", () => {
  const { id, firstName } = sandboxPeople.owner;
  const user = { id, first_name: firstName, language_code: "uk" };
  const hour = 3600;
  const now = Math.floor(Date.now() / 1000);
  const signed = signInitData(sandboxBot.token, { user });
  const strange: Record<string, string> = {
    forged: signed.replace(/hash=.{8}/, "hash=00000000"),
    "of another person under the same signature": signed.replace(String(id), String(id + 1)),
    expired: signInitData(sandboxBot.token, { user, auth_date: now - 25 * hour }),
    "from the future": signInitData(sandboxBot.token, { user, auth_date: now + hour }),
    "of another bot": signInitData("7000000002:OTHER-not-a-real-token-0123456789abc", { user }),
  };
  for (const [kind, initData] of Object.entries(strange))
    test(`${kind}: a sentence in the reader's language, and no data`, async () => {
      const app = await openApp(product(), { path: "/traffic", initData });
      const answers: number[] = [];
      app.page.on("response", (response) => {
        if (response.url().includes("/api/v1/")) answers.push(response.status());
      });
      const said = (await app.page.getByRole("alert").textContent()) ?? "";
      expect(said).toMatch(/\p{Script=Cyrillic}/u);
      expect(said).not.toMatch(/undefined|auth\.|HMAC|Error/);
      expect(await app.page.getByRole("navigation").count()).toBe(0);
      expect(await app.page.getByText(/Spring AU|Keitaro/).count()).toBe(0);
      expect(answers.filter((status) => status !== 401)).toEqual([]);
      const response = await fetch(`${product().url}/api/v1/conversions`, {
        headers: { authorization: `tma ${initData}`, "x-bot": product().botId },
      });
      expect(response.status).toBe(401);
      await app.close();
    });

  test("opened outside Telegram: the page says where to open it", async () => {
    const context = await product().browser.newContext({ locale: "uk-UA" });
    const page = await context.newPage();
    await page.goto(`${product().appUrl}/traffic`);
    await page.getByText(appWords("uk")("app.outside.title")).waitFor();
    await context.close();
  });
});

describe("a block", () => {
  test("takes hold at the next request of an app that is open", async () => {
    const t = appWords("ru");
    const { person } = await product().call<MeAnswer>("buyer", "GET", "/me");
    const app = await openApp(product(), { person: "buyer", path: "/traffic" });
    const { page } = app;
    await page.locator("a[href*='/conversions/']").first().waitFor();
    await product().call("owner", "POST", `/persons/${person.id}/block`, { reason: "left the team" });
    await page.locator("a[href*='/conversions/']").first().click();
    await page.getByText(t("auth.blocked")).first().waitFor();
    expect(await page.getByRole("heading", { name: t("app.conversion.facts") }).count()).toBe(0);
    await page.reload();
    await page.getByRole("alert").getByText(t("auth.blocked")).waitFor();
    expect(await page.getByRole("navigation").count()).toBe(0);

    await product().call("owner", "POST", `/persons/${person.id}/unblock`);
    await page.getByRole("button", { name: t("app.action.retry") }).click();
    await page
      .getByRole("navigation", { name: t("app.tabs.label") })
      .or(page.getByRole("heading", { level: 1 }))
      .first()
      .waitFor();
    await app.close();
  });
});

interface ShownMessage {
  message_id: number;
  text?: string;
}

/** Writes to the bot as a person would in the chat, and gives the bot's next answer. */
async function askBot(personId: number, text: string): Promise<string> {
  const chat = `${product().url}/simulator/api/people/${personId}/chats/${sandboxBot.id}`;
  const read = async () => (await (await fetch(`${chat}/messages`)).json()) as ShownMessage[];
  const last = (await read()).at(-1)?.message_id ?? 0;
  const sent = await fetch(`${chat}/messages`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text }),
  });
  expect(sent.status).toBe(200);
  return until("the bot's answer", async () => (await read()).find((one) => one.message_id > last + 1)?.text);
}

describe("language", () => {
  test("chosen in the profile, it is the app's at once and the bot's in its next answer", async () => {
    const app = await openApp(product(), { person: "owner", path: "/control/profile" });
    const { page } = app;
    let current: (typeof locales)[number] = "uk";
    for (const next of ["ru", "en", "uk"] as const) {
      const t = appWords(current);
      await page.getByRole("button", { name: t("app.fact.language") }).click();
      await page.getByRole("option", { name: t(`app.languages.${next}`) }).click();
      await page.getByRole("heading", { name: appWords(next)("app.tabs.profile"), level: 1 }).waitFor();
      await page.getByText(appWords(next)("app.profile.data")).waitFor();
      await page.waitForFunction((lang) => document.documentElement.lang === lang, next);
      expect(await askBot(sandboxPeople.owner.id, "/help")).toContain(botWords(next)("bots.help.commands"));
      current = next;
    }
    await page.reload();
    await settled(page);
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(appWords("uk")("app.tabs.profile"));
    expect(app.problems).toEqual([]);
    await app.close();
  });
});
