/** What the runs of a plan brought, on its page: together, one by one, and as a file. */
import { beforeAll, describe, expect, test } from "bun:test";
import { broadcastConversions, broadcasts } from "@db/schema/index.ts";
import { href } from "@miniapp/app/paths.ts";
import { eq, sql } from "drizzle-orm";
import { productOfThisFile } from "./product.ts";
import { testSights } from "./sights.ts";
import { openApp, settled } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");
let planId: string;

/** What the demo has sent and earned becomes the last run of a plan, with sixty before it. */
beforeAll(async () => {
  const { db } = product();
  const [earned] = await db.select().from(broadcastConversions).where(eq(broadcastConversions.isEarned, true)).limit(1);
  const [last] = await db
    .select()
    .from(broadcasts)
    .where(eq(broadcasts.id, earned?.broadcastId ?? ""));
  if (!last) throw new Error("the demo data has earned nothing");
  const letter = { fallback: "uk", messages: { uk: { kind: "text", html: "Доброго ранку" } } };
  const words = { key: "A", share: 100, letter };
  const [plan] = await db
    .insert(broadcasts)
    .values({
      ...{ workspaceId: last.workspaceId, name: "Щодня о десятій", botIds: last.botIds, variants: [words] },
      ...{ kind: "recurring", state: "scheduled", runAt: new Date("2099-01-01T08:00:00Z") },
      schedule: { kind: "cron", cron: "0 10 * * *", timeZone: "Europe/Kyiv" },
    })
    .returning();
  planId = plan?.id ?? "";
  const run = { kind: "run" as const, parentId: planId };
  await db
    .update(broadcasts)
    .set({ ...run, runAt: new Date("2026-11-20T08:00:00Z") })
    .where(eq(broadcasts.id, last.id));
  await db.execute(sql`
    insert into broadcasts (workspace_id, name, kind, parent_id, state, run_at, total, sent, failed, clicked, converted)
    select ${last.workspaceId}::uuid, 'Щодня о десятій', 'run', ${planId}::uuid, 'sent',
      timestamptz '2026-11-20T08:00:00Z' - n * interval '1 day', 1000 + n, 990, 10 + n, 40 + n, n
    from generate_series(1, 60) n`);
});

describe("a plan", () => {
  test("shows what its runs brought together, comes to its first run by scrolling, and goes home as a table", async () => {
    const app = await openApp(product(), { path: href("broadcast", { broadcastId: planId }) });
    const { page } = app;
    await page.getByText(t("app.results.runs", { count: 61 }), { exact: true }).waitFor();
    const runs = page.getByRole("list", { name: t("app.plan.runs") });
    await runs.getByRole("link").first().waitFor();
    await page.getByRole("button", { name: new RegExp(t("app.results.export")) }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("dialog").getByRole("button", { name: "Excel (XLSX)" }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^plan-\d{4}-\d\d-\d\d\.xlsx$/);
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    const oldest = runs.getByRole("link", { name: /перейшли 100/ });
    for (let turns = 0; turns < 50 && (await oldest.count()) === 0; turns++) {
      await page.mouse.wheel(0, 2_000);
      await settled(page);
    }
    await oldest.click();
    await page.waitForURL((url) => !url.pathname.endsWith(planId));
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("the screens of plans", () => {
  testSights(product, async () => {
    const path = href("broadcast", { broadcastId: planId });
    return {
      "plan-results": { path },
      "plan-results-runs": {
        path,
        open: ({ page }) =>
          page.getByRole("heading", { name: t("app.plan.runs") }).evaluate((one) => one.scrollIntoView()),
      },
    };
  });
});
