/** People of the audience found, tagged and written about; tags, fields and kinds made; a stop, and the way back from it. */
import { describe, expect, test } from "bun:test";
import { queueDelivery } from "@backend/modules/messaging/index.ts";
import { audienceChanges, audienceFields, audienceTags, deliveries, optOuts, subscribers } from "@db/schema/index.ts";
import { href } from "@miniapp/app/paths.ts";
import { sandboxPeople } from "@sandbox/world.ts";
import { and, eq, gt, isNull } from "drizzle-orm";
import { productOfThisFile, until } from "./product.ts";
import { testSights } from "./sights.ts";
import { openApp, settled } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");
const demo = gt(subscribers.telegramId, 820_000_000);

describe("the list of people", () => {
  test("is searched and narrowed, and leads to one of them and back to where it was", async () => {
    const [somebody] = await product()
      .db.select()
      .from(subscribers)
      .where(and(demo, eq(subscribers.state, "blocked")));
    const app = await openApp(product(), { path: href("audience") });
    const { page } = app;
    await settled(page);
    expect(await page.getByRole("listitem").count()).toBeGreaterThan(5);
    // One person in several bots is several rows, each of which says which bot it is.
    const { items } = await product().call<{ items: { name: string }[] }>("owner", "GET", "/bots");
    await until("each row to say its bot", async () => {
      const rows = await page.getByRole("listitem").allInnerTexts();
      return rows.every((row) => items.some(({ name }) => row.includes(name)));
    });
    await page.getByRole("button", { name: t("app.audience.state.blocked"), exact: true }).click();
    await page.getByRole("searchbox").fill(String(somebody?.telegramId));
    const row = page.locator(`a[href$='/audience/${somebody?.id}']`);
    await row.waitFor();
    await until("the others to go", async () => (await page.getByRole("listitem").count()) === 1);
    await row.click();
    await page.getByRole("heading", { name: t("app.audience.facts") }).waitFor();
    await page.goBack();
    await row.waitFor();
    expect(await page.getByRole("listitem").count()).toBe(1);
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("gives a new tag to those who are tapped, and to all that are found", async () => {
    const app = await openApp(product(), { path: href("audience") });
    const { page } = app;
    await settled(page);
    await page.getByRole("button", { name: t("app.audience.more") }).click();
    await page.getByRole("button", { name: t("app.audience.select") }).click();
    await page.getByRole("checkbox").nth(0).click();
    await page.getByRole("checkbox").nth(1).click();
    await page.getByRole("tab", { name: t("app.bulk_tags.selected", { number: "2" }) }).waitFor();
    await page.getByRole("button", { name: t("app.bulk_tags.add"), exact: true }).click();
    await page.getByRole("option", { name: t("app.tags.new") }).click();
    await page.getByLabel(t("app.tags.name")).fill("Весна");
    await page.getByRole("button", { name: t("app.audience.create"), exact: true }).click();
    const tagged = async () => {
      const [tag] = await product().db.select().from(audienceTags).where(eq(audienceTags.name, "Весна"));
      const rows = await product().db.select().from(subscribers);
      return rows.filter(({ tags }) => tags.includes(tag?.id ?? 0)).length;
    };
    await until("two tagged", async () => (await tagged()) === 2);
    await page.getByRole("tab", { name: /300|30\d|3\d\d/ }).click();
    await page.getByRole("button", { name: t("app.bulk_tags.add"), exact: true }).click();
    await page.getByRole("option", { name: "Весна" }).click();
    await until("all tagged", async () => (await tagged()) >= 300);
    expect((await product().db.select().from(audienceChanges)).every(({ state }) => state === "done")).toBe(true);
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("one of them", () => {
  test("gets a tag, a value and a note; a tag that is taken off can be put back; a refusal cannot be taken back here", async () => {
    const { db } = product();
    const [row] = await db
      .select()
      .from(subscribers)
      .where(and(demo, eq(subscribers.state, "active"), eq(subscribers.isOptedOut, false), eq(subscribers.tags, [])));
    const someone =
      row ??
      (
        await db
          .select()
          .from(subscribers)
          .where(and(demo, eq(subscribers.isOptedOut, false)))
      )[0];
    if (!someone) throw new Error("the demo has nobody to look at");
    const now = async () => (await db.select().from(subscribers).where(eq(subscribers.id, someone.id)))[0];
    const app = await openApp(product(), { path: href("subscriber", { subscriberId: String(someone.id) }) });
    const { page } = app;
    await settled(page);
    await page.getByRole("button", { name: t("app.tags.add"), exact: true }).click();
    const offered = page.getByRole("option").nth(1);
    const name = (await offered.textContent()) ?? "";
    await offered.click();
    const off = page.getByRole("button", { name: t("app.tags.take_off", { name }) });
    await off.click();
    await until("the tag to go", async () => (await now())?.tags.length === someone.tags.length);
    await page.getByRole("button", { name: t("app.action.undo") }).click();
    await until("the tag to be back", async () => (await now())?.tags.length === someone.tags.length + 1);

    await page.getByLabel("Депозитів").fill("сім");
    await page.getByText(t("app.fields.wrong.number")).waitFor();
    await page.getByLabel("Депозитів").fill("7,5");
    await page.getByLabel(t("app.audience.note")).fill("Передзвонити\nу п'ятницю");
    await app.pressMain();
    await until("what was written", async () => (await now())?.note === "Передзвонити\nу п'ятницю");
    expect((await now())?.fields.deposits).toBe(7.5);

    await page.getByRole("button", { name: t("app.refusals.note"), exact: true }).click();
    await page.getByRole("option", { name: t("app.refusals.everything") }).click();
    await page.getByText(t("app.refusals.via.member")).waitFor();
    expect((await now())?.isOptedOut).toBe(true);
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("tags, fields and kinds of messages", () => {
  test("are made, changed and deleted on screens of their own", async () => {
    const app = await openApp(product(), { path: href("fields") });
    const { page } = app;
    await settled(page);
    await app.pressMain();
    await page.getByLabel(t("app.fields.name"), { exact: true }).fill("Розмір");
    await page.getByLabel(t("app.fields.kind"), { exact: true }).selectOption("choice");
    await page.getByLabel(t("app.fields.choices"), { exact: true }).fill("S\nM\nM\n");
    await page.getByRole("button", { name: t("app.audience.create"), exact: true }).click();
    await page.getByText("{field:rozmir}").click();
    const [field] = await product().db.select().from(audienceFields).where(eq(audienceFields.key, "rozmir"));
    expect(field?.choices).toEqual(["S", "M"]);
    await page.getByRole("button", { name: t("app.fields.delete") }).click();
    await until("the field to go", async () => (await page.getByText("{field:rozmir}").count()) === 0);

    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("that are offered may be archived, and brought back by a tap", async () => {
    const app = await openApp(product(), { path: href("categories") });
    const { page } = app;
    await settled(page);
    await app.pressMain();
    await page.getByLabel(t("app.languages.uk"), { exact: true }).fill("Поради");
    await page.getByRole("button", { name: t("app.audience.create"), exact: true }).click();
    await page.getByRole("button", { name: "Поради" }).click();
    await page.getByRole("button", { name: t("app.categories.archive"), exact: true }).click();
    await page.getByText(t("app.categories.archived"), { exact: true }).waitFor();
    await page.getByRole("button", { name: t("app.action.undo") }).click();
    await page.getByText(t("app.categories.archived"), { exact: true }).waitFor({ state: "detached" });
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("show how many people have a tag, and take it off them when it is deleted", async () => {
    const { db } = product();
    const [vip] = await db.select().from(audienceTags).where(eq(audienceTags.name, "VIP"));
    const people = async () =>
      (await db.select().from(subscribers)).filter(({ tags }) => tags.includes(vip?.id ?? 0)).length;
    const app = await openApp(product(), { path: href("tags") });
    const { page } = app;
    await settled(page);
    await page.getByRole("button", { name: new RegExp(`VIP.*${await people()}`) }).click();
    await page.getByRole("button", { name: t("app.tags.delete"), exact: true }).click();
    await until("nobody to have it", async () => (await people()) === 0);
    expect(await page.getByRole("button", { name: /VIP/ }).count()).toBe(0);
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("somebody outside the team", () => {
  test("stops everything, and takes it back, on his own screen", async () => {
    const { db } = product();
    const mine = () =>
      db
        .select()
        .from(optOuts)
        .where(and(eq(optOuts.telegramId, sandboxPeople.customer.id), isNull(optOuts.endedAt)));
    const c = appWords("en");
    const app = await openApp(product(), { person: "customer", path: href("control") });
    const { page } = app;
    await page.getByRole("link", { name: c("app.profile.subscriptions") }).click();
    await page.getByRole("switch", { name: c("app.subscriptions.all") }).click();
    await until("the stop", async () => (await mine()).some(({ categoryId }) => categoryId === 0));
    expect(await page.getByRole("switch", { name: "News" }).isDisabled()).toBe(true);
    await page.getByRole("switch", { name: c("app.subscriptions.all") }).click();
    await until("the way back", async () => (await mine()).length === 0);
    await page.getByRole("switch", { name: "News" }).click();
    await until("one kind refused", async () => (await mine()).length === 1);
    await app.close();
  });
});

test("the demo's people are people of the stand-in: what is sent to one arrives", async () => {
  const { db } = product();
  const [somebody] = await db
    .select()
    .from(subscribers)
    .where(and(demo, eq(subscribers.state, "active")));
  const { id } = await queueDelivery(db, {
    workspaceId: somebody?.workspaceId ?? "",
    chatId: somebody?.chatId ?? "",
    lane: "service",
    content: { kind: "text", html: "Вітаємо" },
  });
  await until("the message to arrive", async () => {
    const [delivery] = await db
      .select()
      .from(deliveries)
      .where(eq(deliveries.id, BigInt(id ?? 0)));
    return delivery?.state === "sent";
  });
});

describe("the screens", () => {
  testSights(product, async () => {
    const [one] = await product()
      .db.select()
      .from(subscribers)
      .where(and(demo, eq(subscribers.isOptedOut, true)));
    return {
      audience: { path: href("audience") },
      subscriber: { path: href("subscriber", { subscriberId: String(one?.id) }) },
      tags: { path: href("tags") },
      fields: { path: href("fields") },
      categories: { path: href("categories") },
      subscriptions: { path: href("subscriptions") },
    };
  });
});
