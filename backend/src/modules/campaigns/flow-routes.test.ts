import { afterAll, beforeAll, expect, test } from "bun:test";
import { translator } from "@backend/i18n/index.ts";
import { AppError } from "@backend/kit/errors.ts";
import { httpKit, type Run, toErrorResponse } from "@backend/kit/http.ts";
import { createLogger } from "@backend/kit/log.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { Elysia } from "elysia";
import type { ManyFlowsDone, ManyFlowsPreview } from "./flow-contracts.ts";
import { flowRoutes } from "./flow-routes.ts";
import { createFlowScene, type FlowScene } from "./testing/flow-scene.ts";

const log = createLogger("silent");
let database: TestDatabase;
let at: FlowScene;
beforeAll(async () => {
  database = await createTestDatabase();
  at = await createFlowScene(database.db);
});
afterAll(() => database.drop());

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into field by field
type Answer = { status: number; body: any };

/** Asked by somebody with these permissions, who reads Ukrainian. */
async function ask(permissions: string[], method: string, path: string, body?: unknown): Promise<Answer> {
  const http = httpKit({
    authenticate: async (_, access) => {
      const needed = typeof access === "object" && "permission" in access ? access.permission : "";
      if (!permissions.includes(needed)) throw new AppError("forbidden", "common.forbidden");
      return { ...at.space.actor, permissions: new Set(permissions) };
    },
    senderOf: () => null,
  });
  const run: Run = (action, caller, input) =>
    action({ ...at.context(), actor: caller.actor, requestId: caller.requestId } as never, input);
  const sentence = (code: string, params: object) => translator("uk").find(code, params as never) ?? code;
  const app = new Elysia()
    .onError(({ error, request }) => toErrorResponse(error, request, { log, sentence }))
    .use(flowRoutes(http, run));
  const response = await app.handle(
    new Request(`http://localhost/campaigns/flows${path && `/${path}`}`.replace("/?", "?"), {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    }),
  );
  return { status: response.status, body: JSON.parse((await response.text()) || "null") };
}

const reader = ["campaigns.read"];
const editor = ["campaigns.read", "campaigns.edit"];

test("a flow is read, edited, pushed and undone; what cannot be is refused in the reader's language", async () => {
  const { flowId } = at;
  const shares = (version: number, change: object) =>
    ask(editor, "POST", `${flowId}/shares`, { version, part: "offers", change });
  expect(await ask(reader, "GET", flowId)).toMatchObject({
    status: 200,
    body: { id: flowId, draft: null, push: null },
  });
  const set = await shares(0, { kind: "set", id: "1", share: 55 });
  expect(set).toMatchObject({ status: 200, body: { draft: { rows: { offers: [{ share: 55 }, {}, {}] } } } });
  const { version } = set.body.draft;
  expect(await shares(0, { kind: "even" })).toMatchObject({
    status: 409,
    body: { error: { code: "campaigns.draft_changed", message: expect.stringContaining("Тим часом") } },
  });
  expect(await shares(version, { kind: "set", id: "1", share: 99 })).toMatchObject({
    status: 422,
    body: { error: { params: { nearest: 98 }, message: expect.stringContaining("98 %") } },
  });
  expect(await shares(version, { kind: "set", id: "1", share: 12.5 })).toMatchObject({ status: 422 });

  for (const way of ["undo", "redo", "cancel", "push", "rebase", "seen"])
    expect(await ask(reader, "POST", `${flowId}/${way}`, { version })).toMatchObject({ status: 403 });
  const back = await ask(editor, "POST", `${flowId}/undo`, { version });
  expect(back).toMatchObject({ status: 200, body: { draft: null } });
  const again = await shares(0, { kind: "set", id: "1", share: 55 });
  const pushed = await ask(editor, "POST", `${flowId}/push`, { version: again.body.draft.version });
  expect(pushed).toMatchObject({ status: 200, body: { push: { state: "waiting" } } });
  const { id } = await at.work();
  expect(await ask(reader, "GET", `${flowId}/pushes`)).toMatchObject({
    status: 200,
    body: { items: [{ id, state: "done", canUndo: true, requestedBy: "Olena" }] },
  });
  expect(await ask(editor, "POST", `${flowId}/pushes/${id}/undo`)).toMatchObject({
    status: 200,
    body: { push: { isUndo: true } },
  });
  const seen = { theirs: null, pushId: (await at.work()).id };
  expect(await ask(editor, "POST", `${flowId}/seen`, seen)).toMatchObject({ status: 200, body: { push: null } });
});

test("many flows are asked for by addresses of their own", async () => {
  const change = { part: "offers", change: { kind: "add", ids: ["4"] } };
  const preview = await ask(editor, "POST", "many/preview", { flowIds: [at.flowId], ...change });
  expect(preview).toMatchObject({ status: 200, body: { items: [{ flowId: at.flowId, problem: null }] } });
  const [seen] = (preview.body as ManyFlowsPreview).items;
  const body = { flows: [{ flowId: at.flowId, version: seen?.version }], ...change };
  const done = await ask(editor, "POST", "many", body);
  expect(done).toMatchObject({ status: 200, body: { items: [{ flowId: at.flowId, problem: null }] } });
  const [changed] = (done.body as ManyFlowsDone).items;
  const flows = [{ flowId: at.flowId, version: changed?.version }];
  expect(await ask(editor, "POST", "many/push", { flows })).toEqual({
    status: 200,
    body: { items: [{ flowId: at.flowId, version: null, problem: null }] },
  });
  expect(await ask(reader, "POST", "many", body)).toMatchObject({ status: 403 });
});

test("flows of an offer are asked for by whoever reads campaigns", async () => {
  const path = `?connectionId=${at.connectionId}&offerRef=2`;
  expect(await ask(reader, "GET", path)).toMatchObject({
    status: 200,
    body: { items: [{ id: at.flowId, campaign: { name: "Spring AU" } }], offer: { name: "offer 2" } },
  });
  expect(await ask([], "GET", path)).toMatchObject({ status: 403 });
  expect(await ask(reader, "GET", `${path}&cursor=x`)).toMatchObject({ status: 422 });
});
