import { afterAll, afterEach, beforeEach, describe, expect, test } from "bun:test";
import { Content } from "@backend/modules/messaging/index.ts";
import { trackerConnections } from "@db/schema/conversions.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { Value } from "@sinclair/typebox/value";
import { sql } from "drizzle-orm";
import { checkAlerts, tell } from "./actions/check-alerts.ts";
import { installationRules, timings, workspaceRules } from "./domain/alert-rules.ts";
import { saveProcess } from "./queries.ts";
import { createTestTeam, fresh, type TestTeam } from "./testing.ts";

// The rules look at the whole installation, so each test has a database of its own.
let database: TestDatabase;
let team: TestTeam;
beforeEach(async () => {
  database = await createTestDatabase();
  team = await createTestTeam(database.db);
});
afterEach(() => database.drop());
afterAll(() => database?.drop().catch(() => {}));

const start = new Date();
const at = (minutes: number) => new Date(start.getTime() + minutes * 60_000);

interface Told extends Record<string, unknown> {
  chat_id: string;
  workspace_id: string;
  rank: number;
  html: string;
  subject_id: string;
}
const told = async (): Promise<Told[]> => [
  ...(await database.db.execute<Told>(sql`
    select chat_id, workspace_id, rank, content->>'html' as html, subject_id from deliveries
    where subject_kind = 'alert' order by id`)),
];
const check = (minutes: number) => checkAlerts(team.context(at(minutes)), {});

/** A call set aside just before `minutes`. */
const deadLetter = async (minutes: number) => {
  await team.receive({ query: "poison=1" });
  await database.db.execute(sql`
    update inbound_events set status = 'failed', attempts = 5, processed_at = ${at(minutes).toISOString()}::timestamptz,
      received_at = date_trunc('month', received_at) where workspace_id = ${team.workspaceId} and status = 'received'`);
};

