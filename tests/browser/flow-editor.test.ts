/** A flow's shares by hand: from the list to the tracker and back, with somebody in the tracker's own panel at the same time. */
import { describe, expect, test } from "bun:test";
import { flowsOfOffer, href } from "@miniapp/app/paths.ts";
import { productOfThisFile, until } from "./product.ts";
import { lookAt, testSights } from "./sights.ts";
import { type AppPage, eventually, openApp } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");

interface Campaign {
  id: string;
  ref: string;
  name: string;
  connection: { id: string };
}
interface FlowOfList {
  id: string;
  ref: string;
  name: string;
}

/** The demo's tracker is read a moment after the start. */
const campaignOf = (ref: string) =>
  until("the demo's campaigns", async () => {
    await product().call("owner", "GET", "/campaigns/trackers");
    const { items } = await product().call<{ items: Campaign[] }>("owner", "GET", "/campaigns?limit=200");
    return items.find((one) => one.ref === ref) ?? null;
  });
async function flowOf(ref: string, campaignRef = "15"): Promise<FlowOfList & { campaign: Campaign }> {
  const campaign = await campaignOf(campaignRef);
  const found = await until("its flows", async () => {
    const { flows } = await product().call<{ flows: FlowOfList[] }>("owner", "GET", `/campaigns/${campaign.id}`);
    return flows.find((flow) => flow.ref === ref) ?? null;
  });
  return { ...found, campaign };
}

interface PanelFlow {
  id: number;
  offers: { id: number; share: number }[];
}
const panel = () => `${product().url}/simulator/api/panel`;
/** What the tracker itself has. */
async function inTracker(ref: string): Promise<number[]> {
  const flows = (await (await fetch(panel())).json()) as PanelFlow[];
  return flows.find(({ id }) => String(id) === ref)?.offers.map(({ share }) => share) ?? [];
}
async function inPanel(ref: string, deed: string): Promise<void> {
  const body = JSON.stringify({ flowId: Number(ref), deed });
  const answer = await fetch(panel(), { method: "POST", headers: { "content-type": "application/json" }, body });
  expect(answer.status).toBe(200);
}

async function setShare({ page }: AppPage, offer: string, share: number): Promise<void> {
  const field = page.getByRole("textbox", { name: t("app.shares.share_of", { name: offer }) });
  await field.fill(String(share));
  await field.press("Enter");
}

const total = (app: AppPage) => app.page.getByText(t("app.shares.total")).waitFor();

describe("a flow's shares", () => {
  test("are moved and pinned on the phone, pushed, and put back", async () => {
    const { name, campaign } = await flowOf("5002");
    const before = await inTracker("5002");
    const app = await openApp(product(), { path: href("campaigns") });
    const { page } = app;
    await page.getByRole("link", { name: new RegExp(campaign.name.slice(0, 9)) }).click();
    await page.getByRole("link", { name: new RegExp(name) }).click();
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await total(app);
    await setShare(app, "Lucky Koala", 55);
    const pin = page.getByRole("button", { name: t("app.shares.pin", { name: "Lucky Koala" }) });
    await pin.click();
    await eventually("the pin", () => pin.getAttribute("aria-pressed"), "true");
    await eventually("the main button", app.mainText, t("app.shares.push"));
    expect(await lookAt(app, "flow-draft")).toEqual([]);
    await app.pressMain();
    await eventually("the tracker's shares", () => inTracker("5002"), [55, 23, 22]);
    await page.getByText(t("app.shares.pushed")).waitFor();

    await page.getByRole("link", { name: t("app.shares.history") }).click();
    await page
      .getByRole("button", { name: t("app.shares.undo_push") })
      .first()
      .click();
    await page.getByText(t("app.shares.was_put_back")).waitFor();
    expect(await inTracker("5002")).toEqual(before);
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("that somebody changed in the tracker meanwhile are not written over, but compared and decided", async () => {
    const { id, name } = await flowOf("5003");
    const app = await openApp(product(), { path: href("flow", { flowId: id }) });
    const { page } = app;
    await total(app);
    await setShare(app, "Lucky Koala", 70);
    await eventually("the main button", app.mainText, t("app.shares.push"));
    await inPanel("5003", "move_share");
    const theirs = await inTracker("5003");
    await app.pressMain();
    await page.getByRole("heading", { level: 1, name: t("app.shares.conflict") }).waitFor();
    expect(await inTracker("5003")).toEqual(theirs);
    expect(await lookAt(app, "flow-conflict")).toEqual([]);
    await page.getByRole("button", { name: t("app.shares.all_ours") }).click();
    await eventually("the main button", app.mainText, t("app.shares.continue"));
    await app.pressMain();
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await eventually("the main button", app.mainText, t("app.shares.push"));
    await app.pressMain();
    await eventually("the tracker's shares", () => inTracker("5003"), [70, 30]);
    await page.getByText(t("app.shares.pushed")).waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("of an offer are found in all its flows and changed together", async () => {
    const { campaign } = await flowOf("5002");
    const app = await openApp(product(), { path: flowsOfOffer(campaign.connection.id, "104") });
    const { page } = app;
    await page.getByRole("checkbox").first().waitFor();
    const flows = await page.getByRole("checkbox").count();
    await eventually("the main button", app.mainText, t("app.shares.go_on_with", { count: flows }));
    await app.pressMain();
    await page.getByLabel(t("app.shares.many_share")).fill("25");
    await page.getByRole("heading", { name: t("app.shares.preview") }).waitFor();
    await eventually("the main button", app.mainText, t("app.shares.change_count", { count: flows }));
    expect(await lookAt(app, "many-flows-by-offer")).toEqual([]);
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("our postback", () => {
  test("is put into a campaign, and taken out", async () => {
    const { id } = await campaignOf("22");
    const app = await openApp(product(), { path: href("campaign", { campaignId: id }) });
    const { page } = app;
    await page.getByRole("button", { name: t("app.postbacks.install") }).click();
    await page.getByText(t("app.postbacks.installed"), { exact: true }).waitFor();
    await page.getByText(t("app.postbacks.installed_done")).waitFor({ state: "hidden" });
    expect(await lookAt(app, "campaign-postback")).toEqual([]);
    // The client of these tests agrees to what it is asked.
    await page.getByRole("button", { name: t("app.postbacks.remove") }).click();
    await page.getByRole("button", { name: t("app.postbacks.install") }).waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("screens of flows and postbacks", () => {
  testSights(product, async () => {
    const { id, campaign } = await flowOf("5002");
    const connectionId = campaign.connection.id;
    const flow = href("flow", { flowId: id });
    const at = async (...which: Parameters<typeof flowOf>) => href("flow", { flowId: (await flowOf(...which)).id });
    return {
      flow: { path: flow },
      "flow-landings": { path: flow, open: ({ page }) => page.getByRole("tab").nth(1).click() },
      "flow-sum-of-90": { path: await at("5010", "22") },
      "flow-that-redirects": { path: await at("5004") },
      "flow-that-is-off": { path: await at("5031", "40") },
      "flow-add": {
        path: flow,
        open: ({ page }) => page.getByRole("button", { name: t("app.shares.add_offers") }).click(),
      },
      "flow-elsewhere": {
        path: flow,
        open: ({ page }) => page.getByRole("button", { name: t("app.shares.elsewhere") }).click(),
      },
      "flow-pushes": { path: href("flowPushes", { flowId: id }) },
      "many-flows": { path: href("manyFlows") },
      "offer-flows": { path: flowsOfOffer(connectionId, "101") },
      "tracker-postbacks": { path: href("trackerPostbacks", { connectionId }) },
    };
  });
});
