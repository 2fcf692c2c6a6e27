import { afterAll, beforeAll, expect, test } from "bun:test";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { AppError } from "@backend/kit/errors.ts";
import { httpKit, type Run, toErrorResponse } from "@backend/kit/http.ts";
import { createLogger } from "@backend/kit/log.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { Elysia } from "elysia";
import { syncTracker } from "./actions/sync-tracker.ts";
import { mirrorRoutes } from "./mirror-routes.ts";
import { createTrackerScene, type TrackerScene, trackerCampaign, trackerFlow, trackerThing } from "./testing.ts";

const log = createLogger("silent");
let database: TestDatabase;
let at: TrackerScene;
beforeAll(async () => {
  database = await createTestDatabase();
  at = await createTrackerScene(database.db, telegramMarkup);
  at.tracker.campaigns = [trackerCampaign("15", { name: "Spring AU" }), trackerCampaign("16")];
  at.tracker.flows = [trackerFlow("15", "5001", { offers: [{ id: "101", share: 100, state: "active" }] })];
  at.tracker.things = [trackerThing("offer", "101", { name: "Lucky Koala" })];
  await at.connect();
});
afterAll(() => database.drop());

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into field by field
type Answer = { status: number; body: any };

/** Asked by somebody with these permissions; null asks without signing in. */
async function ask(permissions: string[] | null, method: string, path: string, body?: unknown): Promise<Answer> {
  const http = httpKit({
    authenticate: async (_, access) => {
      if (permissions === null) throw new AppError("unauthorized", "auth.required");
      const needed = typeof access === "object" && "permission" in access ? access.permission : "";
      if (!permissions.includes(needed)) throw new AppError("forbidden", "common.forbidden");
      return { ...at.space.actor, permissions: new Set(permissions) };
    },
    senderOf: () => null,
  });
  const run: Run = (action, caller, input) =>
    action({ ...at.context(), actor: caller.actor, requestId: caller.requestId } as never, input);
  const app = new Elysia()
    .onError(({ error, request }) => toErrorResponse(error, request, { log, sentence: (code) => code }))
    .use(mirrorRoutes(http, run));
  const response = await app.handle(
    new Request(`http://localhost/campaigns${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    }),
  );
  return { status: response.status, body: JSON.parse((await response.text()) || "null") };
}

const reader = ["campaigns.read"];

test("a tracker is listed, read, looked through and changed", async () => {
  const listed = await ask(reader, "GET", "/trackers");
  expect(listed).toMatchObject({ status: 200, body: { items: [{ connectionId: at.connectionId, campaigns: 0 }] } });
  expect(await ask(reader, "POST", `/trackers/${at.connectionId}/sync`)).toMatchObject({ status: 200 });
  await syncTracker(at.context(), {
    ...{ connectionId: at.connectionId, workspaceId: at.space.workspaceId, isFailing: false },
  });
  const list = await ask(reader, "GET", "?search=spring&isFavourite=false&limit=10");
  expect(list).toMatchObject({ status: 200, body: { items: [{ ref: "15", flows: 1 }], nextCursor: null } });
  expect((await ask(reader, "GET", "?isFavourite=true")).body.items).toEqual([]);
  const one = await ask(reader, "GET", `/by-ref?connectionId=${at.connectionId}&ref=15`);
  expect(one).toMatchObject({ status: 200, body: { isTracker: true, campaign: { name: "Spring AU" } } });
  const path = `/${one.body.campaign.id}`;
  expect(await ask(reader, "GET", path)).toMatchObject({
    status: 200,
    body: { flows: [{ ref: "5001", total: 100, offers: [{ name: "Lucky Koala" }] }], problem: null },
  });
  expect(await ask(reader, "PUT", `${path}/favourite`, { isFavourite: true })).toMatchObject({
    status: 200,
    body: { isFavourite: true },
  });
  expect(await ask(reader, "GET", `/trackers/${at.connectionId}/things?kind=offer&search=koala`)).toMatchObject({
    status: 200,
    body: { items: [{ ref: "101", network: null }] },
  });
  expect(
    await ask([...reader, "campaigns.manage"], "PATCH", `/trackers/${at.connectionId}`, { everyMinutes: 15 }),
  ).toMatchObject({ status: 200, body: { everyMinutes: 15 } });
});

test("strangers, the unentitled and nonsense are turned away", async () => {
  expect((await ask(null, "GET", "")).status).toBe(401);
  expect((await ask([], "GET", "")).status).toBe(403);
  expect((await ask(reader, "PATCH", `/trackers/${at.connectionId}`, { isOn: false })).status).toBe(403);
  expect((await ask(reader, "GET", `/${crypto.randomUUID()}`)).body.error.code).toBe("campaigns.campaign_not_found");
  expect((await ask(reader, "GET", `/by-ref?connectionId=${crypto.randomUUID()}&ref=1`)).body).toEqual({
    isTracker: false,
    campaign: null,
    flow: null,
  });
  expect((await ask(reader, "GET", "/15")).status).toBe(422);
  expect((await ask(reader, "GET", "?cursor=nonsense")).body.error.code).toBe("common.bad_cursor");
  expect((await ask(reader, "GET", `/trackers/${at.connectionId}/things?kind=domain`)).status).toBe(422);
  expect(
    (await ask([...reader, "campaigns.manage"], "PATCH", `/trackers/${at.connectionId}`, { everyMinutes: 1 })).status,
  ).toBe(422);
});