describe("alerts", () => {
  test("reach owners and admins in their private chats, each in his language, in the service lane, once", async () => {
    const admin = await team.join("admin", "uk");
    await team.join("media_buyer");
    await deadLetter(0);
    await check(0);
    await check(0.1);
    await check(0.2);
    const messages = await told();
    expect(messages).toHaveLength(2);
    expect(new Set(messages.map(({ rank }) => rank))).toEqual(new Set([0]));
    const toAdmin = messages.find(({ chat_id }) => chat_id === admin.chatId);
    expect(toAdmin?.html).toContain("Потребує уваги");
    expect(messages.find(({ chat_id }) => chat_id !== admin.chatId)?.html).toContain("Needs attention");
  });

  test("of a job that used up its tries reach the owner of the installation once, with its name, and the health page has it", async () => {
    await database.db.execute(sql`update workspaces set is_first = true where id = ${team.workspaceId}`);
    await database.db.execute(
      sql`select graphile_worker.add_job('shop.tell-team', '{}'::json, max_attempts => 8, job_key => 'one')`,
    );
    await database.db.execute(sql`
      update graphile_worker._private_jobs set attempts = 8, updated_at = ${at(-11).toISOString()}::timestamptz`);
    await check(0);
    await check(1);
    const messages = await told();
    expect(messages.map(({ html }) => html.includes("shop.tell-team"))).toEqual([true]);
    const line = async () => {
      const { checks } = (await team.ask("GET", "/operations/health")).body;
      const found = checks.find(({ name }: { name: string }) => name === "jobs");
      return [found.state, found.message.includes("shop.tell-team")];
    };
    expect(await line()).toEqual(["warning", true]);
    // As docs/operations.md says it is begun again.
    await database.db.execute(sql`
      select graphile_worker.reschedule_jobs(array(select id from graphile_worker.jobs where attempts >= max_attempts and locked_at is null),
        now(), attempts => 0)`);
    expect(await line()).toEqual(["ok", false]);
  });

  test("are the same for two processes that check at once", async () => {
    await deadLetter(0);
    await Promise.all([check(0), check(0), check(0)]);
    expect(await told()).toHaveLength(1);
  });

  test("tell the end once too", async () => {
    const { chatId } = await team.join("support");
    await database.db.execute(sql`
      insert into deliveries (workspace_id, bot_id, chat_id, rank, content, state, done_at)
      values (${team.workspaceId}, ${team.botId}, ${chatId}, 3, '{}', 'unknown', ${at(-61).toISOString()}::timestamptz)`);
    await check(0);
    await database.db.execute(sql`update deliveries set state = 'failed' where state = 'unknown'`);
    await check(0.5);
    await check(0.6);
    const messages = await told();
    expect(messages.map(({ html }) => html.split("\n")[0])).toEqual(["⚠️ <b>Needs attention</b>", "✅ <b>Solved</b>"]);
    expect(messages[1]?.html).toContain("No message has an outcome unknown");
  });

  test("are recorded only together with their messages", async () => {
    await deadLetter(0);
    const broken = team.context(at(0));
    await expect(
      checkAlerts(
        {
          ...broken,
          ports: {
            ...broken.ports,
            markup: {
              ...broken.ports.markup,
              plain: () => {
                throw new Error("down");
              },
            },
          },
        },
        {},
      ),
    ).rejects.toThrow("down");
    expect(await told()).toEqual([]);
    await check(1);
    expect(await told()).toHaveLength(1);
  });

  test("of one workspace are not told to another", async () => {
    const other = await createTestTeam(database.db);
    await deadLetter(0);
    await check(0);
    expect((await told()).map(({ workspace_id }) => workspace_id)).toEqual([team.workspaceId]);
    expect((await other.ask("GET", "/operations/health")).body.alerts).toEqual([]);
    expect((await team.ask("GET", "/operations/health")).body.alerts).toMatchObject([
      { rule: "dead_letters", phase: "firing" },
    ]);
  });

  test("go to chosen members, and stay away when switched off", async () => {
    const manager = await team.join("manager");
    const stranger = await createTestTeam(database.db);
    const foreign = await team.ask("PATCH", "/settings", { alerts: { recipients: [stranger.ownerId] } });
    expect(foreign.status).toBe(422);
    await team.ask("PATCH", "/settings", { alerts: { recipients: [manager.personId] } });
    await deadLetter(0);
    await check(0);
    expect((await told()).map(({ chat_id }) => chat_id)).toEqual([manager.chatId]);
    await team.ask("PATCH", "/settings", { alerts: { isOn: false } });
    await database.db.execute(sql`update bots set state = 'disconnected' where id = ${team.botId}`);
    await check(1);
    expect(await told()).toHaveLength(1);
  });

  test("escape what others named", async () => {
    await database.db.insert(trackerConnections).values({
      workspaceId: team.workspaceId,
      name: "<b>Evil",
      kind: "keitaro",
      secretHash: `hash-${fresh()}`,
      locale: "en",
      lastEventAt: at(-60 * 5),
    });
    await database.db.execute(sql`
      insert into conversions (workspace_id, connection_id, identity_key, status, facts, received_at)
      select ${team.workspaceId}, c.id, n::text, 'lead', '{}', ${at(-60 * 5).toISOString()}::timestamptz - n * interval '10 minutes'
      from tracker_connections c, generate_series(20, 0, -1) n`);
    await check(0);
    const [message] = await told();
    expect(message?.html).toContain("&lt;b>Evil");
    expect(message?.html).toContain("silent for 5 h");
    // Pausing it is no news of its coming back.
    await database.db.execute(sql`update tracker_connections set state = 'paused'`);
    await check(0.5);
    expect(await told()).toHaveLength(1);
  });
});

