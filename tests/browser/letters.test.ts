/** A message is written by a manager on the smallest phone: words, marks, a variable, a file, buttons; and kept as a template. */
import { describe, expect, test } from "bun:test";
import { messageTemplates, uploads } from "@db/schema/index.ts";
import { eq } from "drizzle-orm";
import { productOfThisFile } from "./product.ts";
import { lookAt } from "./sights.ts";
import { type AppPage, eventually, openApp } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");
const small = { size: [320, 568] as [number, number], platform: "android" as const };

const stored = () => product().db.select().from(messageTemplates).orderBy(messageTemplates.createdAt);
type Message = { kind: string; html?: string; media?: string };
const storedMessages = async () =>
  ((await stored())[0]?.letter ?? { messages: {} }) as { messages: Record<string, Message> };
const textField = ({ page }: AppPage) => page.getByRole("textbox", { name: t("app.letter.text"), exact: true });
const preview = ({ page }: AppPage) => page.getByRole("figure", { name: t("app.letter.preview") });

/** One pixel of a picture. */
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

describe("a letter", () => {
  test("is written, seen as Telegram shows it, and kept as a template", async () => {
    const app = await openApp(product(), { ...small, path: "/broadcasts/templates" });
    const { page } = app;
    expect(await lookAt(app, "letters-no-templates")).toEqual([]);
    await page.getByRole("button", { name: t("app.mtemplates.new") }).click();
    await textField(app).waitFor();
    await page.getByText(t("app.mtemplates.name_first")).waitFor();
    await page.getByLabel(t("app.mtemplates.name"), { exact: true }).fill("Осінній розпродаж");

    await textField(app).fill("Вітаю, !\nЗнижка 20 %");
    await textField(app).evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(7, 7));
    await page.getByRole("button", { name: t("app.letter.variables") }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /\{first_name\}/ })
      .click();
    await page.getByLabel(t("app.letter.fallback")).fill("друже");
    expect(await lookAt(app, "letters-variable")).toEqual([]);
    await page.getByRole("button", { name: t("app.letter.insert") }).click();
    await eventually("the variable", () => textField(app).inputValue(), "Вітаю, {first_name|друже}!\nЗнижка 20 %");
    await textField(app).evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(27, 33));
    await page.getByRole("button", { name: t("app.letter.mark.bold") }).click();
    await eventually("the mark", () => textField(app).inputValue(), "Вітаю, {first_name|друже}!\n<b>Знижка</b> 20 %");
    expect(await preview(app).textContent()).toContain("Вітаю, Олена!");
    expect(await preview(app).locator("strong").textContent()).toBe("Знижка");
    await page.getByRole("tab", { name: t("app.letter.reader.unknown") }).click();
    await eventually("the fallback", async () => (await preview(app).textContent())?.includes("Вітаю, друже!"), true);

    await page.getByRole("button", { name: t("app.letter.add_button") }).click();
    await page.getByLabel(t("app.letter.button_text")).fill("До магазину");
    await page.getByLabel(t("app.letter.button_value.url")).fill("https://shop.example/?u={username}");
    expect(await lookAt(app, "letters-button")).toEqual([]);
    await page.getByRole("button", { name: t("app.letter.add"), exact: true }).click();
    await preview(app).getByText("До магазину").waitFor();
    expect(await lookAt(app, "letters-written")).toEqual([]);
    await app.pressMain();
    await page.getByRole("link", { name: /Осінній розпродаж/ }).waitFor();
    expect(await lookAt(app, "letters-templates")).toEqual([]);
    const [template] = await stored();
    expect(template?.letter).toEqual({
      fallback: "uk",
      messages: {
        uk: {
          kind: "text",
          html: "Вітаю, {first_name|друже}!\n<b>Знижка</b> 20 %",
          buttons: [[{ text: "До магазину", url: "https://shop.example/?u={username}" }]],
        },
      },
    });
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("says under its place what Telegram would refuse, and cannot be saved until it is mended", async () => {
    const [template] = await stored();
    const app = await openApp(product(), { ...small, palette: "dark", path: `/broadcasts/templates/${template?.id}` });
    const { page } = app;
    await textField(app).fill("<b>{fist_name}");
    await page.getByText(t("letters.unknown_variable", { name: "{fist_name}" })).waitFor();
    await textField(app).fill("<b>{first_name|x}");
    await page.getByText(t("messaging.html_unclosed", { tag: "b" })).waitFor();
    await page.waitForFunction(() => window.__client.main.is_active === false);
    expect(await lookAt(app, "letters-wrong")).toEqual([]);
    await textField(app).fill("x".repeat(4_100));
    await page.getByText(t("letters.too_long", { over: 4, length: 4_100, most: 4_096 })).waitFor();
    await textField(app).fill("Готово");
    await app.pressMain();
    await page.getByRole("link", { name: /Осінній розпродаж/ }).waitFor();
    expect((await storedMessages()).messages.uk?.html).toBe("Готово");
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("gets another language, a picture that is uploaded, and its draft survives leaving", async () => {
    const [template] = await stored();
    const path = `/broadcasts/templates/${template?.id}`;
    const app = await openApp(product(), { path });
    const { page } = app;
    await page.getByRole("button", { name: t("app.letter.add_language"), exact: true }).click();
    await page.getByRole("searchbox").fill("польсь");
    await page.getByRole("option", { name: /Польська/i }).click();
    await page.getByLabel(t("app.letter.kind")).selectOption("photo");
    await page.getByText(t("letters.media_missing")).waitFor();
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: t("app.letter.choose_file") }).click();
    await (await chooser).setFiles({ name: "sale.png", mimeType: "image/png", buffer: png });
    await preview(app).locator("img").waitFor();
    await page.getByRole("textbox", { name: t("app.letter.caption"), exact: true }).fill("Zniżka");
    expect(await lookAt(app, "letters-photo")).toEqual([]);
    await page.reload();
    await preview(app).getByText("Готово").waitFor();
    await page.getByRole("button", { name: /Польська/i }).click();
    await preview(app).getByText("Zniżka").waitFor();
    await app.pressMain();
    await page.getByRole("link", { name: /Осінній розпродаж/ }).waitFor();
    const letter = await storedMessages();
    expect(letter.messages.uk?.kind).toBe("text");
    expect(letter.messages.pl?.media).toMatch(/^upload:/);
    const [file] = await product()
      .db.select()
      .from(uploads)
      .where(eq(uploads.id, letter.messages.pl?.media?.slice(7) ?? ""));
    expect(file?.expiresAt).toBeNull();
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("of an album has a caption under each picture, and shows them as Telegram does", async () => {
    const app = await openApp(product(), { ...small, path: "/broadcasts/templates/new" });
    const { page } = app;
    await page.getByLabel(t("app.mtemplates.name"), { exact: true }).fill("Альбом");
    await page.getByLabel(t("app.letter.kind")).selectOption("album");
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: t("app.letter.add_files") }).click();
    const files = [1, 2].map((n) => ({
      ...{ name: `${n}.png`, mimeType: "image/png" },
      buffer: Buffer.concat([png, Buffer.alloc(n)]),
    }));
    await (await chooser).setFiles(files);
    await preview(app).locator("img").nth(1).waitFor();
    await page.getByRole("textbox", { name: t("app.letter.caption"), exact: true }).fill("Разом");
    await preview(app).getByText("Разом", { exact: true }).waitFor();
    await page.getByRole("button", { name: new RegExp(`^${t("app.letter.add_caption")}`) }).click();
    const sheet = page.getByRole("dialog");
    const own = sheet.getByRole("textbox", { name: t("app.letter.own_caption"), exact: true });
    await own.fill("x".repeat(1_025));
    await sheet
      .getByText(/1.?024/)
      .first()
      .waitFor();
    await sheet.getByRole("alert").waitFor();
    await own.fill("Друге <b>фото</b>");
    expect(await lookAt(app, "letters-own-caption")).toEqual([]);
    await sheet.getByRole("button", { name: t("app.letter.done"), exact: true }).click();
    await preview(app).getByText(t("app.letter.captions_inside"), { exact: true }).waitFor();
    await page.getByRole("textbox", { name: t("app.letter.first_caption"), exact: true }).waitFor();
    expect(await lookAt(app, "letters-album")).toEqual([]);
    await app.pressMain();
    await page.getByRole("link", { name: /Альбом/ }).waitFor();
    const letter = (await stored()).at(-1)?.letter as { messages: Record<string, { items: { caption: string }[] }> };
    expect(letter.messages.uk?.items.map(({ caption }) => caption)).toEqual(["Разом", "Друге <b>фото</b>"]);
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("that two write at once is nobody's alone: whose words stay is chosen, and none are lost to a deletion", async () => {
    interface Kept {
      id: string;
      letter: { messages: { uk?: { html?: string } } };
    }
    const letterOf = (html: string) => ({ fallback: "uk", messages: { uk: { kind: "text", html } } });
    const address = "/broadcasts/templates";
    const made = await product().call<Kept>("owner", "POST", address, { name: "Спільний", letter: letterOf("Перше") });
    const path = `${address}/${made.id}`;
    const colleague = (html: string) => product().call("owner", "PUT", path, { letter: letterOf(html) });
    const app = await openApp(product(), { ...small, path });
    const { page } = app;
    const choose = (key: "app.broadcast.take_theirs" | "app.broadcast.keep_mine") =>
      page.getByRole("button", { name: t(key), exact: true }).click();
    await textField(app).fill("Моє");
    await colleague("Чуже");
    await page.getByText(t("app.broadcast.two_write"), { exact: true }).waitFor();
    expect(await lookAt(app, "letters-two-write")).toEqual([]);
    await choose("app.broadcast.take_theirs");
    await eventually("theirs", () => textField(app).inputValue(), "Чуже");
    await textField(app).fill("Знову моє");
    await colleague("Знову чуже");
    await choose("app.broadcast.keep_mine");
    await page.getByRole("link", { name: /Спільний/ }).waitFor();
    expect((await product().call<Kept>("owner", "GET", path)).letter.messages.uk?.html).toBe("Знову моє");
    await page.getByRole("link", { name: /Спільний/ }).click();
    await textField(app).fill("Не зникне");
    await product().call("owner", "DELETE", path);
    await page.getByText(t("app.mtemplates.gone"), { exact: true }).waitFor();
    expect(await lookAt(app, "letters-template-gone")).toEqual([]);
    await app.pressMain();
    await page.getByRole("link", { name: /Спільний/ }).waitFor();
    const again = (await stored()).find(({ name }) => name === "Спільний");
    expect(again?.id).not.toBe(made.id);
    expect((again?.letter as Kept["letter"] | undefined)?.messages.uk?.html).toBe("Не зникне");
    // That it is gone is told to the console too.
    expect(app.problems.filter((line) => !line.includes("404 (Not Found)") || !line.includes(made.id))).toEqual([]);
    await app.close();
  });

  test("is taken whole from a template into a broadcast", async () => {
    const app = await openApp(product(), { path: "/broadcasts/new" });
    const { page } = app;
    await page.getByRole("button", { name: t("app.mtemplates.use") }).click();
    const template = page.getByRole("option", { name: /Осінній розпродаж/ });
    expect(await template.textContent()).toContain("Готово");
    await template.click();
    await preview(app).getByText("Готово").waitFor();
    await preview(app).getByText("До магазину").waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });
});
