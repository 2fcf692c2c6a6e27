/** One broadcast as an operator lives it: written with a name and a button, for some of the people, checked, sent, watched, and read the results of. */
import { expect, test } from "bun:test";
import type { Check } from "@backend/modules/broadcasts/engine-contracts.ts";
import { broadcasts, deliveries } from "@db/schema/index.ts";
import { href } from "@miniapp/app/paths.ts";
import { and, eq } from "drizzle-orm";
import { productOfThisFile, until } from "./product.ts";
import { lookAt } from "./sights.ts";
import { type AppPage, openApp } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");
const sizes = [
  { width: 320, height: 568 },
  { width: 390, height: 844 },
];
const name = "Вечірня акція";

/** On both phones. */
async function look(app: AppPage, step: string): Promise<string[]> {
  const broken: string[] = [];
  for (const size of sizes) {
    await app.page.setViewportSize(size);
    broken.push(...(await lookAt(app, `story-${step}-${size.width}`)));
  }
  return broken;
}

const stored = async () => {
  const [row] = await product().db.select().from(broadcasts).where(eq(broadcasts.name, name));
  return row;
};

test("a broadcast to some of the people is written, foretold, sent, and its results are read", async () => {
  const app = await openApp(product(), { path: href("newBroadcast") });
  const { page } = app;
  const sheet = page.getByRole("dialog");
  const broken: string[] = [];

  await page.getByLabel(t("app.broadcast.name"), { exact: true }).fill(name);
  await page.getByRole("checkbox", { name: /switchboard_demo_bot/ }).click();
  await page
    .getByRole("textbox", { name: t("app.letter.text"), exact: true })
    .fill("Вітаємо, {first_name|друже}!\n<b>−20 %</b> до опівночі.");
  await page.getByRole("button", { name: t("app.letter.add_button") }).click();
  await sheet.getByLabel(t("app.letter.button_text")).fill("До магазину");
  await sheet.getByLabel(t("app.letter.button_value.url")).fill("https://shop.example/?u={username}");
  await sheet.getByRole("button", { name: t("app.letter.add"), exact: true }).click();
  await page
    .getByRole("figure", { name: t("app.letter.preview") })
    .getByText("До магазину")
    .waitFor();

  await page.getByLabel(t("app.broadcast.who"), { exact: true }).selectOption("own");
  await page.getByRole("button", { name: t("app.seg.add_rule"), exact: true }).click();
  await sheet.getByRole("option", { name: t("app.seg.name.language") }).click();
  await sheet.getByRole("button", { name: "українська" }).click();
  await sheet.getByRole("button", { name: t("app.seg.done"), exact: true }).click();
  await page.getByRole("combobox", { name: t("app.schedule.when"), exact: true }).selectOption("now");
  await until("all of it on the server", async () => {
    const row = await stored();
    return row?.botIds.length === 1 && row.condition !== null && JSON.stringify(row.variants).includes("До магазину");
  });
  await page.getByText(t("app.broadcast.saved"), { exact: true }).waitFor();
  broken.push(...(await look(app, "composer")));

  await app.pressMain();
  await page.getByText(t("app.broadcast.recipients"), { exact: true }).waitFor();
  const draft = await stored();
  const check = await product().call<Check>("owner", "POST", `/broadcasts/${draft?.id}/check`);
  expect(check.problems).toEqual([]);
  expect(check.reach.people).toBeGreaterThan(20);
  const forecast = page.getByText(t("app.broadcast.duration"), { exact: true });
  await forecast.waitFor();
  expect(await app.mainText()).toBe(t("app.broadcast.send_to", { count: check.reach.people }));
  broken.push(...(await look(app, "launch")));

  await app.pressMain();
  await page.getByText(t("app.broadcast.outcome"), { exact: true }).waitFor();
  broken.push(...(await look(app, "progress")));
  await until("its end", async () => (await stored())?.state === "sent", 60_000);
  await page.getByText(t("app.broadcast.state_sent"), { exact: true }).waitFor();
  await page.getByRole("button", { name: t("app.sent.edit"), exact: true }).waitFor();
  broken.push(...(await look(app, "sent")));
  const ended = await stored();
  expect(ended).toMatchObject({
    sent: check.reach.people,
    skipped: check.reach.optedOut,
    planned: 0,
    queued: 0,
    unknown: 0,
  });
  const told = await product()
    .db.select({ content: deliveries.content })
    .from(deliveries)
    .where(and(eq(deliveries.subjectKind, "broadcast"), eq(deliveries.subjectId, ended?.id ?? "")));
  expect(told.length).toBe(check.reach.people);
  // Everybody by his own name, and nobody by the variable.
  expect(told.every(({ content }) => !JSON.stringify(content).includes("{first_name"))).toBe(true);

  await page.getByRole("link", { name: t("app.broadcast.results"), exact: true }).click();
  await page.waitForURL(/\/results$/);
  await page.getByText(t("app.results.recipients"), { exact: true }).waitFor();
  await page.getByText(String(ended?.sent), { exact: true }).first().waitFor();
  broken.push(...(await look(app, "results")));

  expect(broken).toEqual([]);
  expect(app.problems).toEqual([]);
  await app.close();
});

test("its messages are shown without those of others", async () => {
  const broadcastId = (await stored())?.id ?? "";
  const [one] = await product().db.select().from(deliveries).where(eq(deliveries.subjectId, broadcastId)).limit(1);
  if (!one) throw new Error("the broadcast left no deliveries");
  const { id: _, dedupeKey: __, ...foreign } = one;
  await product()
    .db.insert(deliveries)
    .values({ ...foreign, subjectId: crypto.randomUUID(), content: { kind: "text", html: "Of another" } });
  const app = await openApp(product(), { path: href("broadcast", { broadcastId }) });
  const { page } = app;
  await page.getByRole("link", { name: t("app.broadcast.deliveries"), exact: true }).click();
  await page.getByText(t("app.deliveries.of_broadcast"), { exact: true }).waitFor();
  await page
    .getByRole("list", { name: t("app.control.deliveries") })
    .getByRole("link")
    .first()
    .waitFor();
  expect(await page.getByText("Of another").count()).toBe(0);
  expect(await lookAt(app, "story-deliveries")).toEqual([]);
  await app.pressBack();
  await page.getByRole("link", { name: t("app.broadcast.deliveries"), exact: true }).waitFor();
  expect(app.problems).toEqual([]);
  await app.close();
});

test("what was delivered gets other words, and is taken away again", async () => {
  const sent = await stored();
  const app = await openApp(product(), { path: href("broadcast", { broadcastId: sent?.id ?? "" }) });
  const { page } = app;
  await page.getByRole("button", { name: t("app.sent.edit"), exact: true }).click();
  const sheet = page.getByRole("dialog");
  const replace = sheet.getByRole("button", { name: t("app.sent.replace", { count: sent?.sent ?? 0 }) });
  await replace.waitFor();
  expect(await replace.isDisabled()).toBe(true);
  await sheet.getByRole("textbox", { name: t("app.letter.text"), exact: true }).fill("Акцію продовжено до ранку.");
  expect(await lookAt(app, "story-edit")).toEqual([]);
  await replace.click();
  await page
    .getByText(t("app.sent.edit_done", { done: String(sent?.sent), total: String(sent?.sent) }), { exact: true })
    .waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: t("app.sent.delete"), exact: true }).click();
  await page
    .getByText(t("app.sent.delete_done", { done: String(sent?.sent), total: String(sent?.sent) }), { exact: true })
    .waitFor({ timeout: 60_000 });
  expect(app.problems).toEqual([]);
  await app.close();
});
