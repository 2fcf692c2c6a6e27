import { afterAll, beforeAll, expect, test } from "bun:test";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { changeTemplateText, createTemplate } from "@backend/modules/conversions/actions/alert-templates.ts";
import { createAlertRoute, deleteAlertRoute } from "@backend/modules/conversions/actions/change-alert-routes.ts";
import { findConversion } from "@backend/modules/conversions/actions/list-conversions.ts";
import { runLab } from "@backend/modules/conversions/actions/run-lab.ts";
import { introduceCampaigns } from "@backend/modules/conversions/index.ts";
import type { Button } from "@backend/modules/messaging/index.ts";
import { flows } from "@db/schema/campaigns.ts";
import { conversions } from "@db/schema/conversions.ts";
import { deliveries } from "@db/schema/messaging.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq } from "drizzle-orm";
import { campaignByRef } from "./actions/find-campaign-by-ref.ts";
import { syncTracker } from "./actions/sync-tracker.ts";
import { campaignFacts } from "./campaign-facts.ts";
import { createTrackerScene, type TrackerScene, trackerCampaign, trackerFlow, trackerThing } from "./testing.ts";

let database: TestDatabase;
let at: TrackerScene;
beforeAll(async () => {
  database = await createTestDatabase();
  introduceCampaigns(campaignFacts);
  at = await createTrackerScene(database.db, telegramMarkup);
  at.tracker.campaigns = [trackerCampaign("15", { name: "Spring AU" })];
  at.tracker.flows = [trackerFlow("15", "f15")];
  at.tracker.things = [
    trackerThing("offer", "101", { name: "Lucky <Koala>" }),
    trackerThing("landing", "9", { name: "Wheel" }),
  ];
  await at.connect();
  await syncTracker(at.context(), {
    ...{ connectionId: at.connectionId, workspaceId: at.space.workspaceId, isFailing: false },
  });
});
afterAll(() => database.drop());

const stored = () => database.db.select().from(conversions).where(eq(conversions.connectionId, at.connectionId));
const messages = async () =>
  (await database.db.select().from(deliveries).where(eq(deliveries.workspaceId, at.space.workspaceId))).map(
    ({ content }) => content as { html: string; buttons: Button[][] },
  );
const apps = (message: { buttons: Button[][] } | undefined) =>
  message?.buttons.flat().flatMap((button) => ("app" in button ? button.app : []));

test("ids become names on the conversion and in its alert, whose button opens the campaign", async () => {
  await at.space.receive(at.connectionId, "subid=a&status=sale&campaign_id=15&offer_id=101&landing_id=9");
  await at.space.readInbox();
  const [row] = await stored();
  expect(row).toMatchObject({ campaignName: "Spring AU" });
  expect(row?.facts).toMatchObject({ offerName: "Lucky <Koala>", landingName: "Wheel" });
  const [message] = await messages();
  for (const name of ["Spring AU", "Lucky &lt;Koala&gt;", "Wheel"]) expect(message?.html).toContain(name);
  expect(apps(message)).toContain(`campaigns/of/${at.connectionId}/15`);
});

test("a conversion that says its flow leads to it, from the alert and from its screen", async () => {
  const flow = (await database.db.select().from(flows)).find(({ ref }) => ref === "f15");
  await at.space.receive(at.connectionId, "subid=f&status=sale&campaign_id=15&stream_id=f15");
  await at.space.readInbox();
  const facts = async (click: string) => (await stored()).find(({ subid }) => subid === click)?.facts;
  expect(await facts("f")).toMatchObject({ flowId: "f15", flowName: "Flow f15", extra: {} });
  expect(apps((await messages()).at(-1))).toContain(`campaigns/flows/${flow?.id}`);
  const found = (flowRef: string) => campaignByRef(at.context(), { connectionId: at.connectionId, ref: "15", flowRef });
  expect(await found("f15")).toMatchObject({ campaign: { name: "Spring AU" }, flow: { id: flow?.id } });
  expect(await found("gone")).toMatchObject({ campaign: { name: "Spring AU" }, flow: null });

  await at.space.receive(at.connectionId, "subid=g&status=sale&campaign_id=15&stream_id=gone");
  // Of another campaign than the flow is.
  await at.space.receive(at.connectionId, "subid=h&status=sale&campaign_id=16&stream_id=f15");
  await at.space.readInbox();
  for (const click of ["g", "h"]) expect(await facts(click)).toMatchObject({ flowName: null });
  expect((await messages()).flatMap(apps)).toContain(`campaigns/of/${at.connectionId}/15`);
});

