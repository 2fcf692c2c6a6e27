/** A broadcast from its first letter to its end, on the app's own screens. */
import { beforeAll, describe, expect, test } from "bun:test";
import type { Variant } from "@backend/modules/broadcasts/contracts.ts";
import type { Check } from "@backend/modules/broadcasts/engine-contracts.ts";
import { broadcasts, deliveries, members } from "@db/schema/index.ts";
import { href } from "@miniapp/app/paths.ts";
import { sandboxGroup, sandboxPeople } from "@sandbox/world.ts";
import { and, eq, ne, sql } from "drizzle-orm";
import { productOfThisFile, until } from "./product.ts";
import { lookAt, testSights } from "./sights.ts";
import { openApp, settled } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");
/** People whom the stand-in does not know: messages to them fail, so that there is something to read in the reasons. */
const strangers = 300;

beforeAll(async () => {
  const { db } = product();
  await db.execute(sql`
    insert into chats (workspace_id, bot_id, telegram_chat_id, kind, title)
    select workspace_id, id, 990000000 + i, 'private', 'Stranger ' || i from bots, generate_series(1, ${strangers}::int) i`);
  await db.execute(sql`
    insert into subscribers (workspace_id, bot_id, chat_id, telegram_id, origin, first_name, subscribed_at)
    select workspace_id, bot_id, id, telegram_chat_id, 'start', title, now() from chats where kind = 'private'
    on conflict do nothing`);
}, 90_000);

const rowOf = async (name: string) => {
  const [row] = await product().db.select().from(broadcasts).where(eq(broadcasts.name, name));
  return row;
};

