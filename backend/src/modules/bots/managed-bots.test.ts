import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { IntegrationError } from "@backend/kit/errors.ts";
import {
  createTestServer,
  makePerson,
  makeWorkspace,
  nextTelegramId,
  type TestPerson,
  type TestWorkspace,
  testVault,
} from "@backend/modules/identity/testing.ts";
import { registerChat } from "@backend/modules/messaging/index.ts";
import { bots } from "@db/schema/bots.ts";
import { deliveries } from "@db/schema/messaging.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { startTelegramStandIn, type TelegramStandIn } from "@sandbox/telegram/index.ts";
import { and, eq, isNull } from "drizzle-orm";
import { connectManagedBot, offerManagedBot } from "./actions/managed-bots.ts";
import { setUpBot } from "./actions/set-up-bot.ts";
import { botRoutes } from "./routes.ts";
import { testContext, testPorts } from "./testing.ts";

let database: TestDatabase;
let telegram: TelegramStandIn;
let at: TestWorkspace;
let owner: TestPerson;
let managerId: number;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  telegram = await startTelegramStandIn();
  at = await makeWorkspace(database.db);
  owner = await makePerson(database.db, at, { role: "owner" });
  managerId = Number(at.token.split(":")[0]);
  telegram.addBot({ token: at.token, username: "manager_bot", canManageBots: true });
  telegram.people.addPerson({ id: owner.telegramId, firstName: "Ann" });
  await setUpBot(context(), { botId: at.botId });
});
afterEach(() => telegram.stop());

const ports = () => testPorts(telegram.apiRoot);
const context = () => testContext(database.db, at.workspaceId, ports());
const ask = (who = owner) =>
  createTestServer(database.db, [botRoutes], ports()).call("POST", `/bots/${at.botId}/managed-bots`, {
    headers: who.headers,
  });
const meetOwner = () => {
  telegram.people.start(managerId, owner.telegramId);
  return registerChat(database.db, {
    workspaceId: at.workspaceId,
    botId: at.botId,
    telegramChatId: owner.telegramId,
    kind: "private",
    title: "Ann",
    personId: owner.personId,
  });
};
/** Stand-ins count from the same number, and the database is one for all tests of this file. */
const newToken = () => `${nextTelegramId()}:${"m".repeat(35)}`;
const make = (by: number, username: string) =>
  telegram.createManagedBot(by, owner.telegramId, { token: newToken(), username });
const connected = (telegramId: number) =>
  database.db
    .select()
    .from(bots)
    .where(and(eq(bots.telegramId, telegramId), isNull(bots.releasedAt)));

describe("a bot made through one of ours", () => {
  test("is asked for with a button of Telegram's in the private chat, by whoever may connect bots", async () => {
    const early = await ask();
    expect([early.status, early.body.error.code]).toEqual([409, "bots.press_start_first"]);
    await meetOwner();
    expect((await ask()).status).toBe(200);
    expect((await ask(await makePerson(database.db, at, { role: "manager" }))).status).toBe(403);
    await offerManagedBot(context(), { botId: at.botId, telegramChatId: owner.telegramId, locale: "en" });
    const [sent] = telegram.acceptedMessages(managerId);
    expect(JSON.stringify(sent?.payload.reply_markup)).toContain("request_managed_bot");
  });

  test("cannot be asked for where the owner of the bot has not allowed it", async () => {
    await meetOwner();
    await database.db.update(bots).set({ canManageBots: false }).where(eq(bots.id, at.botId));
    const { status, body } = await ask();
    expect([status, body.error.code]).toEqual([409, "bots.cannot_manage"]);
  });

  test("is connected with its manager on record, also when told twice, and its maker hears of it", async () => {
    await meetOwner();
    const made = make(managerId, "made_bot");
    const input = { botId: at.botId, telegramId: made.user.id, personId: owner.personId };
    for (let n = 0; n < 2; n++) await connectManagedBot(context(), input);
    const rows = await connected(made.user.id);
    expect(rows).toMatchObject([{ workspaceId: at.workspaceId, managedBy: at.botId, username: "made_bot" }]);
    expect(testVault.open(rows[0]?.tokenSealed ?? "")).toBe(made.token);
    const told = await database.db.select().from(deliveries).where(eq(deliveries.subjectId, at.botId));
    expect(told).toHaveLength(1);
    expect(JSON.stringify(told.map(({ content }) => content))).toContain("@made_bot");
    expect(JSON.stringify(told.map(({ content }) => content))).not.toContain(made.token);
  });

  test("stays off when its token changes after it was switched off", async () => {
    const made = make(managerId, "made_bot");
    const input = { botId: at.botId, telegramId: made.user.id, personId: owner.personId };
    await connectManagedBot(context(), input);
    await database.db.update(bots).set({ state: "inactive" }).where(eq(bots.telegramId, made.user.id));
    await connectManagedBot(context(), input);
    expect(await connected(made.user.id)).toMatchObject([{ state: "inactive" }]);
  });

  test("is not taken from another workspace, and the maker is told why", async () => {
    await meetOwner();
    const made = make(managerId, "made_bot");
    const other = await makeWorkspace(database.db);
    await database.db.insert(bots).values({
      workspaceId: other.workspaceId,
      telegramId: made.user.id,
      username: "made_bot",
      name: "Made",
      tokenSealed: testVault.seal(made.token),
      webhookSecretSealed: testVault.seal("x"),
    });
    await connectManagedBot(context(), { botId: at.botId, telegramId: made.user.id, personId: owner.personId });
    expect(await connected(made.user.id)).toMatchObject([{ workspaceId: other.workspaceId }]);
    const told = await database.db.select().from(deliveries).where(eq(deliveries.subjectId, at.botId));
    expect(JSON.stringify(told.map(({ content }) => content))).toContain("another workspace");
  });

  test("of somebody else's manager gives us no token", async () => {
    const stranger = telegram.addBot({ token: newToken(), username: "stranger_bot", canManageBots: true });
    const made = make(stranger.user.id, "theirs_bot");
    const input = { botId: at.botId, telegramId: made.user.id, personId: owner.personId };
    await expect(connectManagedBot(context(), input)).rejects.toBeInstanceOf(IntegrationError);
    expect(await connected(made.user.id)).toEqual([]);
  });
});
