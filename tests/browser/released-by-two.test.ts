/** Sequences that two people let go, and two people who write one, on the app's own screens. */
import { beforeAll, describe, expect, test } from "bun:test";
import type { Sequence } from "@backend/modules/broadcasts/sequence-contracts.ts";
import { deliveries, sequences } from "@db/schema/index.ts";
import { href } from "@miniapp/app/paths.ts";
import { eq } from "drizzle-orm";
import { productOfThisFile, until } from "./product.ts";
import { lookAt, testSights } from "./sights.ts";
import { openApp, settled } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");
const ru = appWords("ru");
const idOf = async (name: string) => {
  const [row] = await product().db.select().from(sequences).where(eq(sequences.name, name));
  return row?.id ?? "";
};
const read = (sequenceId: string) => product().call<Sequence>("owner", "GET", `/sequences/${sequenceId}`);
/** Written by the buyer, who may not send. */
async function change(sequenceId: string, some: (body: Sequence) => object): Promise<Sequence> {
  const before = await read(sequenceId);
  const { name, botIds, trigger, stops, categoryId, isUrgent, isRepeatable } = before.waiting ?? before;
  const steps = (before.waiting ?? before).steps.map(({ id, delayMinutes, atClock, condition, letter }) => ({
    ...{ id, delayMinutes, atClock, condition, letter },
  }));
  const body = { name, botIds, trigger, stops, categoryId, isUrgent, isRepeatable, steps };
  return product().call<Sequence>("buyer", "PUT", `/sequences/${sequenceId}`, { ...body, ...some(before) });
}
const letter = (html: string) => ({ fallback: "uk", messages: { uk: { kind: "text", html } } });

beforeAll(async () => {
  const settings = await product().call<object>("owner", "GET", "/broadcasts/settings");
  await product().call("owner", "PUT", "/broadcasts/settings", { ...settings, needsFourEyes: true });
});

describe("where two are needed, a sequence", () => {
  test("is asked for by the one who wrote it, read and started by another", async () => {
    const sequenceId = await idOf("Thanks for the order");
    const app = await openApp(product(), { person: "buyer", path: href("sequence", { sequenceId }) });
    await until("a look to be offered", async () => (await app.mainText()) === ru("app.sequences.review"));
    await app.pressMain();
    await until("asking to be offered", async () => (await app.mainText()) === ru("app.broadcast.request"));
    await app.pressMain();
    await until("the owner to hear", async () => {
      const [told] = await product().db.select().from(deliveries).where(eq(deliveries.subjectKind, "sequence_news"));
      return told !== undefined;
    });
    await expect(product().call("buyer", "POST", `/sequences/${sequenceId}/activate`)).rejects.toThrow("403");
    expect(app.problems).toEqual([]);
    await app.close();
    const other = await openApp(product(), { path: href("sequenceLaunch", { sequenceId }) });
    await other.page.getByText(t("app.broadcast.requested_by", { person: "Денис Орлов" }), { exact: true }).waitFor();
    await other.page
      .getByRole("figure", { name: t("app.letter.preview") })
      .getByText("Дякуємо!")
      .waitFor();
    await other.pressMain();
    await until("it to run", async () => (await read(sequenceId)).state === "active");
    await other.page.waitForURL(new RegExp(`${sequenceId}$`));
    expect(other.problems).toEqual([]);
    await other.close();
  });

  test("that runs shows the change that waits, and goes by it once that was let go", async () => {
    const sequenceId = await idOf("Thanks for the order");
    await change(sequenceId, ({ steps: [first] }) => ({
      steps: [
        { delayMinutes: 5, atClock: null, condition: null, letter: letter("Дякуємо, щиро!"), id: first?.id },
        { delayMinutes: 1_440, atClock: "10:00", condition: null, letter: letter("Як вам замовлення?") },
      ],
    }));
    await product().call("buyer", "POST", `/sequences/${sequenceId}/request`);
    const app = await openApp(product(), { path: href("sequence", { sequenceId }) });
    const { page } = app;
    await page.getByText(t("app.sequences.waits_text"), { exact: true }).waitFor();
    expect(await lookAt(app, "sequence-with-change")).toEqual([]);
    await app.pressMain();
    await page.getByText(t("app.sequences.step_changed", { number: 1 }), { exact: true }).waitFor();
    await page.getByText(t("app.sequences.step_new", { number: 2 }), { exact: true }).waitFor();
    await until("its button", async () => (await app.mainText()) === t("app.sequences.do_change"));
    expect((await read(sequenceId)).steps).toHaveLength(1);
    await app.pressMain();
    await until("the change to be in force", async () => (await read(sequenceId)).steps.length === 2);
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("two people who write one sequence", () => {
  test("keep what each wrote in a part of his own, and choose where both wrote the same", async () => {
    const made = await product().call<Sequence>("owner", "POST", "/sequences", {
      ...{ name: "Двоє", botIds: [], trigger: { kind: "joined", source: null }, stops: [], categoryId: null },
      ...{ isUrgent: false, isRepeatable: false },
      steps: [{ delayMinutes: 0, atClock: null, condition: null, letter: letter("Вітаю") }],
    });
    const app = await openApp(product(), { path: href("sequence", { sequenceId: made.id }) });
    const { page } = app;
    const name = page.getByLabel(t("app.sequences.name"), { exact: true });
    const asked = page.getByText(t("app.sequences.changed_by", { person: "Денис Орлов" }), { exact: true });
    await name.fill("Моя назва");
    await change(made.id, () => ({ isRepeatable: true }));
    await app.pressMain();
    await until("both to be stored", async () => {
      const row = await read(made.id);
      return row.name === "Моя назва" && row.isRepeatable;
    });
    expect(await asked.count()).toBe(0);
    await page.getByText(t("app.saved"), { exact: true }).waitFor();
    await name.fill("Моя друга назва");
    await change(made.id, () => ({ name: "Чужа назва" }));
    await app.pressMain();
    await asked.waitFor();
    expect(await name.inputValue()).toBe("Моя друга назва");
    expect((await read(made.id)).name).toBe("Чужа назва");
    // The toast lies over the rows for as long as it can be read.
    await until("the toast to go", async () => (await page.getByText(/хтось інший/).count()) === 0);
    expect(await lookAt(app, "sequence-two-write")).toEqual([]);
    await page.getByRole("button", { name: t("app.broadcast.take_theirs"), exact: true }).click();
    await until("theirs", async () => (await name.inputValue()) === "Чужа назва");
    await name.fill("Моя третя назва");
    await change(made.id, () => ({ name: "Чужа друга назва" }));
    await app.pressMain();
    await asked.waitFor();
    await page.getByRole("button", { name: t("app.broadcast.keep_mine"), exact: true }).click();
    await asked.waitFor({ state: "hidden" });
    await until("mine to be stored", async () => (await read(made.id)).name === "Моя третя назва");
    // A refused save is a line in the console, and no fault of the page.
    expect(app.problems.filter((line) => !line.includes("409"))).toEqual([]);
    await app.close();
  });
});

describe("the screens of what two let go", () => {
  testSights(product, async () => {
    const running = await idOf("Thanks for the order");
    await change(running, () => ({ name: "Дякуємо за замовлення", isUrgent: true }));
    await product().call("buyer", "POST", `/sequences/${running}/request`);
    return {
      "two-sequence": { path: href("sequence", { sequenceId: running }) },
      "two-sequence-launch": { path: href("sequenceLaunch", { sequenceId: running }) },
      "two-settings": { path: href("broadcastSettings") },
      "two-sequences": { path: href("sequences"), open: ({ page }) => settled(page) },
    };
  });
});
