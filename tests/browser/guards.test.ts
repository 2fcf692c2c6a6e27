/** What stands around a connection, by the hands of its owner: names mapped by taps, signatures, lists of senders, sharing. */
import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { conversions, trackerConnections } from "@db/schema/index.ts";
import { href } from "@miniapp/app/paths.ts";
import { eq } from "drizzle-orm";
import { productOfThisFile, until } from "./product.ts";
import { eventually, openApp } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");

const connectionOf = async (kind: "generic" | "binom") => {
  const [row] = await product().db.select().from(trackerConnections).where(eq(trackerConnections.kind, kind));
  return row?.id ?? "";
};
const addressOf = async (connectionId: string) =>
  (await product().call<{ url: string }>("owner", "POST", `/connections/${connectionId}/address`)).url.split("?")[0] ??
  "";
/** A looked-up connection is believed for two seconds. */
const settled = () => Bun.sleep(2_100);

describe("names that nobody knows", () => {
  test("are mapped by taps on a received call, tried at once, and read so from then on", async () => {
    const connectionId = await connectionOf("generic");
    const app = await openApp(product(), { path: href("connection", { connectionId }) });
    const { page } = app;
    await page.getByRole("link", { name: t("app.parameters.say") }).click();
    await page.getByText(t("app.parameters.unknown")).waitFor();
    for (const [name, meaning] of [
      ["visitor", "app.meaning.subid"],
      ["order", "app.meaning.tid"],
      ["stage", "app.meaning.raw_status"],
      ["total", "app.meaning.amount"],
    ] as const) {
      await page.getByRole("button", { name: new RegExp(`^${name}`) }).click();
      await page
        .getByRole("dialog")
        .getByRole("option", { name: t(meaning), exact: true })
        .click();
      await page.getByRole("button", { name: new RegExp(`^${name}.*${t(meaning)}`) }).waitFor();
    }
    await page.getByText(/v-5521 · A-1009/).waitFor();
    expect(await page.getByText(t("app.parameters.unknown")).count()).toBe(0);
    await eventually("the main button", app.mainText, t("app.action.save"));
    await app.pressMain();
    await page.getByText(t("app.guards.parameters_count", { count: 4 })).waitFor();

    const answer = await fetch(`${await addressOf(connectionId)}?visitor=v-1&order=o-1&stage=paid&total=99,90`);
    expect(answer.status).toBe(200);
    const read = await until("the call to be read", async () => {
      const [row] = await product().db.select().from(conversions).where(eq(conversions.subid, "v-1"));
      return row ?? null;
    });
    expect(read).toMatchObject({ tid: "o-1", status: "sale", amount: "99.90", currency: "UAH" });
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("a signature", () => {
  test("is asked for with one tap; the key is shown once, and only what it signed comes in", async () => {
    const connectionId = await connectionOf("generic");
    const app = await openApp(product(), { path: href("signing", { connectionId }) });
    const { page } = app;
    await page.getByRole("button", { name: t("app.signing.switch_on") }).click();
    await page.getByText(t("app.signing.key_once")).waitFor();
    await page.getByRole("button", { name: t("app.signing.copy_key") }).click();
    const key = await page.evaluate(() => navigator.clipboard.readText());
    expect(key.length).toBeGreaterThanOrEqual(43);

    const address = await addressOf(connectionId);
    const query = "visitor=v-2&order=o-2&stage=paid&total=5";
    const now = String(Math.floor(Date.now() / 1000));
    const signature = createHmac("sha256", key).update(`${now}.${query}`).digest("hex");
    await settled();
    expect((await fetch(`${address}?${query}`)).status).toBe(401);
    const headers = { "x-timestamp": now, "x-signature": signature };
    expect((await fetch(`${address}?${query}`, { headers })).status).toBe(200);

    await page.goto(`${product().appUrl}${href("connection", { connectionId })}`);
    await page.getByText(t("app.refusal.signature_missing")).waitFor();
    await page.goto(`${product().appUrl}${href("signing", { connectionId })}`);
    await page.getByRole("button", { name: t("app.signing.rotate") }).waitFor();
    expect(await page.getByText(key).count()).toBe(0);
    await page.getByRole("button", { name: t("app.signing.switch_off") }).click();
    await page.getByRole("button", { name: t("app.signing.switch_on") }).waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("a list of senders", () => {
  test("takes the address of the last refused call by a tap, and lets go of it by an undo", async () => {
    const connectionId = await connectionOf("binom");
    const app = await openApp(product(), { path: href("senders", { connectionId }) });
    const { page } = app;
    await page.getByText(t("app.senders.none")).waitFor();
    await page.getByLabel(t("app.senders.field"), { exact: true }).fill("10.300.0.1");
    await page.getByRole("button", { name: t("app.senders.add"), exact: true }).click();
    await page
      .getByText(/10\.300\.0\.1/)
      .first()
      .waitFor();
    await page.getByLabel(t("app.senders.field"), { exact: true }).fill("203.0.113.0/24");
    await page.getByRole("button", { name: t("app.senders.add"), exact: true }).click();
    await page.getByText("203.0.113.0/24", { exact: true }).waitFor();

    await settled();
    expect((await fetch(`${await addressOf(connectionId)}?subid=b1`)).status).toBe(404);
    const add = page.getByRole("button", { name: t("app.senders.add_refused", { address: "127.0.0.1" }) });
    await add.click();
    await page.getByText("127.0.0.1", { exact: true }).waitFor();
    await settled();
    expect((await fetch(`${await addressOf(connectionId)}?subid=b1`)).status).toBe(200);
    await page
      .getByRole("button", { name: t("app.action.undo") })
      .last()
      .click();
    await add.waitFor();
    // What is no address is refused by the server, which the console tells.
    expect(app.problems.filter((problem) => !/status of 422/.test(problem))).toEqual([]);
    await app.close();
  });
});

describe("a connection of a media buyer", () => {
  test("is his to make and to change; when it is shared with managers alone, another buyer's screen has none of it", async () => {
    const app = await openApp(product(), { person: "buyer", path: href("connections") });
    const { page } = app;
    const ru = appWords("ru");
    await page.getByRole("link", { name: /Binom · push/ }).click();
    await page.getByRole("link", { name: new RegExp(ru("app.guards.seen")) }).click();
    await page.getByRole("switch", { name: ru("app.access.everybody") }).click();
    await page.getByRole("switch", { name: ru("app.roles.manager") }).waitFor();
    expect(await page.getByRole("button", { name: ru("app.access.hand_over") }).count()).toBe(0);
    await page.goto(`${product().appUrl}${href("connections")}`);
    await page.getByRole("link", { name: /Keitaro · main/ }).click();
    await page.getByText(ru("app.guards.not_yours")).waitFor();
    expect(await page.getByRole("button", { name: ru("app.connection.reveal") }).count()).toBe(0);
    expect(app.problems).toEqual([]);
    await app.close();
  });
});
