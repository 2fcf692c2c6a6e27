/** A segment built by tapping, with its reach beside it; kept, listed, copied, deleted, and shown to be broken when its tag is. */
import { beforeAll, describe, expect, test } from "bun:test";
import type { Condition } from "@backend/modules/audience/domain/segment.ts";
import { audienceTags, segments } from "@db/schema/index.ts";
import { href } from "@miniapp/app/paths.ts";
import { eq, sql } from "drizzle-orm";
import { productOfThisFile, until } from "./product.ts";
import { lookAt, testSights } from "./sights.ts";
import { type AppPage, openApp } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");
let workspaceId: string;
let tagId: number;

/** 120 people: every second reads Ukrainian, every third is a VIP, every fourth has clicked; ten have blocked the bot. */
beforeAll(async () => {
  const { db, botId } = product();
  const [bot] = await db.execute<{ workspace_id: string }>(sql`select workspace_id from bots where id = ${botId}`);
  workspaceId = bot?.workspace_id ?? "";
  // The demo's own audience makes room: what is counted here is known to the last person.
  await db.execute(sql`delete from subscribers`);
  await db.execute(sql`delete from audience_fields`);
  await db.execute(sql`delete from audience_tags`);
  const tags = await db
    .insert(audienceTags)
    .values(["VIP", "Вебінар у жовтні"].map((name) => ({ workspaceId, name })))
    .returning();
  tagId = tags[0]?.id ?? 0;
  await db.execute(sql`
    insert into audience_fields (workspace_id, key, name, kind, choices) values
      (${workspaceId}, 'city', 'Місто', 'text', '{}'), (${workspaceId}, 'plan', 'Тариф', 'choice', '{Gold,Silver}'),
      (${workspaceId}, 'birthday', 'День народження', 'date', '{}'), (${workspaceId}, 'score', 'Бали', 'number', '{}')`);
  await db.execute(sql`
    with made as (
      insert into chats (workspace_id, bot_id, telegram_chat_id, kind, title)
      select ${workspaceId}, ${botId}, 880000000 + n, 'private', 'Person ' || n from generate_series(1, 120) n
      returning id, telegram_chat_id - 880000000 as n, telegram_chat_id
    )
    insert into subscribers (workspace_id, bot_id, chat_id, telegram_id, origin, source, language, tags, clicks, state, last_seen_at, fields)
    select ${workspaceId}, ${botId}, id, telegram_chat_id, 'start', 'ads_' || n % 7, case when n % 2 = 0 then 'uk' else 'ru' end,
      case when n % 3 = 0 then array[${tagId}::int] else '{}'::int[] end, case when n % 4 = 0 then 2 else 0 end,
      case when n > 110 then 'blocked' else 'active' end, now() - n * interval '1 day', jsonb_build_object('city', 'Київ') from made`);
});

const people = (count: number) => t("app.reach.people", { count });
const sheetOf = ({ page }: AppPage) => page.getByRole("dialog");

async function addRule(app: AppPage, topic: string, card = 0): Promise<void> {
  await app.page
    .getByRole("button", { name: t("app.seg.add_rule"), exact: true })
    .nth(card)
    .click();
  await sheetOf(app).getByRole("option", { name: topic }).click();
  await sheetOf(app).getByLabel(t("app.seg.how"), { exact: true }).waitFor();
}
const done = (app: AppPage) =>
  sheetOf(app)
    .getByRole("button", { name: t("app.seg.done"), exact: true })
    .click();

