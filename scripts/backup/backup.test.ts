import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { readConfig } from "@backend/app/config.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import postgres from "postgres";
import { dumpDatabase } from "./dump.ts";
import { erasuresFileOf, noteErasures, readErasures, replayErasures } from "./erasures.ts";
import { restoreDatabase } from "./restore.ts";

// Each test starts servers or makes databases of its own.
setDefaultTimeout(30_000);

const folder = mkdtempSync(join(tmpdir(), "backup test "));
const file = join(folder, "there.dump");
const databases: TestDatabase[] = [];
const tricky = "tab\t line\nback\\slash \\. quote' ünï Привіт\u2028";
let source: { sql: postgres.Sql; url: string };

const clients: postgres.Sql[] = [];

/** A migrated database of its own, with a client that reads JSON and dates as plain postgres.js does. */
async function newDatabase(): Promise<{ sql: postgres.Sql; url: string }> {
  const database = await createTestDatabase();
  databases.push(database);
  return { url: database.url, sql: connect(database.url) };
}

function connect(url: string): postgres.Sql {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  clients.push(sql);
  return sql;
}

/** A database with nothing in it at all, as a new server has it. */
async function bareDatabase(): Promise<{ sql: postgres.Sql; url: string }> {
  const { url, sql } = await newDatabase();
  const name = `switchboard_test_bare_${Math.random().toString(36).slice(2)}`;
  await sql.unsafe(`create database ${name}`);
  const bare = new URL(url);
  bare.pathname = `/${name}`;
  return { sql: connect(bare.href), url: bare.href };
}

