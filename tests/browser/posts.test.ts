/** A customer's post from the paste to its proof, while the demo's worker works on it; and the team's queue. */
import { beforeAll, describe, expect, test } from "bun:test";
import { makePackage, postAddress } from "@backend/modules/fulfilment/testing.ts";
import { bots, persons, tasks } from "@db/schema/index.ts";
import { href } from "@miniapp/app/paths.ts";
import { sandboxPeople } from "@sandbox/world.ts";
import { and, eq } from "drizzle-orm";
import { productOfThisFile } from "./product.ts";
import { lookAt, testSights } from "./sights.ts";
import { openApp } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");
const small = { size: [320, 568] } as const;
let doneId: string;

beforeAll(async () => {
  const { db, call } = product();
  const [bot] = await db.select().from(bots).where(eq(bots.isPlatform, true));
  const workspaceId = bot?.workspaceId ?? "";
  // People outside the team hear news while the shop is open.
  await call("owner", "PATCH", "/shop/settings", { isOpen: true });
  // The first call makes the customer known.
  await call("customer", "PATCH", "/me", { locale: "uk" });
  const isCustomer = and(eq(persons.workspaceId, workspaceId), eq(persons.telegramId, sandboxPeople.customer.id));
  const [customer] = await db.select().from(persons).where(isCustomer);
  const personId = customer?.id ?? "";
  const space = { workspaceId, botId: bot?.id ?? "", botUsername: "", token: "" };
  const bought = await makePackage(db, space, personId, { startsAt: new Date() });
  const ended = {
    workspaceId,
    personId,
    ...bought,
    platform: "telegram" as const,
    worth: "1",
    currency: "USDT",
    attempts: 3,
    createdAt: new Date(Date.now() - 7_200_000),
    deadlineAt: new Date(Date.now() + 7_200_000),
    endedAt: new Date(),
  };
  const rows = await db
    .insert(tasks)
    .values([
      { ...ended, url: postAddress(1), address: postAddress(1), state: "failed", problem: "worker_failed" },
      {
        ...ended,
        url: "https://www.tiktok.com/@a_rather_long_name_of_somebody/video/7301234567890123456",
        address: "https://www.tiktok.com/@a_rather_long_name_of_somebody/video/7301234567890123456",
        platform: "tiktok",
        state: "completed",
        progress: { views_added: 12_500, reactions_added: 340 },
        proof: { report: "https://worker.example/reports/1", note: "ok" },
      },
      {
        ...ended,
        url: postAddress(2),
        address: postAddress(2),
        state: "cancelled",
        problem: "deadline",
        createdAt: new Date(Date.now() - 3 * 86_400_000),
        returnedAt: new Date(),
      },
    ])
    .returning();
  doneId = rows[1]?.id ?? "";
});

describe("a post", () => {
  test("is pasted, recognised, worked on before the customer's eyes and proven", async () => {
    const app = await openApp(product(), { person: "customer", path: href("newPost"), ...small });
    const { page } = app;
    const field = page.getByLabel(t("app.posts.address"), { exact: true });
    await field.fill("https://t.me/durov");
    await page.getByText(/t\.me\/durov\/400/).waitFor();
    expect(await lookAt(app, "post-new-refused")).toEqual([]);
    await field.fill("http://T.me/s/Durov/412?single");
    await page.getByText("t.me/durov/412", { exact: true }).waitFor();
    expect(await lookAt(app, "post-new")).toEqual([]);
    await app.pressMain();
    await page.getByText(t("app.posts.event.added"), { exact: true }).waitFor();
    // Told by the live stream alone: nothing is tapped until it is done.
    await page.getByText(t("app.posts.event.working"), { exact: true }).waitFor();
    expect(await lookAt(app, "post-worked-on")).toEqual([]);
    await page.getByText(/worker\.example\/reports/).waitFor();
    expect(await lookAt(app, "post-done")).toEqual([]);
    await app.pressBack();
    await page.getByRole("link", { name: /durov\/412/ }).waitFor();
    expect(await lookAt(app, "posts-mine")).toEqual([]);
    await app.close();
  });

  test("that was done is asked about, and then added once more", async () => {
    const app = await openApp(product(), { person: "customer", path: href("newPost") });
    const { page } = app;
    await page.getByLabel(t("app.posts.address"), { exact: true }).fill("https://t.me/durov/412");
    // Telegram's popup is answered by its first button, which confirms.
    await app.pressMain();
    await page.getByText(t("app.posts.event.added"), { exact: true }).waitFor();
    await app.close();
  });

  test("that failed is tried again by the team, and its worker is seen", async () => {
    const app = await openApp(product(), { path: `${href("tasks")}?state=failed`, ...small });
    const { page } = app;
    await page.getByRole("link", { name: /channel_of_tests\/1/ }).click();
    await page.getByRole("button", { name: t("app.posts.retry"), exact: true }).waitFor();
    expect(await lookAt(app, "task-failed")).toEqual([]);
    await page.getByRole("button", { name: t("app.posts.retry"), exact: true }).click();
    await page.getByText(t("app.posts.event.retried"), { exact: true }).waitFor();
    await page.getByText(/worker\.example\/reports/).waitFor();
    await app.pressBack();
    await page.getByRole("link", { name: t("app.posts.workers") }).click();
    await page.getByText("Demo worker").waitFor();
    expect(await lookAt(app, "workers")).toEqual([]);
    await app.close();
  });
});

describe("the screens of posts", () => {
  testSights(product, async () => ({
    tasks: { path: href("tasks") },
    task: { path: href("task", { taskId: doneId }) },
    "post-numbers": {
      path: `${href("salesNumbers")}?period=7d`,
      // Two that were done are TikTok's and Telegram's, and one of Telegram's gave its worth back.
      open: async ({ page }) => {
        const chart = page.getByRole("figure").filter({ hasText: t("app.posts.added_in_period") });
        await chart.getByText(new RegExp(`^${t("app.posts.outcome.returned")}\\s*1$`)).waitFor();
        await page.getByText("TikTok", { exact: true }).waitFor();
        await page.getByRole("link", { name: t("app.posts.all"), exact: true }).waitFor();
      },
    },
  }));
});
