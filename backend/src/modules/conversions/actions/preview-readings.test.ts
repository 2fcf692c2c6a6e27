import { afterAll, beforeAll, expect, test } from "bun:test";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { AppError } from "@backend/kit/errors.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { createTestWorkspace, type TestWorkspace } from "../testing.ts";
import { changeConnection } from "./change-connection.ts";
import { listConversions } from "./list-conversions.ts";
import { previewReadings } from "./preview-readings.ts";
import { revealAddress } from "./reveal-address.ts";

let database: TestDatabase;
let space: TestWorkspace;
beforeAll(async () => {
  database = await createTestDatabase();
  space = await createTestWorkspace(database.db, telegramMarkup);
});
afterAll(() => database.drop());

const call = "uid=c-1&order=o-1&what=ftd&cash=15,50&geo=ua&empty=&left={left}";

test("a received call shows each parameter, its value, and what it is read as now", async () => {
  const connectionId = await space.connect({ kind: "generic" });
  await space.receive(connectionId, call);
  const { calls } = await previewReadings(space.context(), { connectionId });
  expect(calls).toHaveLength(1);
  expect(calls[0]).toMatchObject({ outcome: "ignored", reason: "nothing_resolved", facts: null });
  expect(calls[0]?.parameters).toEqual([
    { name: "uid", sample: "c-1", readAs: null, isResolved: true },
    { name: "order", sample: "o-1", readAs: null, isResolved: true },
    { name: "what", sample: "ftd", readAs: null, isResolved: true },
    { name: "cash", sample: "15,50", readAs: null, isResolved: true },
    { name: "geo", sample: "ua", readAs: "country", isResolved: true },
    { name: "empty", sample: "", readAs: null, isResolved: false },
    { name: "left", sample: "{left}", readAs: null, isResolved: false },
  ]);
});

test("a draft of the map is tried on the received calls before it is saved; saved, it reads the next ones so", async () => {
  const connectionId = await space.connect({ kind: "generic" });
  await space.receive(connectionId, call, call.replace("c-1", "c-2"));
  const parameterMap = { subid: "UID", tid: "order", rawStatus: "what", amount: "cash" };
  const drafted = await previewReadings(space.context(), { connectionId, parameterMap });
  expect(drafted.calls[0]).toMatchObject({
    outcome: "conversion",
    facts: { subid: "c-2", tid: "o-1", status: "deposit", rawStatus: "ftd", amount: "15.50", country: "UA" },
  });
  expect((await previewReadings(space.context(), { connectionId })).calls[0]?.outcome).toBe("ignored");
  const saved = await changeConnection(space.context(), { connectionId, parameterMap });
  expect(saved.parameterMap).toEqual({ ...parameterMap, subid: "uid" });
  expect((await previewReadings(space.context(), { connectionId })).calls).toEqual(drafted.calls);
  await space.readInbox();
  expect((await listConversions(space.context(), { connectionId })).items.map(({ subid }) => subid).sort()).toEqual([
    "c-1",
    "c-2",
  ]);
});

test("tests, replays and calls of others are not among them; ten at most, the newest first", async () => {
  const [connectionId, other] = [await space.connect(), await space.connect()];
  await space.receive(other, "subid=theirs");
  await space.receive(connectionId, { query: "subid=test", isTest: true });
  for (let n = 0; n < 12; n++) await space.receive(connectionId, `subid=n${n}`);
  const { calls } = await previewReadings(space.context(), { connectionId });
  expect(calls.map(({ facts }) => facts?.subid)).toEqual(Array.from({ length: 10 }, (_, n) => `n${11 - n}`));
});

test("the connection's secret is in no sample", async () => {
  const connectionId = await space.connect();
  const secret = /\/in\/([^?]+)/.exec((await revealAddress(space.context(), { connectionId })).url)?.[1] ?? "-";
  await space.receive(connectionId, `subid=s1&ref=https://our.example/in/${secret}&${secret}=1`);
  expect(JSON.stringify(await previewReadings(space.context(), { connectionId }))).not.toContain(secret);
});

test.each([
  [{ profit: "cash" }],
  [{ subid: "a", tid: "A" }],
  [{ subid: "x".repeat(101) }],
  [{ sub_31: "a" }],
  [{ constructor: "a" }],
])("a map like %j is refused, drafted or saved", async (parameterMap) => {
  const connectionId = await space.connect();
  const code = (work: Promise<unknown>) =>
    work.then(String, (error: unknown) => (error instanceof AppError ? error.code : error));
  const map = parameterMap as unknown as Record<string, string>;
  for (const act of [previewReadings, changeConnection])
    expect(await code(act(space.context(), { connectionId, parameterMap: map }))).toBe(
      "conversions.parameter_map_invalid",
    );
});