describe("a segment", () => {
  test("is built by tapping while its reach is counted, saved, and listed in a sentence with its reach", async () => {
    const app = await openApp(product(), { path: href("segments") });
    const { page } = app;
    await page.getByText(t("app.segments.empty"), { exact: true }).waitFor();
    await page
      .getByRole("button", { name: t("app.segments.add") })
      .last()
      .click();
    await page.getByText(people(110), { exact: true }).waitFor();
    await page.getByLabel(t("app.segment.name"), { exact: true }).fill("Українські VIP");

    await addRule(app, t("app.seg.name.language"));
    await sheetOf(app).getByRole("button", { name: "українська" }).click();
    await done(app);
    await page.getByText(people(55), { exact: true }).waitFor();

    await addRule(app, t("app.seg.name.tag"));
    await sheetOf(app).getByRole("button", { name: "VIP", exact: true }).click();
    await done(app);
    await page.getByText(people(18), { exact: true }).waitFor();

    await page.getByRole("button", { name: t("app.seg.add_group"), exact: true }).click();
    await page.getByText(t("segments.group_empty"), { exact: true }).waitFor();
    await page.getByText(t("app.reach.mend"), { exact: true }).waitFor();
    await addRule(app, t("app.seg.name.clicks"), 1);
    await done(app);
    await page.getByLabel(t("app.seg.kind"), { exact: true }).nth(1).selectOption("none");
    await page.getByText(people(9), { exact: true }).waitFor();

    await app.pressMain();
    const row = page.getByRole("link", { name: /Українські VIP/ });
    await row.getByText("9", { exact: true }).waitFor();
    expect(await row.textContent()).toContain(t("app.seg.name.clicks"));
    const [saved] = await product().db.select().from(segments);
    const expected: Condition = {
      kind: "all",
      of: [
        { kind: "language", test: "is", values: ["uk"] },
        { kind: "tag", test: "any", values: [tagId] },
        { kind: "none", of: [{ kind: "count", fact: "clicks", test: "at_least", count: 1 }] },
      ],
    };
    expect(saved?.condition).toEqual(expected);
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("keeps a half-made rule out of what is counted, and a wrong number out of what is saved", async () => {
    const app = await openApp(product(), { path: href("newSegment") });
    const { page } = app;
    await page.getByText(people(110), { exact: true }).waitFor();
    await addRule(app, t("app.seg.name.source"));
    await sheetOf(app)
      .getByRole("button", { name: t("app.action.close") })
      .click();
    await page.getByText(t("app.seg.empty_root"), { exact: true }).waitFor();
    await addRule(app, t("app.seg.name.seen"));
    await sheetOf(app).getByLabel(t("app.seg.days"), { exact: true }).fill("0");
    await sheetOf(app).getByText(t("segments.days_invalid"), { exact: true }).waitFor();
    await sheetOf(app).getByLabel(t("app.seg.days"), { exact: true }).fill("10");
    await done(app);
    await page
      .getByText(people(9), { exact: true })
      .or(page.getByText(people(10), { exact: true }))
      .waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("leads to its people; the list is then narrowed by rules of one's own, which the way back keeps", async () => {
    const app = await openApp(product(), { path: href("segments") });
    const { page } = app;
    await page.getByRole("link", { name: /Українські VIP/ }).click();
    await page.getByRole("link", { name: t("app.segment.see_people") }).click();
    await page.getByText(t("app.audience.count", { count: 9 }), { exact: true }).waitFor();
    await page.getByRole("button", { name: "Українські VIP", exact: true }).click();
    await sheetOf(app)
      .getByRole("button", { name: /Українські VIP/ })
      .click();
    await page.getByRole("option", { name: t("app.segment.everybody") }).click();
    await sheetOf(app)
      .getByRole("button", { name: t("app.seg.add_rule"), exact: true })
      .click();
    await page.getByRole("option", { name: t("app.seg.name.tag") }).click();
    await page.getByRole("button", { name: "VIP", exact: true }).click();
    await page.getByRole("button", { name: t("app.seg.done"), exact: true }).click();
    await sheetOf(app).getByText(people(36), { exact: true }).waitFor();
    expect(await lookAt(app, "whom-sheet")).toEqual([]);
    await sheetOf(app)
      .getByRole("button", { name: t("app.audience.show"), exact: true })
      .click();
    const found = page.getByText(t("app.audience.count", { count: 36 }), { exact: true });
    await found.waitFor();
    expect(await lookAt(app, "audience-narrowed")).toEqual([]);
    // A file has whom the list has: the rules, and the words besides.
    await page.getByLabel(t("app.audience.search"), { exact: true }).fill("88000003");
    const few = page.getByText(t("app.audience.count", { count: 4 }), { exact: true });
    await few.waitFor();
    await page.getByRole("button", { name: t("app.audience.more"), exact: true }).click();
    // The sheet slides in.
    await page
      .locator("dialog[open]")
      .evaluate((sheet) => Promise.all(sheet.getAnimations().map(({ finished }) => finished)));
    expect(await lookAt(app, "audience-more")).toEqual([]);
    await sheetOf(app)
      .getByRole("button", { name: t("app.audience.export"), exact: true })
      .click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      sheetOf(app)
        .getByRole("button", { name: t("app.export.csv"), exact: true })
        .click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^audience-\d{4}-\d\d-\d\d\.csv$/);
    const lines = (await Bun.file(await download.path()).text()).trim().split("\r\n");
    expect(lines.slice(1).map((line) => line.split(",")[0])).toEqual([
      "880000030",
      "880000033",
      "880000036",
      "880000039",
    ]);
    await page.getByLabel(t("app.audience.search"), { exact: true }).fill("");
    await found.waitFor();
    await page.getByRole("listitem").getByRole("link").first().click();
    await page.getByRole("heading", { name: t("app.audience.facts") }).waitFor();
    await page.goBack();
    await found.waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("is copied, and deleted with a way back", async () => {
    const app = await openApp(product(), { path: href("segments") });
    const { page } = app;
    await page.getByRole("link", { name: /Українські VIP/ }).click();
    await page.getByRole("button", { name: t("app.segment.copy"), exact: true }).click();
    await until("the copy", async () => (await product().db.select().from(segments)).length === 2);
    await page
      .getByLabel(t("app.segment.name"), { exact: true })
      .and(page.locator('[value="Українські VIP (2)"]'))
      .waitFor();
    await page.getByRole("button", { name: t("app.segment.delete"), exact: true }).click();
    await page.getByText(t("app.segment.deleted"), { exact: true }).waitFor();
    await until("the deletion", async () => (await product().db.select().from(segments)).length === 1);
    await page
      .getByRole("button", { name: t("app.action.undo") })
      .last()
      .click();
    await page.getByRole("link", { name: /Українські VIP \(2\)/ }).waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("whose tag is gone says so in the list and under its rule", async () => {
    const { db } = product();
    const [tag] = await db.insert(audienceTags).values({ workspaceId, name: "Тимчасова" }).returning();
    const condition: Condition = { kind: "all", of: [{ kind: "tag", test: "none", values: [tag?.id ?? 0] }] };
    await product().call("owner", "POST", "/audience/segments", { name: "Без тимчасової", condition });
    await db.delete(audienceTags).where(eq(audienceTags.id, tag?.id ?? 0));
    const app = await openApp(product(), { path: href("segments") });
    const { page } = app;
    const row = page.getByRole("link", { name: /Без тимчасової/ });
    await row.getByText(t("app.segments.broken"), { exact: true }).waitFor();
    await row.click();
    await page.getByText(t("segments.tag_gone"), { exact: true }).waitFor();
    await page.getByText(t("app.reach.mend"), { exact: true }).waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("the screens", () => {
  testSights(product, async () => {
    const [segment] = await product().db.select().from(segments).where(eq(segments.name, "Українські VIP"));
    const path = href("segment", { segmentId: segment?.id ?? "" });
    const press = (label: string) => (app: AppPage) =>
      app.page.getByRole("button", { name: label, exact: true }).first().click();
    return {
      segments: { path: href("segments") },
      segment: { path },
      "segment-broken": { path, open: press(t("app.seg.add_group")) },
      "segment-topics": { path, open: press(t("app.seg.add_rule")) },
      "segment-rule": { path, open: (app) => addRule(app, t("app.seg.name.source")) },
      "segment-days": { path, open: (app) => addRule(app, t("app.seg.name.seen")) },
      "segment-between": {
        path,
        async open(app) {
          await addRule(app, "Бали");
          await sheetOf(app).getByLabel(t("app.seg.how"), { exact: true }).selectOption("between");
        },
      },
    };
  });
});