describe("every alert", () => {
  test("is a message that can be sent, with words and a screen, in every language and state", async () => {
    await database.db.execute(sql`update workspaces set is_first = true where id = ${team.workspaceId}`);
    for (const locale of ["ru", "uk"] as const) await team.join("admin", locale);
    const rules = [...installationRules, ...workspaceRules];
    for (const [n, rule] of rules.entries())
      for (const kind of ["fired", "cleared"] as const) {
        const workspaceId = n < installationRules.length ? null : team.workspaceId;
        const params = {
          count: 1,
          seconds: 1,
          ms: 1,
          megabytes: 1,
          minutes: 1,
          hours: 1,
          host: "h",
          bot: "b",
          name: "n",
        };
        const notice = { kind, rule, subject: `${kind}-${n}`, workspaceId, since: start, params };
        if (kind === "fired" || timings[rule].isEndTold) await tell(team.context(start), notice, new Map());
      }
    const rows = await database.db.execute<{ content: unknown; html: string }>(
      sql`select content, content->>'html' as html from deliveries where subject_kind = 'alert'`,
    );
    const ends = rules.filter((rule) => timings[rule].isEndTold).length;
    expect(rows).toHaveLength(3 * (rules.length + ends));
    for (const { content, html } of rows) {
      expect(Value.Check(Content, content)).toBe(true);
      expect(html).not.toMatch(/\{|operations\.|undefined/);
      const [, ...sentence] = html.split("\n");
      expect(rules as string[]).not.toContain(sentence.join("\n"));
    }
  });
});

describe("the installation's troubles", () => {
  const sick = () =>
    saveProcess(database.db, {
      id: "p1",
      host: "machine",
      roles: ["api"],
      startedAt: at(-60),
      seenAt: start,
      errorsPerMinute: 99,
      diskFreeBytes: 50e9,
    });

  test("go to the admin channel when the platform bot is in it", async () => {
    await database.db.execute(sql`update bots set is_platform = true where id = ${team.botId}`);
    const [channel] = await database.db.execute<{ id: string }>(sql`
      insert into chats (workspace_id, bot_id, telegram_chat_id, kind, title)
      values (${team.workspaceId}, ${team.botId}, -1001, 'channel', 'Ops') returning id`);
    team.ports.adminChannelId = -1001;
    await sick();
    await check(0);
    expect((await told()).map(({ chat_id }) => chat_id)).toEqual([channel?.id as string]);
  });

  test("go to the leaders of the first workspace otherwise, and to nobody else's", async () => {
    const other = await createTestTeam(database.db);
    await database.db.execute(sql`update workspaces set is_first = true where id = ${other.workspaceId}`);
    await sick();
    await check(0);
    expect((await told()).map(({ workspace_id }) => workspace_id)).toEqual([other.workspaceId]);
    expect((await other.ask("GET", "/operations/health")).body.alerts).toEqual([]);
  });

  test("of processes are forgotten in time", async () => {
    await sick();
    await check(61);
    const left = await database.db.execute(sql`select 1 from processes`);
    expect([...left]).toEqual([]);
  });
});

describe("settings", () => {
  test("are kept beside other rooms' keys, audited once per change, and refused to those who may not", async () => {
    await database.db.execute(
      sql`update workspaces set settings = '{"other":{"x":1}}'::jsonb where id = ${team.workspaceId}`,
    );
    const changed = await team.ask("PATCH", "/settings", { alerts: { lateSec: 120, off: ["unknown_old"] } });
    expect(changed.body.alerts).toMatchObject({ lateSec: 120, off: ["unknown_old"], isOn: true, silentHours: 3 });
    expect((await team.ask("GET", "/settings")).body).toEqual(changed.body);
    await team.ask("PATCH", "/settings", { alerts: { lateSec: 120 } });
    await team.ask("PATCH", "/settings", {});
    const [row] = await database.db.execute<{ settings: { other: unknown }; audits: number }>(sql`
      select settings, (select count(*)::int from audit_entries where action = 'settings.changed') as audits
      from workspaces where id = ${team.workspaceId}`);
    expect(row?.settings.other).toEqual({ x: 1 });
    expect(row?.audits).toBe(1);
    expect((await team.ask("PATCH", "/settings", { alerts: { lateSec: 1 } })).status).toBe(422);
    expect((await team.ask("PATCH", "/settings", { alerts: { isOn: false } }, ["workspace.read"])).status).toBe(403);
  });
});

describe("a bot whose token was revoked", () => {
  const disconnect = (botId: string) =>
    database.db.execute(sql`update bots set state = 'disconnected' where id = ${botId}`);

  test("is told of through another bot of the workspace that works, once, and not through one that stands still", async () => {
    const { chatId: sealed } = await team.join("support");
    const [dead, working] = [fresh(), fresh()];
    const [owner] = await database.db.execute<{ person_id: string }>(sql`
      select person_id from members where workspace_id = ${team.workspaceId} and role = 'owner'`);
    for (const [telegramId, pausedReason] of [
      [dead, "token"],
      [working, null],
    ] as const) {
      await database.db.execute(sql`
        with b as (insert into bots (workspace_id, telegram_id, username, name, token_sealed, webhook_secret_sealed)
          values (${team.workspaceId}, ${telegramId}, ${`more_${telegramId}`}, 'More', 'x', 'x') returning id),
        l as (insert into lanes (bot_id, paused_reason, paused_until)
          select id, ${pausedReason}, case when ${pausedReason}::text is null then null else 'infinity'::timestamptz end from b)
        insert into chats (workspace_id, bot_id, telegram_chat_id, kind, title, person_id)
        select ${team.workspaceId}, id, ${telegramId}, 'private', 'Owner', ${owner?.person_id ?? null}::uuid from b`);
    }
    await disconnect(team.botId);
    for (const minute of [0, 1, 2]) await check(minute);
    const [own] = await database.db.execute<{ id: string }>(
      sql`select id from chats where telegram_chat_id = ${working}`,
    );
    const about = (await told()).filter(({ subject_id }) => subject_id === `bot_disconnected:${team.botId}`);
    expect(about.map(({ chat_id }) => chat_id)).toEqual([own?.id ?? ""]);
    expect(about.map(({ chat_id }) => chat_id)).not.toContain(sealed);
  });

  test("and was the only one is told of through the bot of the installation, without a button that opens its app", async () => {
    const first = await createTestTeam(database.db);
    await database.db.execute(sql`update bots set is_platform = true where id = ${first.botId}`);
    const [chat] = await database.db.execute<{ id: string }>(sql`
      insert into chats (workspace_id, bot_id, telegram_chat_id, kind, title)
      select ${first.workspaceId}, ${first.botId}, p.telegram_id, 'private', 'Owner' from persons p
      join members m on m.person_id = p.id and m.role = 'owner' where m.workspace_id = ${team.workspaceId} returning id`);
    await disconnect(team.botId);
    for (const minute of [0, 1]) await check(minute);
    const about = await database.db.execute<{ chat_id: string; content: Content }>(sql`
      select chat_id, content from deliveries where subject_id = ${`bot_disconnected:${team.botId}`}`);
    expect(about).toHaveLength(1);
    expect(about[0]?.chat_id).toBe(chat?.id ?? "");
    expect(about[0]?.content).not.toHaveProperty("buttons");
  });
});

describe("the health page", () => {
  test("shows each part with a sentence, and the bot's trouble without secrets", async () => {
    await database.db.execute(sql`
      update bots set health = ${JSON.stringify({
        checkedAt: new Date().toISOString(),
        problem: "bots.webhook_failing",
        pendingUpdates: 4,
        lastError: `Wrong response from https://x/?secret=hush`,
      })}::jsonb where id = ${team.botId}`);
    const { status, body } = await team.ask("GET", "/operations/health");
    expect(status).toBe(200);
    expect(body.checks.map(({ name }: { name: string }) => name)).toEqual([
      "database",
      "inbox",
      "deliveries",
      "unknown",
      "lanes",
      "bots",
      "jobs",
      "processes",
      "disk",
    ]);
    for (const one of body.checks) expect(one.message).not.toContain("operations.");
    expect(body.bots).toMatchObject([{ code: "bots.webhook_failing", pendingUpdates: 4, state: "warning" }]);
    expect(JSON.stringify(body)).not.toContain("hush");
    expect((await team.ask("GET", "/operations/health", undefined, [])).status).toBe(403);
  });
});