describe("a broadcast", () => {
  test("is written, saved by itself, tested, checked, sent, paused, resumed and watched to its end", async () => {
    const app = await openApp(product(), { path: href("broadcasts") });
    const { page } = app;
    await settled(page);
    await page
      .getByRole("button", { name: t("app.broadcasts.add") })
      .last()
      .click();
    await page.getByLabel(t("app.broadcast.name"), { exact: true }).fill("Чорна пʼятниця");
    await page.getByRole("checkbox", { name: /switchboard_demo_bot/ }).click();
    await page.getByRole("textbox", { name: t("app.letter.text"), exact: true }).fill("Знижки <b>до неділі</b>");
    await page.getByRole("button", { name: t("app.broadcast.chats") }).click();
    await page.getByRole("dialog").getByRole("checkbox", { name: sandboxGroup.title }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: t("app.action.close") })
      .click();
    await page.getByText(t("app.broadcast.saved"), { exact: true }).waitFor();
    await until("the draft on the server", async () => {
      const row = await rowOf("Чорна пʼятниця");
      return row?.state === "draft" && row.botIds.length === 1 && row.chatIds.length === 1;
    });
    await app.pressMain();
    await page.getByText(t("app.broadcast.recipients"), { exact: true }).waitFor();
    await page.getByRole("button", { name: t("app.broadcast.test"), exact: true }).click();
    await page.getByText(t("app.broadcast.test_sent"), { exact: true }).waitFor();
    await until("the test in the chat", async () => {
      const [sent] = await product().db.select().from(deliveries).where(eq(deliveries.subjectKind, "broadcast_test"));
      return sent?.state === "sent";
    });
    await page.getByRole("button", { name: t("app.broadcast.test_others"), exact: true }).click();
    await page.getByRole("dialog").getByRole("option", { name: sandboxPeople.buyer.firstName }).click();
    await until("the test in the chat of a colleague", async () => {
      const tests = await product().db.select().from(deliveries).where(eq(deliveries.subjectKind, "broadcast_test"));
      return tests.length === 2 && tests.every(({ state }) => state === "sent");
    });
    const draft = await rowOf("Чорна пʼятниця");
    const { reach } = await product().call<Check>("owner", "POST", `/broadcasts/${draft?.id}/check`);
    expect(reach.people).toBeGreaterThan(strangers);
    expect(reach.chats).toBe(1);
    expect(await app.mainText()).toBe(t("app.broadcast.send_to", { count: reach.people + reach.chats }));
    await app.pressMain();
    await page.getByText(t("app.broadcast.outcome"), { exact: true }).waitFor();
    await until("its pause to be offered", async () => (await app.mainText()) === t("app.broadcast.pause"));
    await app.pressMain();
    await until("the pause", async () => (await rowOf("Чорна пʼятниця"))?.state === "paused");
    await until("going on to be offered", async () => (await app.mainText()) === t("app.broadcast.resume"));
    await app.pressMain();
    await until("its end", async () => (await rowOf("Чорна пʼятниця"))?.state === "sent", 60_000);
    await page.getByText(t("app.broadcast.state_sent"), { exact: true }).waitFor();
    await page.getByText(t("app.broadcast.reasons"), { exact: true }).waitFor();
    const ended = await rowOf("Чорна пʼятниця");
    expect(ended).toMatchObject({ failed: strangers, planned: 0, queued: 0, unknown: 0 });
    const [toGroup] = await product()
      .db.select()
      .from(deliveries)
      .where(and(eq(deliveries.subjectKind, "broadcast"), eq(deliveries.state, "sent")));
    expect(toGroup).toBeDefined();
    await app.pressBack();
    await page.getByRole("link", { name: /Чорна пʼятниця/ }).waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("of a media buyer waits for somebody who may let it go", async () => {
    const made = await product().call<{ id: string }>("buyer", "POST", "/broadcasts", {
      name: "Від баєра",
      botIds: [product().botId],
      variants: [
        { key: "A", share: 100, letter: { fallback: "uk", messages: { uk: { kind: "text", html: "Привіт" } } } },
      ],
    });
    const app = await openApp(product(), {
      person: "buyer",
      path: href("broadcastLaunch", { broadcastId: made.id }),
    });
    await settled(app.page);
    await until("asking to be offered", async () => (await app.mainText()) === appWords("ru")("app.broadcast.request"));
    await app.pressMain();
    await until("the owner to hear", async () => {
      const [told] = await product().db.select().from(deliveries).where(eq(deliveries.subjectKind, "broadcast_news"));
      return told !== undefined;
    });
    await expect(product().call("buyer", "POST", `/broadcasts/${made.id}/launch`)).rejects.toThrow("403");
    expect(app.problems).toEqual([]);
    await app.close();
    // Whoever may let it go reads what it says where its button is, and is warned where it is written.
    const asked = {
      person: t("app.broadcast.requested_by", { person: "Денис Орлов" }),
      preview: t("app.letter.preview"),
    };
    const other = await openApp(product(), { path: href("broadcastLaunch", { broadcastId: made.id }) });
    await other.page.getByText(asked.person, { exact: true }).waitFor();
    await other.page.getByRole("figure", { name: asked.preview }).getByText("Привіт").waitFor();
    await other.pressBack();
    await other.page.getByText(t("app.broadcast.change_takes_back"), { exact: true }).waitFor();
    expect(other.problems).toEqual([]);
    await other.close();
  });

  test("compares two variants, each with its own words, and says how they do", async () => {
    const { id } = await product().call<{ id: string }>("owner", "POST", "/broadcasts", {
      name: "Два варіанти",
      botIds: [product().botId],
    });
    const app = await openApp(product(), { path: href("broadcast", { broadcastId: id }) });
    const { page } = app;
    const text = page.getByRole("textbox", { name: t("app.letter.text"), exact: true });
    await text.fill("Перше слово");
    await page.getByRole("button", { name: t("app.experiment.test"), exact: true }).click();
    await page.getByRole("tab", { name: /^B/, selected: true }).waitFor();
    await text.fill("Друге слово");
    await page.getByRole("tab", { name: /^A/ }).click();
    await until("the words of the first", async () => (await text.inputValue()) === "Перше слово");
    const wordsOf = async () => {
      const row = await rowOf("Два варіанти");
      return row ? (row.variants as Variant[]).map(({ letter }) => letter.messages.uk) : [];
    };
    await until("both on the server", async () =>
      Bun.deepEquals(await wordsOf(), [
        { kind: "text", html: "Перше слово" },
        { kind: "text", html: "Друге слово" },
      ]),
    );
    await product().call("owner", "POST", `/broadcasts/${id}/launch`);
    await page.getByText(t("app.experiment.result"), { exact: true }).waitFor();
    await page.getByText(t("app.experiment.variant", { key: "B" }), { exact: true }).waitFor();
    // The sample has got its own: no time is left to count, and what was said stands below.
    await page.getByText(t("app.broadcast.waits_for_winner"), { exact: true }).waitFor();
    expect(await page.getByText(t("app.broadcast.time_left"), { exact: true }).count()).toBe(0);
    await page.getByRole("tab", { name: /^B/ }).click();
    await page
      .getByRole("figure", { name: t("app.letter.preview") })
      .getByText("Друге слово")
      .waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("by each one's own clock is told by that clock, wherever the day begins first", async () => {
    const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    const { id } = await product().call<{ id: string }>("owner", "POST", "/broadcasts", {
      name: "За своїм годинником",
      botIds: [product().botId],
      variants: [
        { key: "A", share: 100, letter: { fallback: "uk", messages: { uk: { kind: "text", html: "Доброго ранку" } } } },
      ],
      schedule: { kind: "local", day, clock: "10:00" },
    });
    const app = await openApp(product(), { path: href("broadcastLaunch", { broadcastId: id }) });
    const { page } = app;
    await page.getByText(t("app.broadcast.duration_at_most"), { exact: true }).waitFor();
    await until("its clock on the button", async () => (await app.mainText()).endsWith("10:00"));
    const told = page.getByText(new RegExp(`10:00.*${t("app.broadcast.each_at", { when: "" }).trim()}`)).first();
    await told.waitFor();
    await app.pressMain();
    await page.getByRole("button", { name: t("app.broadcast.unschedule"), exact: true }).waitFor();
    await told.waitFor();
    await page
      .getByRole("figure", { name: t("app.letter.preview") })
      .getByText("Доброго ранку")
      .waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("that comes again is a plan: it shows its next times, and is paused and ended there", async () => {
    const { id } = await product().call<{ id: string }>("owner", "POST", "/broadcasts", {
      name: "Щопонеділка",
      botIds: [product().botId],
      variants: [
        { key: "A", share: 100, letter: { fallback: "uk", messages: { uk: { kind: "text", html: "Новий тиждень" } } } },
      ],
      schedule: { kind: "cron", cron: "0 10 * * 1", timeZone: "Europe/Kyiv" },
    });
    const app = await openApp(product(), { path: href("broadcast", { broadcastId: id }) });
    const { page } = app;
    await app.pressMain();
    const scheduling = t("app.broadcast.schedule_for", { when: "" });
    await until("its first time on the button", async () => (await app.mainText()).startsWith(scheduling));
    await app.pressMain();
    await page.getByText(t("app.plan.no_runs"), { exact: true }).waitFor();
    await settled(page);
    expect(await app.mainText()).toBe("");
    await page.getByRole("button", { name: t("app.plan.pause"), exact: true }).click();
    await until("the pause", async () => (await rowOf("Щопонеділка"))?.state === "paused");
    await page.getByRole("button", { name: t("app.plan.resume"), exact: true }).waitFor();
    await page.getByRole("button", { name: t("app.plan.stop"), exact: true }).click();
    await until("its end", async () => (await rowOf("Щопонеділка"))?.state === "cancelled");
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("that two write at once asks whose words stay where both wrote the same", async () => {
    const { id } = await product().call<{ id: string }>("owner", "POST", "/broadcasts", { name: "Удвох" });
    const app = await openApp(product(), { path: href("broadcast", { broadcastId: id }) });
    const { page } = app;
    await settled(page);
    let isFirst = true;
    // The other is a moment quicker.
    await page.route(`**/api/v1/broadcasts/${id}`, async (route) => {
      const isOurs = route.request().method() === "PATCH";
      if (isOurs && isFirst) {
        isFirst = false;
        await product().call("buyer", "PATCH", `/broadcasts/${id}`, { name: "Баєрова" });
      }
      await route.continue();
    });
    await page.getByLabel(t("app.broadcast.name"), { exact: true }).fill("Моя");
    await page.getByRole("button", { name: t("app.broadcast.keep_mine") }).waitFor();
    expect((await product().call<{ name: string }>("owner", "GET", `/broadcasts/${id}`)).name).toBe("Баєрова");
    // The note that it is torn lies over the last row for a moment.
    await until("the note to go", async () => (await page.getByText(t("app.broadcast.two_write")).count()) === 1);
    expect(await lookAt(app, "broadcast-two-write")).toEqual([]);
    await page.getByRole("button", { name: t("app.broadcast.keep_mine") }).click();
    await page.getByText(t("app.broadcast.saved"), { exact: true }).waitFor();
    expect((await product().call<{ name: string }>("owner", "GET", `/broadcasts/${id}`)).name).toBe("Моя");
    await app.close();
  });

  test("has rules that the owner sets", async () => {
    const app = await openApp(product(), { path: href("broadcastSettings") });
    const { page } = app;
    await settled(page);
    await page.getByRole("switch", { name: t("app.broadcast_settings.quiet") }).click();
    await page.getByLabel(t("app.broadcast_settings.from"), { exact: true }).fill("23:00");
    await app.pressMain();
    await page.getByText(t("app.saved"), { exact: true }).waitFor();
    expect(await product().call<object>("owner", "GET", "/broadcasts/settings")).toMatchObject({
      quietHours: { from: "23:00", to: "09:00" },
    });
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("that was sent is edited by owners and admins alone where two let it go: others are told so before they try", async () => {
    const { db } = product();
    const of = (role: "manager" | "media_buyer") => db.update(members).set({ role }).where(ne(members.role, "owner"));
    const settings = await product().call<object>("owner", "GET", "/broadcasts/settings");
    const twoAreNeeded = (needsFourEyes: boolean) =>
      product().call("owner", "PUT", "/broadcasts/settings", { ...settings, needsFourEyes });
    await of("manager");
    await twoAreNeeded(true);
    const path = href("broadcast", { broadcastId: (await rowOf("Чорна пʼятниця"))?.id ?? "" });
    const app = await openApp(product(), { person: "buyer", path });
    await app.page.getByText(appWords("ru")("app.sent.needs_owner"), { exact: true }).waitFor();
    expect(await app.page.getByRole("button", { name: appWords("ru")("app.sent.edit") }).count()).toBe(0);
    expect(await lookAt(app, "broadcast-sent-two-needed")).toEqual([]);
    expect(app.problems).toEqual([]);
    await app.close();
    await twoAreNeeded(false);
    await of("media_buyer");
  });
});

describe("the screens", () => {
  testSights(product, async () => {
    const idOf = async (name: string) => ({ broadcastId: (await rowOf(name))?.id ?? "" });
    const draft = await idOf("Від баєра");
    return {
      broadcasts: { path: href("broadcasts") },
      "broadcast-draft": { path: href("broadcast", draft) },
      "broadcast-launch": { path: href("broadcastLaunch", draft) },
      "broadcast-variants": { path: href("broadcast", await idOf("Два варіанти")) },
      "broadcast-scheduled": { path: href("broadcast", await idOf("За своїм годинником")) },
      "broadcast-plan": { path: href("broadcast", await idOf("Щопонеділка")) },
      "broadcast-ended": { path: href("broadcast", await idOf("Чорна пʼятниця")) },
      "broadcast-settings": { path: href("broadcastSettings") },
    };
  });
});