const everything = async (sql: postgres.Sql) => {
  const tables = await sql<{ name: string }[]>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by 1`;
  const found: Record<string, unknown> = {};
  for (const { name } of tables) {
    const rows = await sql.unsafe(`select to_jsonb(t) as row from ${name} t order by to_jsonb(t)::text`);
    found[name] = rows.map(({ row }) => row);
  }
  return found;
};

beforeAll(async () => {
  source = await newDatabase();
  const { sql } = source;
  const [workspace] =
    await sql`insert into workspaces (name, settings) values (${tricky}, ${sql.json({ deep: [1, null, tricky] })}) returning id`;
  const [person] =
    await sql`insert into persons (workspace_id, telegram_id, first_name) values (${workspace?.id}, 4503599627370495, ${tricky}) returning id`;
  await sql`insert into members (workspace_id, person_id, role) values (${workspace?.id}, ${person?.id}, 'owner')`;
  await sql`insert into api_keys (workspace_id, name, prefix, key_hash, scopes) values (${workspace?.id}, 'k', 'p', 'h', ${["a", 'b"c', "д,е"]})`;
  await sql`insert into audit_entries (workspace_id, actor_kind, action, subject_kind, subject_id) values (${workspace?.id}, 'person', 'a', 'b', 'c')`;
  await sql`create table inbound_events_2020_01 partition of inbound_events for values from ('2020-01-01') to ('2020-02-01')`;
  await sql`select graphile_worker.add_job('test.do-it', ${JSON.stringify({ word: tricky })}::text::json, job_key := 'once', queue_name := 'lane', priority := 3, run_at := '2031-01-01')`;
  await sql`select graphile_worker.add_job('test.failed', '{}')`;
  await sql`update graphile_worker._private_jobs set attempts = 25, last_error = 'boom', locked_at = now(), locked_by = 'w' where key is null`;
  await dumpDatabase(source.url, file);
});

afterAll(async () => {
  for (const sql of clients) await sql.end();
  for (const database of databases) await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

describe("a backup", () => {
  test("brings back every row, on a server that has nothing", async () => {
    const { sql, url } = await bareDatabase();
    const restored = await restoreDatabase(url, file);
    expect(restored.rows.persons).toBe(1);
    expect(await everything(sql)).toEqual(await everything(source.sql));
  });

  test("brings back jobs with their key, queue, time and used attempts, free to be taken", async () => {
    const { sql, url } = await newDatabase();
    await restoreDatabase(url, file);
    const jobs =
      await sql`select task_identifier, queue_name, key, priority, run_at, attempts, last_error, locked_at from graphile_worker.jobs order by task_identifier`;
    expect(jobs[0]).toMatchObject({
      task_identifier: "test.do-it",
      queue_name: "lane",
      key: "once",
      priority: 3,
      attempts: 0,
    });
    expect(jobs[0]?.run_at).toEqual(new Date("2031-01-01"));
    expect(jobs[1]).toMatchObject({
      task_identifier: "test.failed",
      attempts: 25,
      last_error: "boom",
      locked_at: null,
    });
    const [payload] = await sql`select payload from graphile_worker._private_jobs where key = 'once'`;
    expect(payload?.payload).toEqual({ word: tricky });
  });

  test("continues the numbering, the old partitions, the references and the triggers", async () => {
    const { sql, url } = await newDatabase();
    await restoreDatabase(url, file);
    const [workspace] = await sql`select id from workspaces`;
    const [entry] = await sql`
      insert into audit_entries (workspace_id, actor_kind, action, subject_kind, subject_id) values (${workspace?.id}, 'person', 'a', 'b', 'c') returning id`;
    expect(entry?.id).toBe("2");
    expect(await sql`select to_regclass('inbound_events_2020_01')::text as name`).toEqual([
      { name: "inbound_events_2020_01" },
    ] as never);
    await expect(
      sql`insert into members (workspace_id, person_id, role) values (gen_random_uuid(), gen_random_uuid(), 'owner')`.execute(),
    ).rejects.toThrow("violates foreign key");
    await expect(sql`update audit_entries set action = 'forged'`.execute()).rejects.toThrow();
  });

  test("does not bring back a person who was erased after it was taken", async () => {
    const before = join(folder, "before.dump");
    const from = await newDatabase();
    await restoreDatabase(from.url, file);
    const [workspace] = await from.sql`select id from workspaces`;
    const [person] = await from.sql`
      insert into persons (workspace_id, telegram_id, first_name, email) values (${workspace?.id}, 77, 'Ann', 'ann@example.org') returning id`;
    await dumpDatabase(from.url, before);
    await from.sql`update persons set first_name = null, email = null, telegram_id = null, erased_at = now() where id = ${person?.id}`;
    await noteErasures(from.url, erasuresFileOf(before));
    await noteErasures(source.url, erasuresFileOf(before));

    const to = await newDatabase();
    await restoreDatabase(to.url, before);
    const list = readErasures(erasuresFileOf(before));
    expect(list).toEqual([{ workspaceId: workspace?.id, personId: person?.id }]);
    const config = readConfig({
      DATABASE_URL: to.url,
      SECRETS_KEY: "0123456789abcdef0123456789abcdef",
      DATA_DIR: folder,
    });
    expect(await replayErasures(to.url, config, list)).toEqual({ erased: 1, members: [] });
    const [restored] =
      await to.sql`select first_name, email, telegram_id, erased_at is not null as erased from persons where id = ${person?.id}`;
    expect(restored).toEqual({ first_name: null, email: null, telegram_id: null, erased: true });
  });

  test("carries tables far larger than any buffer, while they are written to", async () => {
    const from = await newDatabase();
    await restoreDatabase(from.url, file);
    const [workspace] = await from.sql`select id from workspaces`;
    await from.sql`
      insert into audit_entries (workspace_id, actor_kind, action, subject_kind, subject_id, after)
      select ${workspace?.id}, 'person', 'changed', 'thing', n::text, jsonb_build_object('text', repeat(md5(n::text), 20))
      from generate_series(1, 20000) n`;
    const large = join(folder, "large.dump");
    const writer = connect(from.url);
    const dumping = dumpDatabase(from.url, large);
    let isDone = false;
    void dumping.then(() => {
      isDone = true;
    });
    while (!isDone) await writer`insert into persons (workspace_id, first_name) values (${workspace?.id}, 'meanwhile')`;
    const dumped = await dumping;
    const to = await newDatabase();
    const restored = await restoreDatabase(to.url, large);
    expect(restored.rows).toEqual(dumped.rows);
    expect(await to.sql`select md5(string_agg(t::text, ',' order by id)) as sum from audit_entries t`).toEqual(
      await from.sql`select md5(string_agg(t::text, ',' order by id)) as sum from audit_entries t`,
    );
  });

  test("is refused by a database that holds something", async () => {
    await expect(restoreDatabase(source.url, file)).rejects.toThrow("not empty");
  });

  test("leaves the database empty when the file is cut short, damaged or foreign", async () => {
    const { sql, url } = await newDatabase();
    const whole = readFileSync(file);
    const text = gunzipSync(whole).toString();
    const bad: Record<string, Uint8Array> = {
      "cut off": whole.subarray(0, whole.length - 40),
      "without its end": gzipSync(text.slice(0, text.lastIndexOf('{"rows"'))),
      "with a row less": gzipSync(text.replace(/^.*owner.*\n/m, "")),
      "of another program": gzipSync('{"format":"other"}\n'),
      "of a newer version": gzipSync(text.replace('"migrations":[', '"migrations":["0000",')),
      "no archive": Buffer.from("hello"),
      empty: Buffer.from(""),
    };
    for (const [name, bytes] of Object.entries(bad)) {
      writeFileSync(join(folder, name), bytes);
      await expect(restoreDatabase(url, join(folder, name))).rejects.toThrow();
      expect([name, await sql`select * from workspaces`]).toEqual([name, [] as never]);
    }
    await restoreDatabase(url, file);
    expect(await everything(sql)).toEqual(await everything(source.sql));
  });

  test("is not made of a database that was never used", async () => {
    const { url } = await bareDatabase();
    const unused = join(folder, "unused.dump");
    await expect(dumpDatabase(url, unused)).rejects.toThrow("holds nothing");
    expect(existsSync(unused) || existsSync(`${unused}.unfinished`)).toBe(false);
  });

  test("can be read by its owner only", () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
