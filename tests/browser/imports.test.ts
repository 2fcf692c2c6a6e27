/** People from a file and people as a file, on the app's own screens: sent, mapped, looked through, imported, refused rows taken away. */
import { describe, expect, test } from "bun:test";
import { audienceImports, subscribers, uploads } from "@db/schema/index.ts";
import { href } from "@miniapp/app/paths.ts";
import { desc, inArray } from "drizzle-orm";
import { productOfThisFile, until } from "./product.ts";
import { testSights } from "./sights.ts";
import { type AppPage, openApp } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");

const ids = [7_100_000_001, 7_100_000_002, 7_100_000_003];
/** Larger than one part, so that it is sent in several. */
const people = (rows = 9_000) =>
  [
    "Телефон;Телеграм ID;Ім'я;Місто",
    `+380671112233;${ids[0]};Олена;Київ`,
    `+380671112234;${ids[1]};Ігор;Львів`,
    ";;Без номера;Одеса",
    `;${ids[0]};Олена вдруге;Київ`,
    ...Array.from(
      { length: rows },
      (_, n) => `+38067${2_000_000 + n};${7_200_000_000 + n};Людина з довгим ім’ям ${n};Дніпро`,
    ),
    `;${ids[2]};Остання;Харків`,
  ].join("\n");

async function choose({ page }: AppPage, text: string): Promise<void> {
  const file = { name: "клієнти-весна.csv", mimeType: "text/csv", buffer: Buffer.from(text) };
  await page.locator("input[type=file]").setInputFiles(file);
}

const latest = async () => {
  const [row] = await product().db.select().from(audienceImports).orderBy(desc(audienceImports.createdAt)).limit(1);
  return row;
};

describe("people from a file", () => {
  test("are sent in parts, mapped, looked through and imported; refused rows come as a file", async () => {
    const app = await openApp(product(), { path: href("audience") });
    const { page } = app;
    await page.getByRole("button", { name: t("app.audience.more") }).click();
    await page.getByRole("link", { name: t("app.audience.files") }).click();
    await page.getByText(t("app.import.empty"), { exact: true }).waitFor();
    await page
      .getByRole("button", { name: t("app.import.add") })
      .last()
      .click();
    await page.getByRole("button", { name: t("app.import.choose") }).waitFor();
    await choose(app, people());

    const column = (title: string) => page.getByRole("button", { name: title, exact: false });
    await column("Телеграм ID").getByText(t("app.import.target.telegram_id"), { exact: true }).waitFor();
    await column("Телефон").getByText(t("app.import.target.skip"), { exact: true }).waitFor();
    await column("Місто").click();
    await page
      .getByRole("dialog")
      .getByRole("option", { name: t("app.import.new_field.text") })
      .click();
    await page.getByText("Місто: Київ").first().waitFor();
    await page.getByText("Немає Telegram ID.").waitFor();
    await page.getByText("Цей ID уже є в рядку 2.").waitFor();
    await page.getByLabel(t("app.import.tags"), { exact: true }).fill("весна, клієнти");
    await page.getByLabel(t("app.import.consent"), { exact: true }).fill("Форма на сайті, травень 2026");
    await app.pressMain();

    await page.getByText(t("app.import.report"), { exact: true }).waitFor();
    await until("the import to end", async () => (await latest())?.state === "done");
    expect(await latest()).toMatchObject({ total: 9_005, done: 9_005, added: 9_003, refused: 2 });
    const stored = await product().db.select().from(subscribers).where(inArray(subscribers.telegramId, ids));
    expect(stored.map(({ state, tags }) => [state, tags.length])).toEqual(ids.map(() => ["unreachable", 2]));

    await page.getByRole("button", { name: t("app.import.report") }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("dialog").getByRole("button", { name: "CSV" }).first().click(),
    ]);
    const lines = (await Bun.file(await download.path()).text()).trim().split("\r\n");
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain("Немає Telegram ID.");
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("go on where the sending was cut off, and are forgotten when it is stopped", async () => {
    const app = await openApp(product(), { path: href("newImport") });
    const { page } = app;
    let isCut = true;
    const sent: string[] = [];
    await page.route("**/api/v1/uploads/*/parts/*", async (route) => {
      const part = route.request().url().split("/").at(-1) ?? "";
      if (isCut && part !== "0")
        return route.fulfill({ status: 422, json: { error: { code: "common.invalid", message: "", params: {} } } });
      sent.push(part);
      await route.continue();
    });
    await page.getByRole("button", { name: t("app.import.choose") }).waitFor();
    await choose(app, people());
    await page.getByText(t("app.import.cut_off")).waitFor();
    isCut = false;
    await page.getByRole("button", { name: t("app.import.go_on") }).click();
    await page.getByText(t("app.import.columns"), { exact: true }).waitFor();
    expect(sent.filter((part) => part === "0")).toHaveLength(1);
    await page.getByRole("button", { name: t("app.import.discard") }).click();
    await until("the draft to end", async () => (await latest())?.state === "cancelled");

    isCut = true;
    await page
      .getByRole("button", { name: t("app.import.add") })
      .last()
      .click();
    await page.getByRole("button", { name: t("app.import.choose") }).waitFor();
    await choose(app, people(8_000));
    await page.getByRole("button", { name: t("app.import.stop_sending") }).click();
    await page.getByRole("button", { name: t("app.import.choose") }).waitFor();
    await until("what had arrived to be deleted", async () => {
      const rows = await product().db.select().from(uploads);
      return rows.every(({ state }) => state === "ready");
    });
    await app.close();
  });

  test("that is no table is refused with a sentence, and another can be chosen", async () => {
    const app = await openApp(product(), { path: href("newImport") });
    const { page } = app;
    await page.getByRole("button", { name: t("app.import.choose") }).waitFor();
    await choose(app, "%PDF-1.7 not a table");
    await page.getByText("Це не таблиця.", { exact: false }).waitFor();
    await page.getByRole("button", { name: t("app.import.choose") }).waitFor();
    expect(app.problems.filter((line) => !line.includes("422"))).toEqual([]);
    await app.close();
  });
});

describe("screens of imports", () => {
  testSights(product, async () => {
    const { db } = product();
    const [done] = await db
      .select()
      .from(audienceImports)
      .where(inArray(audienceImports.state, ["done"]));
    const base = { ...done, id: undefined } as typeof audienceImports.$inferInsert;
    const make = async (values: Partial<typeof audienceImports.$inferInsert>) => {
      const [row] = await db
        .insert(audienceImports)
        .values({ ...base, ...values })
        .returning();
      return { path: href("import", { importId: row?.id ?? "" }) };
    };
    const startedAt = new Date(Date.now() - 20_000);
    return {
      imports: { path: href("imports") },
      "new-import": { path: href("newImport") },
      "import-draft": await make({ state: "mapping", consent: null }),
      "import-running": await make({ state: "running", done: 3_100, startedAt, finishedAt: null }),
      "import-counting": await make({
        state: "running",
        done: 0,
        total: null,
        added: 0,
        refused: 0,
        finishedAt: null,
      }),
      "import-done": { path: href("import", { importId: done?.id ?? "" }) },
      "import-failed": await make({ state: "failed", problem: "too_many_tags" }),
    };
  });
});
