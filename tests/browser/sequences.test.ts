/** Sequences on the app's own screens: written, started, the people in it; and how the screens look. */
import { beforeAll, describe, expect, test } from "bun:test";
import { registerChat } from "@backend/modules/messaging/index.ts";
import {
  audienceFields,
  bots,
  sequenceConversions,
  sequenceMessages,
  sequenceRuns,
  sequenceSteps,
  sequences,
  subscribers,
} from "@db/schema/index.ts";
import { href } from "@miniapp/app/paths.ts";
import { eq } from "drizzle-orm";
import type { Locator } from "playwright-core";
import { productOfThisFile, until } from "./product.ts";
import { lookAt, testSights } from "./sights.ts";
import { openApp } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");
let welcomeId: string;

/** Somebody in each state of the demo's first sequence. */
beforeAll(async () => {
  const { db } = product();
  const [bot] = await db.select().from(bots);
  const [welcome] = await db.select().from(sequences).where(eq(sequences.name, "Welcome · 3 days"));
  if (!bot || !welcome) throw new Error("the demo data lacks a bot or a sequence");
  welcomeId = welcome.id;
  const at = { workspaceId: bot.workspaceId, botId: bot.id };
  const people = [
    { firstName: "Оксана", state: "active", position: 1, reason: null },
    { firstName: "Тимур", state: "finished", position: 3, reason: null },
    { firstName: "Денис", state: "stopped", position: 1, reason: "replied" },
  ] as const;
  for (const [n, { firstName, ...run }] of people.entries()) {
    const telegramId = 7_700_000_000 + n;
    const chat = await registerChat(db, { ...at, telegramChatId: telegramId, kind: "private", title: firstName });
    const [subscriber] = await db
      .insert(subscribers)
      .values({ ...at, chatId: chat.id, telegramId, origin: "start", firstName })
      .returning();
    await db.insert(sequenceRuns).values({
      ...run,
      workspaceId: at.workspaceId,
      sequenceId: welcomeId,
      subscriberId: Number(subscriber?.id),
      nextAt: run.state === "active" ? new Date(Date.now() + 86_400_000) : null,
      endedAt: run.state === "active" ? null : new Date(),
    });
  }
  const [first] = await db.select().from(sequenceSteps).where(eq(sequenceSteps.sequenceId, welcomeId));
  const stepId = first?.id ?? "";
  await db.update(sequenceSteps).set({ sent: 3 }).where(eq(sequenceSteps.id, stepId));
  const got = { workspaceId: at.workspaceId, sequenceId: welcomeId, stepId, isUrgent: false, queuedAt: new Date() };
  await db.insert(sequenceMessages).values([
    { ...got, id: 900_001n, subscriberId: 900_001, clicks: 1, clickedAt: new Date(), convertedAt: new Date() },
    { ...got, id: 900_002n, subscriberId: 900_002, clicks: 2, clickedAt: new Date() },
  ]);
  const earned = { status: "sale", isEarned: true, amount: "49.90", currency: "USD", at: new Date() };
  await db.insert(sequenceConversions).values({ ...earned, conversionId: 900_001n, messageId: 900_001n });
});

const textOf = (sheet: Locator) => sheet.getByRole("textbox", { name: t("app.letter.text"), exact: true });

