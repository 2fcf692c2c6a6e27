/** A tracker's campaigns in the pocket: the list, a campaign, its tracker, and the way from a conversion. */
import { describe, expect, test } from "bun:test";
import { href } from "@miniapp/app/paths.ts";
import { productOfThisFile, until } from "./product.ts";
import { testSights } from "./sights.ts";
import { eventually, openApp } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");

interface Page<Item> {
  items: Item[];
}
const campaigns = () =>
  product().call<Page<{ id: string; ref: string; name: string; flows: number }>>(
    "owner",
    "GET",
    "/campaigns?limit=200",
  );
const trackers = () =>
  product().call<Page<{ connectionId: string; lastOkAt: string | null }>>("owner", "GET", "/campaigns/trackers");

/** The demo's tracker is read a moment after the start. */
const campaignOf = (ref: string) =>
  until("the demo's campaigns", async () => {
    await trackers();
    return (await campaigns()).items.find((one) => one.ref === ref && one.flows > 0) ?? null;
  });

describe("campaigns", () => {
  test("are found by name, opened, made a favourite and found by that", async () => {
    const { name } = await campaignOf("15");
    const app = await openApp(product(), { path: href("campaigns") });
    const { page } = app;
    await page.getByRole("searchbox").fill(name.slice(0, 6));
    await eventually("only it to be listed", () => page.getByRole("listitem").count(), 1);
    await page.getByRole("link", { name: new RegExp(name.slice(0, 9)) }).click();
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await page.getByRole("button", { name: t("app.campaigns.one.favour") }).click();
    await page.getByRole("button", { name: t("app.campaigns.one.unfavour") }).waitFor();
    await app.pressBack();
    await page.getByRole("button", { name: t("app.action.clear") }).click();
    await page.getByRole("button", { name: t("app.campaigns.favourites"), exact: true }).click();
    await page.getByRole("link", { name: new RegExp(name.slice(0, 9)) }).waitFor();
    await eventually("only it to be listed", () => page.getByRole("listitem").count(), 1);
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("are opened from an alert's link", async () => {
    const { name } = await campaignOf("15");
    const [tracker] = (await trackers()).items;
    const path = href("campaignByRef", { connectionId: tracker?.connectionId ?? "", ref: "15" });
    const app = await openApp(product(), { path });
    await app.page.getByRole("heading", { level: 1, name }).waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("screens of campaigns and trackers", () => {
  testSights(product, async () => {
    const { id } = await campaignOf("15");
    const { flows } = await product().call<{ flows: { id: string; ref: string }[] }>(
      "owner",
      "GET",
      `/campaigns/${id}`,
    );
    const flowId = flows.find(({ ref }) => ref === "5002")?.id ?? "";
    const { id: odd } = await campaignOf("31");
    const { id: weighed } = await campaignOf("40");
    const [tracker] = (await trackers()).items;
    const connectionId = tracker?.connectionId ?? "";
    return {
      campaigns: { path: href("campaigns") },
      "campaigns-filters": {
        path: href("campaigns"),
        open: ({ page }) => page.getByRole("button", { name: t("app.campaigns.filters"), exact: true }).click(),
      },
      "campaigns-none": { path: `${href("campaigns")}?search=zzzz` },
      campaign: { path: href("campaign", { campaignId: id }) },
      "campaign-odd": { path: href("campaign", { campaignId: odd }) },
      "campaign-weighed": { path: href("campaign", { campaignId: weighed }) },
      "campaign-figures": { path: href("campaignFigures", { campaignId: id }) },
      "tracker-figures": { path: href("trackerFigures", { connectionId }) },
      "flow-with-figures": {
        path: href("flow", { flowId }),
        open: ({ page }) => page.getByRole("button", { name: t("app.shares.advice"), exact: true }).waitFor(),
      },
      "flow-advice": {
        path: href("flow", { flowId }),
        async open({ page }) {
          await page.getByRole("button", { name: t("app.shares.advice"), exact: true }).click();
          await page.getByRole("button", { name: t("app.campaign_reports.advice.use") }).waitFor();
        },
      },
      trackers: { path: href("trackers") },
      tracker: { path: href("tracker", { connectionId }) },
      "campaign-by-ref": { path: href("campaignByRef", { connectionId, ref: "987654" }) },
      "campaign-no-tracker": { path: href("campaignByRef", { connectionId: crypto.randomUUID(), ref: "1" }) },
    };
  });
});