test("the name of a flow leads a route and stands in its text", async () => {
  const ctx = at.space.context();
  const { id: templateId } = await createTemplate(ctx, { name: "By flow" });
  await changeTemplateText(ctx, { templateId, status: "any", locale: "en", body: "{flow} · {flow_id}" });
  const target = { kind: "chat" as const, chatId: at.space.chatId, threadId: null, templateId };
  const { id: alertRouteId } = await createAlertRoute(ctx, {
    ...{ name: "AU", isOn: true, isFallback: false, stops: true, quiet: null },
    conditions: [{ kind: "text", field: "flow", operator: "is", values: ["flow F15"], not: false }],
    targets: [{ ...target, locale: null, isSilent: false }],
    pace: { digestMinutes: null, cap: null },
  });
  await at.space.receive(at.connectionId, "subid=i&status=sale&campaign_id=15&stream_id=f15");
  await at.space.receive(at.connectionId, "subid=j&status=sale&campaign_id=15&stream_id=f16");
  await at.space.readInbox();
  const texts = (await messages()).map(({ html }) => html);
  expect(texts.filter((html) => html.startsWith("Flow f15"))).toEqual(["Flow f15 · f15"]);
  await deleteAlertRoute(ctx, { alertRouteId });
});

test("what a call says itself stays, and a campaign that is not read leads to its conversions", async () => {
  await at.space.receive(at.connectionId, "subid=b&status=sale&campaign_id=77&offer_id=101&offer_name=Own+word");
  await at.space.readInbox();
  const row = (await stored()).find(({ subid }) => subid === "b");
  expect(row).toMatchObject({ campaignName: null, facts: { offerName: "Own word" } });
  expect(apps((await messages()).at(-1))).toContain(`traffic/campaign/${at.connectionId}/77`);
});

test("campaign 15 of a tracker that is not read here is not the one of another tracker that is", async () => {
  const other = await at.space.connect();
  await at.space.receive(other, "subid=o&status=sale&campaign_id=15");
  await at.space.readInbox();
  expect(apps((await messages()).at(-1))).toContain(`traffic/campaign/${other}/15`);
});

test("a call is recognised again after its offer was given a name", async () => {
  // Without click and transaction a call is known by all that it says.
  const call = "status=lead&offer_id=500&campaign_name=C";
  await at.space.receive(at.connectionId, call);
  await at.space.readInbox();
  at.tracker.things.push(trackerThing("offer", "500", { name: "Late" }));
  await syncTracker(at.context(new Date(Date.now() + 60_000)), {
    ...{ connectionId: at.connectionId, workspaceId: at.space.workspaceId, isFailing: false },
  });
  const before = (await stored()).length;
  await at.space.receive(at.connectionId, call);
  await at.space.readInbox();
  expect(await stored()).toHaveLength(before);
  // Recorded without a name, shown with the one that is known by now.
  const row = (await stored()).find(({ facts }) => facts.offerId === "500");
  expect(row?.facts.offerName).toBeNull();
  const shown = await findConversion(at.space.context(), { conversionId: String(row?.id) });
  expect(shown.facts).toMatchObject({ offerName: "Late" });
});

test("the lab shows the same names and the same way", async () => {
  const report = await runLab(at.space.context(), {
    connectionId: at.connectionId,
    call: { kind: "text", text: "subid=c&status=sale&campaign_id=15&offer_id=101" },
  });
  expect(report.messages[0]?.html).toContain("Lucky &lt;Koala&gt;");
  expect(apps(report.messages[0])).toContain(`campaigns/of/${at.connectionId}/15`);
});