describe("a sequence", () => {
  test("shows what each of its messages brought", async () => {
    const app = await openApp(product(), { path: href("sequence", { sequenceId: welcomeId }) });
    await app.page.getByText(t("app.sequences.answers", { clicked: 2, converted: 1 })).waitFor();
    await app.page.getByText("49,90").waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("begins when a field becomes what was chosen", async () => {
    const { db } = product();
    const [bot] = await db.select().from(bots);
    const field = { key: "discount_tried", name: "Пробна знижка", kind: "number" as const, position: -1 };
    await db.insert(audienceFields).values({ workspaceId: bot?.workspaceId ?? "", ...field });
    const app = await openApp(product(), { path: href("newSequence") });
    const { page } = app;
    await page.getByLabel(t("app.sequences.name"), { exact: true }).fill("За полем");
    const when = page.getByLabel(t("app.sequences.when"), { exact: true });
    await when.selectOption({ label: t("app.sequences.trigger_field_changed") });
    await page.getByLabel(t("app.sequences.field"), { exact: true }).selectOption({ label: field.name });
    const value = page.getByLabel(t("app.sequences.becomes"), { exact: true });
    await value.fill("дванадцять");
    await page.getByText(t("app.fields.wrong.number"), { exact: true }).waitFor();
    await value.fill("12,5");
    await page.getByRole("button", { name: t("app.sequences.at_once") }).click();
    const sheet = page.getByRole("dialog");
    await textOf(sheet).fill("Перше");
    await sheet.getByRole("button", { name: t("app.sequences.done"), exact: true }).click();
    expect(await lookAt(app, "sequence-by-field")).toEqual([]);
    await app.pressMain();
    await until("the sequence to be stored", async () => {
      const [row] = await db.select().from(sequences).where(eq(sequences.name, "За полем"));
      return Bun.deepEquals(row?.trigger, { kind: "field_changed", key: field.key, value: 12.5 });
    });
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("is written with two messages, started, and keeps what was changed afterwards", async () => {
    const app = await openApp(product(), { path: href("sequences") });
    const { page } = app;
    await page.getByRole("button", { name: t("app.sequences.new") }).click();
    await page.getByLabel(t("app.sequences.name"), { exact: true }).fill("Після мітки");
    await page.getByRole("button", { name: t("app.sequences.at_once") }).click();
    const sheet = page.getByRole("dialog");
    await textOf(sheet).fill("Перше");
    await sheet.getByRole("button", { name: t("app.sequences.done"), exact: true }).click();
    await page.getByRole("button", { name: t("app.sequences.add_step"), exact: true }).click();
    await sheet.getByLabel(t("app.sequences.delay"), { exact: true }).fill("2");
    await sheet.getByText(t("app.sequences.at_clock"), { exact: true }).click();
    await textOf(sheet).fill("Друге");
    await sheet.getByRole("button", { name: t("app.sequences.done"), exact: true }).click();
    await page.getByText(t("app.sequences.stop_replied"), { exact: true }).click();
    await app.pressMain();
    const stored = async () => {
      const [row] = await product().db.select().from(sequences).where(eq(sequences.name, "Після мітки"));
      return row;
    };
    await until("the sequence to be stored", async () => (await stored())?.state === "draft");
    await page.getByText(t("app.sequences.state_draft"), { exact: true }).waitFor();
    await app.pressMain();
    await until("the sequence to run", async () => (await stored())?.state === "active");
    await page.getByText(t("app.sequences.state_active"), { exact: true }).waitFor();
    expect((await stored())?.stops).toEqual([{ kind: "replied" }]);
    await page.getByLabel(t("app.sequences.name"), { exact: true }).fill("Після мітки, краще");
    await app.pressMain();
    await until("the new name", async () => {
      const rows = await product().db.select().from(sequences);
      return rows.some(({ name, state }) => name === "Після мітки, краще" && state === "active");
    });
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("is named on the page of a subscriber who is in it", async () => {
    const [denys] = await product().db.select().from(subscribers).where(eq(subscribers.telegramId, 7_700_000_002));
    const app = await openApp(product(), { path: href("subscriber", { subscriberId: String(denys?.id) }) });
    await app.page.getByRole("link", { name: /Welcome · 3 days/ }).click();
    await app.page.waitForURL(new RegExp(welcomeId));
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("shows who is in it, finds one by name, and lets one be taken out", async () => {
    const app = await openApp(product(), { path: href("sequencePeople", { sequenceId: welcomeId }) });
    const { page } = app;
    await page.getByRole("button", { name: /Денис/ }).waitFor();
    await page.getByLabel(t("app.sequences.search"), { exact: true }).fill("Окс");
    await page.getByRole("button", { name: /Денис/ }).waitFor({ state: "hidden" });
    await page.getByRole("button", { name: /Оксана/ }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: t("app.sequences.take_out"), exact: true })
      .click();
    await until("Oksana to be out", async () => {
      const runs = await product().db.select().from(sequenceRuns).where(eq(sequenceRuns.sequenceId, welcomeId));
      return runs.filter(({ reason }) => reason === "removed").length === 1;
    });
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("the archive", () => {
  test("takes a running sequence out of the list, the toast brings it back running, and the archive's list keeps it", async () => {
    const { db } = product();
    const path = href("sequence", { sequenceId: welcomeId });
    const stateOf = async () => {
      const [row] = await db.select().from(sequences).where(eq(sequences.id, welcomeId));
      return `${row?.state} ${row?.archivedAt ? "away" : "here"}`;
    };
    await db.update(sequences).set({ state: "active" }).where(eq(sequences.id, welcomeId));
    const app = await openApp(product(), { path });
    const { page } = app;
    const putAway = page.getByRole("button", { name: t("app.sequences.put_away"), exact: true });
    await putAway.click();
    await page.getByText(t("app.sequences.is_archived"), { exact: true }).waitFor();
    await until("it to be put away", async () => (await stateOf()) === "paused away");
    await page.getByRole("button", { name: t("app.action.undo"), exact: true }).click();
    await until("it to run again", async () => (await stateOf()) === "active here");
    await putAway.click();
    await page.getByText(t("app.sequences.state_archived"), { exact: true }).waitFor();
    // The toasts lie over the rows for as long as they can be tapped.
    await page.getByText(t("app.sequences.is_archived"), { exact: true }).first().waitFor({ state: "hidden" });
    expect(await lookAt(app, "sequence-archived")).toEqual([]);
    // What it says is read as before, and nothing of it can be changed.
    await page.getByRole("button", { name: new RegExp(t("app.sequences.at_once")) }).click();
    const sheet = page.getByRole("dialog");
    await textOf(sheet).waitFor();
    await sheet.getByText(t("app.reach.title"), { exact: true }).waitFor();
    expect(await textOf(sheet).isEditable()).toBe(false);
    expect(await sheet.getByLabel(t("app.sequences.delay"), { exact: true }).isEditable()).toBe(false);
    for (const change of ["app.seg.add_rule", "app.sequences.later", "app.sequences.remove_step"] as const)
      expect(await sheet.getByRole("button", { name: t(change), exact: true }).count()).toBe(0);
    expect(await lookAt(app, "sequence-archived-step")).toEqual([]);
    await sheet
      .getByRole("button", { name: t("app.action.close"), exact: true })
      .last()
      .click();
    await sheet.waitFor({ state: "hidden" });
    await app.pressBack();
    await page.getByRole("link", { name: /Welcome · 3 days/ }).waitFor({ state: "hidden" });
    await page.getByRole("button", { name: t("app.sequences.archive"), exact: true }).click();
    await page.getByRole("link", { name: /Welcome · 3 days/ }).waitFor();
    expect(await lookAt(app, "sequences-archive")).toEqual([]);
    await page.getByRole("link", { name: /Welcome · 3 days/ }).click();
    await page.getByRole("button", { name: t("app.sequences.take_back"), exact: true }).click();
    await until("it to be back", async () => (await stateOf()) === "paused here");
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("the screens of sequences", () => {
  testSights(product, async () => {
    const path = href("sequence", { sequenceId: welcomeId });
    return {
      sequences: { path: href("sequences") },
      "sequence-new": { path: href("newSequence") },
      sequence: { path },
      "sequence-people": { path: href("sequencePeople", { sequenceId: welcomeId }) },
      "sequence-step": {
        path,
        open: async ({ page }) => {
          await page.getByRole("button", { name: /Yesterday/ }).click();
          // The sheet comes when it is first opened, and slides in.
          await page
            .locator("dialog[open]")
            .evaluate((sheet) => Promise.all(sheet.getAnimations().map(({ finished }) => finished)));
        },
      },
    };
  });
});
