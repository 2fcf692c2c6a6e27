/** Routes made by tapping and tried before they are saved, texts seen as Telegram shows them, and the lab that says why. */
import { describe, expect, test } from "bun:test";
import type { RouteDraftBody } from "@backend/modules/conversions/alert-contracts.ts";
import type { Conversion } from "@backend/modules/conversions/contracts.ts";
import { alertRoutes, alertTemplateTexts, trackerConnections } from "@db/schema/index.ts";
import { draftOf } from "@miniapp/features/alerts/api.ts";
import { sandboxChannel, sandboxGroup, sandboxPeople } from "@sandbox/world.ts";
import { asc, eq } from "drizzle-orm";
import { productOfThisFile } from "./product.ts";
import { type AppPage, eventually, openApp, settled } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");

const storedRoutes = () => product().db.select().from(alertRoutes).orderBy(asc(alertRoutes.position));
const storedNames = async () => (await storedRoutes()).map(({ name }) => name);
const undo = ({ page }: AppPage) =>
  page
    .getByRole("button", { name: t("app.action.undo") })
    .last()
    .click();

interface DryRun {
  matched: number;
  toldCount: number;
  items: unknown[];
}
const dryRun = (body: object) => product().call<DryRun>("owner", "POST", "/alert-routes/dry-run", body);

/** Adds a chat, and in a forum its topic, to the route on the screen. */
async function addChat({ page }: AppPage, title: string, topic?: string): Promise<void> {
  await page.getByRole("button", { name: t("app.target.add_chat") }).click();
  const picker = page.getByRole("dialog");
  await picker.getByRole("option", { name: title }).click();
  if (topic) await picker.getByRole("option", { name: topic }).click();
  await picker.waitFor({ state: "hidden" });
}

/** The connection that the demo's first postbacks came through. */
async function mainConnection() {
  const [found] = await product()
    .db.select()
    .from(trackerConnections)
    .where(eq(trackerConnections.name, "Keitaro · main"));
  if (!found) throw new Error("the demo has no main connection");
  return found;
}

