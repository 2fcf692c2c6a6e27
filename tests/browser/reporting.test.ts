/** Conversions chosen and taken away as a file, bulk work, watches, summaries, and the storage time, on the app's own screens. */
import { describe, expect, test } from "bun:test";
import { conversionBatches, deliveries, reportSummaries, reportWatches } from "@db/schema/index.ts";
import { href } from "@miniapp/app/paths.ts";
import { sandboxGroup } from "@sandbox/world.ts";
import { eq, sql } from "drizzle-orm";
import { productOfThisFile, until } from "./product.ts";
import { testSights } from "./sights.ts";
import { type AppPage, openApp, settled } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");

const countOf = (words: string) => new RegExp(words.split("{")[0]?.trim() ?? "");

async function chooseGroup({ page }: AppPage): Promise<void> {
  await page
    .getByRole("button", { name: t("app.reporting.chat"), exact: false })
    .filter({ hasText: t("app.reporting.choose_chat") })
    .click();
  const picker = page.getByRole("dialog");
  await picker.getByRole("option", { name: sandboxGroup.title }).click();
  await picker.getByRole("option", { name: sandboxGroup.topics[1].name }).click();
  await picker.waitFor({ state: "hidden" });
}

describe("conversions in the hand", () => {
  test("some are tapped, and come as a file that holds them and no others", async () => {
    const app = await openApp(product(), { path: href("conversions") });
    const { page } = app;
    await settled(page);
    await page.getByRole("button", { name: t("app.conversions.select") }).click();
    const rows = page.getByRole("checkbox");
    await rows.nth(0).click();
    await rows.nth(2).click();
    expect(await rows.nth(0).getAttribute("aria-checked")).toBe("true");
    await page.getByRole("tab", { name: t("app.bulk.selected", { number: "2" }) }).waitFor();
    await page.getByRole("button", { name: t("app.bulk.export"), exact: true }).click();
    const sheet = page.getByRole("dialog");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      sheet.getByRole("button", { name: t("app.export.csv"), exact: true }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^conversions-\d{4}-\d\d-\d\d\.csv$/);
    const text = await Bun.file(await download.path()).text();
    expect(text.trim().split("\r\n").length).toBe(3);
    await page.getByText(t("app.export.saved"), { exact: true }).waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("all that a filter finds are told again, with progress to the end", async () => {
    const app = await openApp(product(), { path: `${href("conversions")}?status=rejected` });
    const { page } = app;
    await settled(page);
    await page.getByRole("button", { name: t("app.conversions.select") }).click();
    await page.getByRole("tab", { name: countOf(t("app.bulk.all", { number: "{" })) }).click();
    await page.getByRole("button", { name: t("app.bulk.reroute"), exact: true }).click();
    await until("the batch to end", async () => {
      const [batch] = await product().db.select().from(conversionBatches);
      return batch?.state === "done" && batch.doneCount === batch.total && batch.total > 0;
    });
    await page.getByText(countOf(t("app.bulk.ended_reroute", { done: "{", total: "", made: "" }))).waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("a watch", () => {
  test("is made with an example of the last hour beside it, changed, and deleted with a way back", async () => {
    const app = await openApp(product(), { path: href("connections") });
    const { page } = app;
    await page.getByRole("link", { name: new RegExp(t("app.reporting.watches")) }).click();
    await page.getByText(t("app.watches.empty")).waitFor();
    await page
      .getByRole("button", { name: t("app.watches.add") })
      .last()
      .click();
    await page.getByLabel(t("app.watch.name"), { exact: true }).fill("Депозити зранку");
    await page.getByText(t("app.watch.example"), { exact: false }).waitFor();
    await chooseGroup(app);
    await app.pressMain();
    await page.getByRole("link", { name: /Депозити зранку/ }).click();
    await page.getByLabel(t("app.watch.direction"), { exact: true }).selectOption("spike");
    await app.pressMain();
    await until("the change", async () => {
      const [watch] = await product().db.select().from(reportWatches);
      return watch?.direction === "spike" && watch.threadId === sandboxGroup.topics[1].threadId;
    });
    await page.getByRole("link", { name: /Депозити зранку/ }).click();
    await page.getByRole("button", { name: t("app.reporting.delete"), exact: true }).click();
    await page.getByText(t("app.watches.empty")).waitFor();
    await page.getByRole("button", { name: t("app.action.undo") }).click();
    await page.getByRole("link", { name: /Депозити зранку/ }).waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("a summary", () => {
  test("is made, and sent by hand to see what it looks like", async () => {
    const app = await openApp(product(), { path: href("newSummary") });
    const { page } = app;
    await settled(page);
    await page.getByRole("tab", { name: t("app.summary.week") }).click();
    await chooseGroup(app);
    await app.pressMain();
    await page.getByRole("link", { name: /09:00/ }).click();
    await page.getByRole("button", { name: t("app.summary.send"), exact: true }).click();
    await page.getByText(t("app.summary.sent"), { exact: true }).waitFor();
    await until("the summary in the chat", async () => {
      const [sent] = await product().db.select().from(deliveries).where(eq(deliveries.subjectKind, "summary"));
      return sent?.state === "sent";
    });
    expect((await product().db.select().from(reportSummaries)).length).toBe(1);
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("the storage time", () => {
  test("says what it would delete before it is saved", async () => {
    await product().db.execute(sql`
      update conversions set happened_at = now() - interval '200 days' where id = (select min(id) from conversions)`);
    const app = await openApp(product(), { path: href("retention") });
    const { page } = app;
    await settled(page);
    await page.getByLabel(t("app.retention.keep"), { exact: true }).selectOption("180");
    await page.getByText(t("app.retention.would_delete", { count: 1 })).waitFor();
    await app.pressMain();
    await page.getByText(t("app.saved"), { exact: true }).waitFor();
    expect(await product().call<{ keepDays: number }>("owner", "GET", "/conversions/retention")).toMatchObject({
      keepDays: 180,
    });
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("the screens", () => {
  testSights(product, async () => {
    const [watch] = await product().db.select().from(reportWatches);
    const [summary] = await product().db.select().from(reportSummaries);
    const select = async ({ page }: AppPage) => {
      await page.getByRole("button", { name: t("app.conversions.select") }).click();
      await page.getByRole("checkbox").nth(1).click();
    };
    return {
      watches: { path: href("watches") },
      watch: { path: href("watch", { watchId: watch?.id ?? "" }) },
      "new-watch": { path: href("newWatch") },
      summaries: { path: href("summaries") },
      summary: { path: href("summary", { summaryId: summary?.id ?? "" }) },
      retention: {
        path: href("retention"),
        async open({ page }) {
          await page.getByLabel(t("app.retention.keep"), { exact: true }).selectOption("90");
          await page.getByText(t("app.retention.would_delete", { count: 1 })).waitFor();
        },
      },
      "connections-end": { path: href("connections") },
      "conversions-selecting": { path: href("conversions"), open: select },
      "export-sheet": {
        path: href("conversions"),
        async open(app) {
          await select(app);
          await app.page.getByRole("button", { name: t("app.bulk.export"), exact: true }).click();
        },
      },
    };
  });
});
