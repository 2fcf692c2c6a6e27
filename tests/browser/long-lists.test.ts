/** A team that has grown: many bots, tags and groups, each found by its words, and a group that threw the bot out. */
import { beforeAll, expect, test } from "bun:test";
import { audienceTags, broadcasts, chats } from "@db/schema/index.ts";
import { href } from "@miniapp/app/paths.ts";
import { sandboxGroup } from "@sandbox/world.ts";
import { eq, sql } from "drizzle-orm";
import { productOfThisFile, until } from "./product.ts";
import { lookAt } from "./sights.ts";
import { openApp, settled } from "./telegram-client.ts";
import { appWords, botWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");
const small = { size: [320, 568] as [number, number] };

beforeAll(async () => {
  const { db, botId } = product();
  // Switched off: nobody polls or sends through bots that the stand-in does not know.
  await db.execute(sql`
    insert into bots (workspace_id, telegram_id, username, name, token_sealed, webhook_secret_sealed, state)
    select workspace_id, 7100000000 + i, 'bot_of_shop_' || i || '_bot', 'Крамниця ' || i, 'x', 'x', 'inactive'
    from bots, generate_series(1, 190) i where id = ${botId}`);
  await db.execute(sql`
    insert into audience_tags (workspace_id, name) select workspace_id, 'Тег ' || i from bots, generate_series(1, 480) i
    where id = ${botId}`);
  await db.execute(sql`
    insert into chats (workspace_id, bot_id, telegram_chat_id, kind, title)
    select workspace_id, id, -1003000000000 - i, 'channel', 'Канал ' || i from bots, generate_series(1, 230) i
    where id = ${botId}`);
}, 90_000);

test("bots and tags are found by what is typed, and as many rows as fit are drawn", async () => {
  const app = await openApp(product(), { ...small, path: href("bots") });
  const { page } = app;
  const field = page.getByRole("searchbox", { name: t("app.action.search"), exact: true });
  await field.waitFor();
  await settled(page);
  expect(await page.getByRole("link").count()).toBeLessThan(60);
  expect(await lookAt(app, "long-lists-bots")).toEqual([]);
  const wanted = page.getByRole("link", { name: /Крамниця 77/ });
  const heading = page.getByRole("heading", { name: "Крамниця 77", exact: true });
  // At once, before the address of the list has heard of what was typed: that must not lead back to the list.
  await field.fill("shop_77_ крамн");
  await wanted.click();
  await heading.waitFor();
  await app.pressBack();
  await field.fill("крамн shop_77_");
  await until("only that one", async () => (await page.getByRole("link").count()) === 1);
  await page.waitForURL(/[?]q=/);
  await wanted.click();
  await heading.waitFor();
  await app.pressBack();
  // Whoever comes back finds what he had looked for.
  await wanted.waitFor();
  expect(await field.inputValue()).toBe("крамн shop_77_");
  await field.fill("немає такого");
  await page.getByText(t("app.state.nothing_found"), { exact: true }).waitFor();
  expect(await lookAt(app, "long-lists-bots-nothing")).toEqual([]);
  await page.getByRole("button", { name: t("app.action.reset") }).click();
  await until("all of them", async () => (await page.getByRole("link").count()) > 5);
  expect(app.problems).toEqual([]);
  await app.close();

  const tags = await openApp(product(), { ...small, path: href("tags") });
  await tags.page.getByRole("searchbox", { name: t("app.action.search"), exact: true }).fill("419 тег");
  await tags.page.getByRole("button", { name: /^Тег 419/ }).waitFor();
  const rows = tags.page.getByRole("button", { name: /^Тег/ });
  await until("that one alone", async () => (await rows.count()) === 1);
  expect(await lookAt(tags, "long-lists-tags")).toEqual([]);
  await tags.page.getByRole("button", { name: /^Тег 419/ }).click();
  await tags.page.getByRole("button", { name: t("app.tags.delete"), exact: true }).click();
  await until("the tag to go", async () => {
    const kept = await product().db.select().from(audienceTags).where(eq(audienceTags.name, "Тег 419"));
    return kept.length === 0;
  });
  expect(tags.problems).toEqual([]);
  await tags.close();
});

test("a group that threw the bot out can be taken out of a draft, and an old channel is found among hundreds", async () => {
  const { db } = product();
  const [group] = await db.select().from(chats).where(eq(chats.telegramChatId, sandboxGroup.id));
  const made = await product().call<{ id: string }>("owner", "POST", "/broadcasts", { chatIds: [group?.id] });
  await db.update(chats).set({ state: "kicked" }).where(eq(chats.telegramChatId, sandboxGroup.id));
  const app = await openApp(product(), { ...small, path: href("broadcast", { broadcastId: made.id }) });
  const { page } = app;
  await page.getByRole("button", { name: t("app.broadcast.chats") }).click();
  const sheet = page.getByRole("dialog");
  const lost = sheet.getByRole("checkbox", { name: new RegExp(sandboxGroup.title) });
  await lost.waitFor();
  expect(await lost.textContent()).toContain(botWords("uk")("messaging.failed.chat_kicked"));
  expect(await lookAt(app, "long-lists-lost-group")).toEqual([]);
  await lost.click();
  await sheet.getByRole("searchbox").fill("Канал 7");
  await sheet.getByRole("checkbox", { name: /Канал 7(?![0-9])/ }).click();
  await sheet.getByRole("button", { name: t("app.action.close") }).click();
  const [channel] = await db.select().from(chats).where(eq(chats.title, "Канал 7"));
  await until("the draft on the server", async () => {
    const [row] = await db.select().from(broadcasts).where(eq(broadcasts.id, made.id));
    return JSON.stringify(row?.chatIds) === JSON.stringify([channel?.id]);
  });
  expect(app.problems).toEqual([]);
  await app.close();
});