describe("a route", () => {
  test("begins with a starter, asks for what it lacks, and says before saving what the server does after it", async () => {
    const app = await openApp(product(), { path: "/routes" });
    const { page } = app;
    await page.getByRole("link", { name: t("app.routes.starter.buyer") }).click();
    // The sub id is open and nobody is told yet: it cannot be saved, and both places say so.
    await page.getByText(t("app.route.problem.condition_empty")).waitFor();
    await page.waitForFunction(() => window.__client.main.is_active === false);
    await page
      .getByRole("button", { name: t("app.cond.choose", { field: t("app.conversion.sub", { number: "1" }) }) })
      .click();
    const sheet = page.getByRole("dialog");
    // Values that conversions really brought are a tap away.
    await sheet.getByRole("button", { name: /^denis/ }).click();
    await sheet.getByRole("button", { name: t("app.cond.done") }).click();
    await sheet.waitFor({ state: "hidden" });
    await page.getByText(t("app.route.problem.route_no_targets")).waitFor();
    await page.getByRole("button", { name: t("app.target.add_person") }).click();
    await page.getByRole("option", { name: sandboxPeople.buyer.lastName }).click();
    await addChat(app, sandboxGroup.title, sandboxGroup.topics[0].name);
    await page.getByLabel(t("app.route.name"), { exact: true }).fill("Deposits of Denis");

    const conditions = [
      { kind: "text", field: "status", operator: "is", values: ["deposit", "sale"], not: false },
      { kind: "text", field: "sub", sub: 1, operator: "is", values: ["denis"], not: false },
    ];
    const numbers = async () => ((await page.locator("output").textContent()) ?? "").match(/\d+/g)?.map(Number);
    await eventually("the dry run", async () => (await numbers())?.length, 3);
    const said = await numbers();
    await app.pressMain();
    await page.getByRole("link", { name: /Deposits of Denis/ }).waitFor();
    const [stored] = await storedRoutes();
    expect(stored).toMatchObject({ name: "Deposits of Denis", conditions });
    expect(stored?.targets.map((target) => (target as { kind: string }).kind)).toEqual(["person", "chat"]);
    const route = await product().call<RouteDraftBody>("owner", "GET", `/alert-routes/${stored?.id}`);
    const { matched, items, toldCount } = await dryRun({ limit: 50, alertRouteId: stored?.id, draft: draftOf(route) });
    expect(said).toEqual([matched, items.length, toldCount]);
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("made by tapping alone is named by its conditions, and its draft survives leaving the screen", async () => {
    const app = await openApp(product(), { path: "/routes/new" });
    const { page } = app;
    await page.getByRole("button", { name: t("app.cond.add") }).click();
    await page
      .getByRole("option", { name: t("app.cond.status") })
      .first()
      .click();
    const sheet = page.getByRole("dialog");
    await sheet.getByRole("button", { name: t("conversions.status.rejected") }).click();
    await sheet.getByRole("button", { name: t("app.cond.done") }).click();
    await app.pressBack();
    await page.getByRole("link", { name: /Deposits of Denis/ }).waitFor();
    await page.goto(`${product().appUrl}/routes/new`);
    await page.getByRole("button", { name: t("conversions.status.rejected") }).waitFor();
    await addChat(app, sandboxChannel.title);
    await app.pressMain();
    await page.getByRole("link", { name: new RegExp(`^${t("conversions.status.rejected")}`) }).waitFor();
    expect(await storedNames()).toEqual(["Deposits of Denis", t("conversions.status.rejected")]);
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("is switched, moved and deleted in place, and each of it can be taken back", async () => {
    const app = await openApp(product(), { path: "/routes" });
    const { page } = app;
    const first = page.getByRole("switch", { name: t("app.routes.is_on", { name: "Deposits of Denis" }) });
    const isOn = async () => (await storedRoutes()).find(({ name }) => name === "Deposits of Denis")?.isOn;
    await first.click();
    await eventually("the route to be off", isOn, false);
    await undo(app);
    await eventually("the route to be on again", isOn, true);

    const before = await storedNames();
    await page.getByRole("button", { name: t("app.reorder.grip", { name: "Deposits of Denis" }) }).press("ArrowDown");
    await eventually("the new order", storedNames, before.toReversed());
    await page.getByText(t("app.routes.reordered")).waitFor();
    await undo(app);
    await eventually("the old order", storedNames, before);

    await page.getByRole("link", { name: /Deposits of Denis/ }).click();
    await page.getByText(t("app.route.done.created")).waitFor();
    await page.getByRole("button", { name: t("app.route.delete") }).click();
    await page.getByText(t("app.route.deleted", { name: "Deposits of Denis" })).waitFor();
    await eventually("one route fewer", storedNames, before.slice(1));
    await undo(app);
    await eventually("the route at its old place", storedNames, before);
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("is read by those who may not change it", async () => {
    const ru = appWords("ru");
    const [route] = await storedRoutes();
    const app = await openApp(product(), { person: "buyer", path: `/routes/${route?.id}` });
    const { page } = app;
    await page.getByRole("heading", { name: "Deposits of Denis", level: 1 }).waitFor();
    await page.getByText(ru("app.dry.title")).waitFor();
    expect(await page.getByRole("button", { name: ru("app.cond.add") }).count()).toBe(0);
    expect(await page.getByRole("button", { name: ru("app.route.delete") }).count()).toBe(0);
    expect(await app.mainText()).toBe("");
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("a text", () => {
  test("shows what is wrong with it, is seen as Telegram shows it, and goes back to the built-in one", async () => {
    const app = await openApp(product(), { path: "/templates/default/sale/uk" });
    const { page } = app;
    const area = page.getByRole("textbox", { name: t("app.text.body") });
    const texts = async () => (await product().db.select().from(alertTemplateTexts)).map(({ body }) => body);
    // What is said now stands in the field, to be changed and not to be written anew.
    await eventually("the built-in text", async () => (await area.inputValue()).includes("{amount}"), true);

    await area.fill("<b>{amount} за {kampaniia}");
    await page.waitForFunction(() => window.__client.main.is_active === false);
    await area.fill("Каса: <b>{amount}</b> ");
    await page.getByRole("button", { name: /\{status\}/ }).click();
    await eventually("the field at the cursor", () => area.inputValue(), "Каса: <b>{amount}</b> {status}");
    await page.locator("strong").first().waitFor();
    await page.getByText(/Каса:/).last().waitFor();
    await app.pressMain();
    await page.getByText(t("app.templates.own"), { exact: true }).waitFor();
    expect(await texts()).toEqual(["Каса: <b>{amount}</b> {status}"]);

    await page
      .getByRole("link", { name: new RegExp(t("conversions.status.sale")) })
      .first()
      .click();
    await page.getByRole("button", { name: t("app.text.reset_to_any") }).click();
    await eventually("no text of its own", texts, []);
    await undo(app);
    await eventually("the own text again", texts, ["Каса: <b>{amount}</b> {status}"]);
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("of a new set can be chosen by a route, and its buttons are switched in place", async () => {
    const app = await openApp(product(), { path: "/templates" });
    const { page } = app;
    await app.pressMain();
    await page.getByRole("dialog").getByLabel(t("app.templates.name")).fill("For the heads");
    await page
      .getByRole("dialog")
      .getByRole("button", { name: t("app.templates.create") })
      .click();
    await page.getByRole("heading", { name: "For the heads", level: 1 }).waitFor();
    const open = page.getByRole("switch", { name: t("app.templates.button.open") });
    await eventually("the button to be on", () => open.isChecked(), true);
    await open.click();
    await eventually("the button to be off", () => open.isChecked(), false);
    await undo(app);
    await eventually("the button to be on again", () => open.isChecked(), true);
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("the lab", () => {
  test("walks a pasted call through every step, to the message that people would read", async () => {
    const { id } = await mainConnection();
    const app = await openApp(product(), { path: `/lab?connectionId=${id}` });
    const { page } = app;
    const call =
      "curl 'https://tracker.example/in/x?subid=lab-1&tid=l1&status=dep&conversion_revenue=70&currency=USD&sub_id_1=denis'";
    await page.getByLabel(t("app.lab.paste"), { exact: true }).fill(call);
    await app.pressMain();
    for (const step of ["arrived", "read", "status", "identity", "arrival", "routes", "messages"] as const)
      await page.getByRole("heading", { name: t(`app.lab.step.${step}`) }).waitFor();
    await page.getByText(t("app.lab.as.curl")).waitFor();
    await page.getByText(t("app.lab.arrival.new"), { exact: true }).waitFor();
    await page.getByText(t("app.lab.status_word", { word: "dep", status: t("conversions.status.deposit") })).waitFor();
    await page.getByText(t("app.lab.route.matched"), { exact: true }).waitFor();
    await page.getByText(sandboxPeople.buyer.lastName).first().waitFor();

    await page.getByRole("button", { name: t("app.lab.send") }).click();
    await page.getByRole("option", { name: sandboxChannel.title }).click();
    await page.getByText(t("app.lab.sent", { name: sandboxChannel.title })).waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("says why nobody is told, and mends it", async () => {
    const { id } = await mainConnection();
    await product().call("owner", "POST", `/connections/${id}/pause`);
    const app = await openApp(product(), { path: `/lab?connectionId=${id}` });
    const { page } = app;
    await page.getByLabel(t("app.lab.paste"), { exact: true }).fill("subid=lab-2&status=sale&conversion_revenue=5");
    await app.pressMain();
    await page.getByText(t("app.lab.silence.paused")).waitFor();
    await page.getByRole("button", { name: t("app.connection.resume") }).click();
    await page.getByText(t("app.lab.silence.paused")).waitFor({ state: "hidden" });
    await page.getByRole("heading", { name: t("app.lab.step.messages") }).waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("takes a call that has come, from where one looks at it", async () => {
    const { items } = await product().call<{ items: Conversion[] }>("owner", "GET", "/conversions?limit=50");
    const plain = items.find(({ correctionCount, isRecovered }) => correctionCount === 0 && !isRecovered);
    const app = await openApp(product(), { path: `/conversions/${plain?.id}` });
    const { page } = app;
    await page.getByRole("link", { name: t("app.conversion.why") }).click();
    await page.getByText(t("app.lab.as.stored")).waitFor();
    await page.getByText(t("app.lab.arrival.new"), { exact: true }).waitFor();
    await app.pressBack();
    await settled(page);
    await page.getByRole("heading", { name: t("app.conversion.title"), level: 1 }).waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });
});
