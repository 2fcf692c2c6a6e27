import { afterAll, beforeAll, expect, test } from "bun:test";
import { type KeitaroStandIn, startKeitaroStandIn } from "./index.ts";

const received: string[] = [];
let receiver: Bun.Server<undefined>;
let tracker: KeitaroStandIn;
beforeAll(() => {
  receiver = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      received.push(new URL(request.url).search);
      return new Response("ok");
    },
  });
  tracker = startKeitaroStandIn();
});
afterAll(async () => {
  await tracker.stop();
  await receiver.stop(true);
});

const ask = (path: string, body?: unknown, headers: Record<string, string> = { "api-key": tracker.apiKey }) =>
  fetch(`${tracker.url}/admin_api/v1/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

test("sends the postback of each status with its macros filled, leaves unknown ones, and loses those it is told to lose", async () => {
  tracker.postbackUrl = `http://127.0.0.1:${receiver.port}/in/x?subid={subid}&status={status}&name={campaign_name}&odd={offer_name}`;
  await tracker.convert({ subid: "a", status: "lead", campaign: "R&D" });
  await tracker.convert({ subid: "a", status: "sale", campaign: "R&D" });
  await tracker.convert({ subid: "b", status: "sale" }, { isLost: true });
  expect(received).toEqual([
    "?subid=a&status=lead&name=R%26D&odd={offer_name}",
    "?subid=a&status=sale&name=R%26D&odd={offer_name}",
  ]);
  // One conversion changed its status in place; both are in the log.
  expect(tracker.conversions.map(({ subid, status, previousStatus }) => [subid, status, previousStatus])).toEqual([
    ["a", "sale", "lead"],
    ["b", "sale", ""],
  ]);
});

test("lets nobody in without the key, and answers a wrong path with its page", async () => {
  expect((await ask("groups?type=campaigns", undefined, {})).status).toBe(401);
  expect((await ask("groups?type=campaigns", undefined, { "api-key": "no" })).status).toBe(401);
  expect((await ask("groups?type=campaigns", undefined, { authorization: `Bearer ${tracker.apiKey}` })).status).toBe(
    200,
  );
  const wrong = await ask("campagins");
  expect([wrong.status, wrong.headers.get("content-type")?.split(";")[0]]).toEqual([200, "text/html"]);
});

test("refuses what it does not know: fields, columns, operators, moments", async () => {
  const good = {
    range: { from: "2026-01-01 00:00", to: "2030-01-01 00:00", timezone: "UTC" },
    columns: ["sub_id"],
    filters: [{ name: "sub_id", operator: "EQUALS", expression: "a" }],
    sort: [{ name: "postback_datetime", order: "ASC" }],
  };
  expect(await (await ask("conversions/log", good)).json()).toEqual({ rows: [{ sub_id: "a" }], total: 1 });
  for (const wrong of [
    { order: [["postback_datetime", "ASC"]] },
    { columns: ["subid"] },
    { columns: [] },
    { filters: [{ name: "sub_id", operator: "IN", expression: ["a"] }] },
    { range: { from: "yesterday", to: "today", timezone: "UTC" } },
    { sort: [{ name: "postback_datetime", order: "UP" }] },
    { limit: 0 },
  ])
    expect([wrong, (await ask("conversions/log", { ...good, ...wrong })).status]).toEqual([wrong, 400]);
});

test("tells a campaign's own postbacks of the statuses they are for, and keeps a log of what it sent", async () => {
  const own = startKeitaroStandIn();
  const address = `http://127.0.0.1:${receiver.port}/in/y?of={campaign_id}&status={status}`;
  own.world.campaigns
    .get(15)
    ?.postbacks.push(
      { id: 1, method: "GET", url: address, statuses: ["sale"] },
      { id: 2, method: "POST", url: "http://127.0.0.1:1/nobody", statuses: ["lead"] },
    );
  const before = received.length;
  await own.convert({ subid: "c", status: "lead", campaignId: 15 });
  await own.convert({ subid: "c", status: "sale", campaignId: 15 });
  await own.convert({ subid: "d", status: "sale", campaignId: 22 });
  expect(received.slice(before)).toEqual(["?of=15&status=sale"]);
  const log = (query: string) =>
    fetch(`${own.url}/admin_api/v1/logs/sent_postbacks?${query}`, { headers: { "api-key": own.apiKey } });
  const lines = (await (await log("limit=10")).json()) as { message: string }[];
  expect(lines.map(({ message }) => message.slice(0, 6))).toEqual(["[GET] ", "[POST]"]);
  expect(lines.map(({ message }) => message.split(" -> ")[1]?.slice(0, 12))).toEqual(["200 ok", "cURL error 7"]);
  expect(await (await log("limit=10&query=nobody")).json()).toHaveLength(1);
  expect((await log("offset=0")).status).toBe(406);
  await own.stop();
});
