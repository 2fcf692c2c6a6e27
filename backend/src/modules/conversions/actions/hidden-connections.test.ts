/** What a member is not shown stays unseen through every other door: figures, tries, the lab, files, bulk work, watches. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { AppError } from "@backend/kit/errors.ts";
import { permissionsOf } from "@backend/modules/identity/index.ts";
import { readStatistics } from "@backend/modules/reports/actions/read-statistics.ts";
import { createWatch, previewWatch } from "@backend/modules/reports/actions/watches.ts";
import { members, persons } from "@db/schema/identity.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import type { ConversionsPorts } from "../ports.ts";
import { createTestWorkspace, type TestWorkspace } from "../testing.ts";
import { previewTemplate } from "./alert-templates.ts";
import { createConnection } from "./create-connection.ts";
import { dryRunRoutes } from "./dry-run-routes.ts";
import { exportConversions } from "./export-conversions.ts";
import { listFieldValues } from "./list-alert-routes.ts";
import { runBatch } from "./run-batch.ts";
import { runLab } from "./run-lab.ts";
import { countConversions, readBatch, startBatch } from "./start-batch.ts";

let database: TestDatabase;
let space: TestWorkspace;
let manager: ActionContext<ConversionsPorts>;
let hiddenId: string;
let openId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  space = await createTestWorkspace(database.db, telegramMarkup);
  const { workspaceId } = space;
  const [person] = await database.db
    .insert(persons)
    .values({ workspaceId, telegramId: 91, firstName: "M" })
    .returning();
  const personId = person?.id ?? "";
  const [member] = await database.db.insert(members).values({ workspaceId, personId, role: "manager" }).returning();
  const as = {
    personId,
    member: { memberId: member?.id ?? "", role: "manager" },
    permissions: permissionsOf("manager"),
  };
  manager = { ...space.context(), actor: { ...space.actor, ...as } as typeof space.actor };
  const connect = async (name: string, sharedWith: "finance"[] | null) =>
    (await createConnection(space.context(), { name, kind: "keitaro", chatId: space.chatId, sharedWith })).connection
      .id;
  hiddenId = await connect("Hidden", ["finance"]);
  openId = await connect("Open", null);
  await space.receive(hiddenId, "subid=secret-click&status=sale&payout=900&currency=USD&campaign_name=Secret+campaign");
  await space.receive(openId, "subid=open-click&status=sale&payout=1&currency=USD&campaign_name=Open+campaign");
  await space.readInbox();
});
afterAll(() => database.drop());

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

test("tries, suggestions and previews are made of what is shown", async () => {
  const said = JSON.stringify([
    await dryRunRoutes(manager, {}),
    await listFieldValues(manager, { field: "campaign" }),
    await listFieldValues(manager, { field: "connection" }),
    await previewTemplate(manager, { body: "{campaign} {subid}", status: "sale", locale: "en" }),
  ]);
  expect(said).toContain("Open campaign");
  expect(said).not.toMatch(/secret/i);
  expect(said).not.toContain(hiddenId);
});

test("the lab has no connection that is not shown", async () => {
  const call = { kind: "text" as const, text: "subid=secret-click&status=sale" };
  expect(await codeOf(runLab(manager, { connectionId: hiddenId, call }))).toBe("conversions.connection_not_found");
  expect(await codeOf(runLab(manager, { connectionId: openId, call }))).toBe("done");
});

test("figures do not count it, neither in the sum nor by its id", async () => {
  const today = new Date().toISOString().slice(0, 10);
  const ask = (some: object = {}) => readStatistics(manager, { from: today, to: today, by: "campaign", ...some });
  const all = await readStatistics(space.context(), { from: today, to: today, by: "campaign" });
  expect(all.rows).toHaveLength(2);
  expect((await ask()).rows.map(({ key }) => key)).toEqual(["Open campaign"]);
  expect((await ask({ connectionId: hiddenId })).rows).toEqual([]);
});

test("files and bulk work leave it out, also when its conversions are named by id", async () => {
  const exported = await exportConversions(manager, { format: "csv" });
  const file = await exported.text();
  expect(file).toContain("open-click");
  expect(file).not.toContain("secret-click");
  expect((await countConversions(manager, {})).count).toBe(1);
  const ids = (await dryRunRoutes(space.context(), {})).items.map(({ conversion }) => conversion.id);
  expect(ids).toHaveLength(2);
  for (const choice of [{ ids }, { filter: {} }]) {
    const batch = await startBatch(manager, { kind: "replay", ...choice });
    expect(batch.total).toBe(1);
    await runBatch(space.context(), { batchId: batch.id, workspaceId: space.workspaceId });
    expect(await readBatch(manager, { batchId: batch.id })).toMatchObject({ state: "done", done: 1, made: 1 });
  }
});

test("a watch of everything, or of it, cannot be made by whoever is not shown all", async () => {
  const watch = {
    ...{ name: "W", isOn: true, status: null, direction: "both" as const, percent: 50, minVolume: 10 },
    ...{ coolDownMinutes: 60, chatId: space.chatId, threadId: null, locale: "en" as const },
  };
  expect(await codeOf(createWatch(manager, { ...watch, connectionId: null }))).toBe("reports.choose_connection");
  expect(await codeOf(createWatch(manager, { ...watch, connectionId: hiddenId }))).toBe("reports.connection_not_found");
  expect(await codeOf(createWatch(manager, { ...watch, connectionId: openId }))).toBe("done");
  const rule = { direction: "both" as const, percent: 50, minVolume: 10 };
  expect(await codeOf(previewWatch(manager, { ...rule, connectionId: hiddenId }))).toBe("reports.connection_not_found");
});
