/** What the whole product must survive: every acknowledged call becomes one conversion and its alert, whatever dies on the way. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "@db/client.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@db/embedded.ts";
import type { TelegramStandIn } from "@sandbox/telegram/index.ts";
import { botId, connectPeople, makeTelegram, personId, type RunningProduct, startProduct, until } from "./product.ts";

const people = 6;
const alertsOf = /TX:? ?(\S+)/;

let folder: string;
let server: EmbeddedPostgres;
let telegram: TelegramStandIn;
let database: Database;
let secrets: string[];
let running: RunningProduct[] = [];

const start = async (env: Record<string, string> = {}) => {
  const product = await startProduct({ databaseUrl: server.url, telegram, env });
  running.push(product);
  return product;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "switchboard-faults-"));
  // A server of our own: one test brings it down.
  server = await startEmbeddedPostgres({ dataDir: folder });
  telegram = await makeTelegram(people);
  await (await start()).kill("SIGTERM");
  ({ secrets, database } = await connectPeople(server.url, people));
}, 60_000);
afterEach(async () => {
  await Promise.all(running.map((product) => product.kill("SIGKILL")));
  running = [];
});
afterAll(async () => {
  await database.close(500);
  await telegram.stop();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Transaction ids that alerts told this person, in order of arrival. */
const told = (person: number): string[] =>
  telegram
    .acceptedMessages(botId)
    .filter((message) => message.chatId === personId(person))
    .flatMap((message) => alertsOf.exec(message.text)?.[1] ?? []);

/** Sends a deposit; true when it was acknowledged. */
const fire = (product: RunningProduct, person: number, tid: string): Promise<boolean> =>
  fetch(`${product.url}/in/${secrets[person]}?subid=s-${tid}&tid=${tid}&status=deposit&payout=10&currency=USD`, {
    signal: AbortSignal.timeout(6_000),
  }).then(
    (response) => response.status === 200,
    () => false,
  );

/** Where everything stands, for the message of a failed wait. */
const state = async () => ({
  events: [...(await database.sql`select status, count(*), max(error) as error from inbound_events group by 1`)],
  jobs: [
    ...(await database.sql`select locked_by, attempts, run_at::text, last_error from graphile_worker._private_jobs limit 5`),
  ],
  deliveries: [...(await database.sql`select state, count(*), max(error_code) as code from deliveries group by 1`)],
  lanes: [...(await database.sql`select paused_until::text, paused_reason from lanes`)],
  bot: telegram.counters(botId),
  output: running.at(-1)?.output().slice(-3_000),
});
const countOf = async (from: string): Promise<number> => {
  const [row] = await database.sql.unsafe<{ count: string }[]>(`select count(*) as count from ${from}`);
  return Number(row?.count);
};
/** The server's files may lie elsewhere than its folder, where its unprivileged user can reach them. */
async function postmasterPid(): Promise<number> {
  const { home } = JSON.parse(readFileSync(join(folder, "access.json"), "utf8")) as { home: string };
  for await (const file of new Bun.Glob("**/postmaster.pid").scan({ cwd: home, dot: true }))
    return Number(readFileSync(join(home, file), "utf8").split("\n")[0]);
  throw new Error("the server has no pid file");
}
/** Conversions that no message told, by itself or inside a digest. */
const untold = async (prefix: string): Promise<string[]> => {
  const rows = await database.sql<{ tid: string }[]>`
    select c.tid from conversions c where starts_with(c.tid, ${prefix}) and not exists (
      select 1 from deliveries d left join deliveries digest on digest.id = d.folded_into
      where d.subject_kind = 'conversion' and d.subject_id = c.id::text and 'sent' in (d.state, digest.state))`;
  return rows.map((row) => row.tid);
};
const nothingWaits = () =>
  until(
    "every delivery to be recorded",
    async () => (await countOf("deliveries where state in ('queued', 'sending')")) === 0,
    60_000,
  );

describe("the product under faults", () => {
  test("kill -9 amid intake and sending loses nothing acknowledged and repeats at most what was under way", async () => {
    let product = await start();
    const acknowledged: string[][] = Array.from({ length: people }, () => []);
    let count = 0;
    const volley = (calls: number) =>
      Promise.all(
        Array.from({ length: calls }, async () => {
          const person = count % people;
          const tid = `kill${count++}`;
          if (await fire(product, person, tid)) acknowledged[person]?.push(tid);
        }),
      );
    const kills = 3;
    for (let round = 0; round < kills; round++) {
      await volley(6);
      const last = volley(24);
      await Bun.sleep(15 * (round + 1));
      await product.kill("SIGKILL");
      await last;
      product = await start();
    }
    const all = acknowledged.flat();
    expect(all.length).toBeGreaterThanOrEqual(kills * 6);
    await until(
      "every call to be read",
      async () => (await countOf("inbound_events where status = 'received'")) === 0,
      60_000,
      state,
    );
    await nothingWaits();
    const rows = await database.sql<{ tid: string }[]>`select tid from conversions where tid like 'kill%'`;
    const known = new Set(rows.map((row) => row.tid));
    expect(known.size).toBe(rows.length);
    expect(all.filter((tid) => !known.has(tid))).toEqual([]);
    expect(await untold("kill")).toEqual([]);
    const messages = Array.from({ length: people }, (_, person) => told(person)).flat();
    // One message per chat is under way at a time.
    expect(messages.length - new Set(messages).size).toBeLessThanOrEqual(kills * people);
  }, 180_000);

  test("Telegram away and back: nothing lost, order kept", async () => {
    const product = await start();
    await telegram.goDown();
    const tids = Array.from({ length: 8 }, (_, i) => `away${i}`);
    for (const tid of tids) expect(await fire(product, 0, tid)).toBe(true);
    await Bun.sleep(2_000);
    telegram.comeUp();
    await until("the alerts of the outage", async () => tids.every((tid) => told(0).includes(tid)), 60_000);
    expect(told(0).filter((tid) => tid.startsWith("away"))).toEqual(tids);
  }, 120_000);

  test("the database killed amid intake: no false 200, and back to work without a restart", async () => {
    const product = await start();
    const acknowledged: string[] = [];
    const refused: string[] = [];
    let isOver = false;
    const callers = Array.from({ length: 4 }, async (_, caller) => {
      for (let i = 0; !isOver; i++) {
        const tid = `db${caller}x${i}`;
        ((await fire(product, (caller % (people - 1)) + 1, tid)) ? acknowledged : refused).push(tid);
        await Bun.sleep(40);
      }
    });
    await Bun.sleep(300);
    // "Immediate shutdown": PostgreSQL's own word for being killed.
    process.kill(await postmasterPid(), "SIGQUIT");
    await until("a refusal while the database is away", async () => refused.length > 3);
    await until(
      "readiness to say so",
      async () => (await fetch(`${product.url}/ready`)).status === 503,
      10_000,
      async () => product.output().slice(-3_000),
    );
    server = await startEmbeddedPostgres({ dataDir: folder });
    const before = acknowledged.length;
    await until("calls to be taken again", async () => acknowledged.length > before + 5);
    isOver = true;
    await Promise.all(callers);
    await until(
      "every acknowledged call to be read",
      async () => (await countOf("inbound_events where status = 'received'")) === 0,
      60_000,
      state,
    );
    const rows = await database.sql<{ tid: string }[]>`select tid from conversions where tid like 'db%'`;
    const known = new Set(rows.map((row) => row.tid));
    expect(known.size).toBe(rows.length);
    expect(acknowledged.filter((tid) => !known.has(tid))).toEqual([]);
    await nothingWaits();
  }, 180_000);

  test("roles on processes of their own: one of two senders killed, the other goes on, nothing is sent twice or lost", async () => {
    const api = await start({ ROLE: "api,worker" });
    const first = await start({ ROLE: "bot" });
    await start({ ROLE: "bot" });
    const tids = Array.from({ length: 40 }, (_, i) => `two${i}`);
    for (const [i, tid] of tids.entries()) {
      expect(await fire(api, i % people, tid)).toBe(true);
      if (i === 20) await first.kill("SIGKILL");
    }
    await until(
      "every conversion",
      async () => (await countOf("conversions where tid like 'two%'")) === tids.length,
      60_000,
      state,
    );
    await nothingWaits();
    expect(await untold("two")).toEqual([]);
    const messages = Array.from({ length: people }, (_, person) => told(person))
      .flat()
      .filter((tid) => tid.startsWith("two"));
    expect(messages.length - new Set(messages).size).toBeLessThanOrEqual(people);
  }, 180_000);

  test("a stop asked for politely finishes within ten seconds and leaves nothing half done", async () => {
    const product = await start();
    for (let i = 0; i < 12; i++) expect(await fire(product, i % people, `stop${i}`)).toBe(true);
    const asked = performance.now();
    await product.kill("SIGTERM");
    expect(performance.now() - asked).toBeLessThan(20_000);
    expect(await countOf("deliveries where state = 'sending'")).toBe(0);
    await start();
    await until(
      "every conversion",
      async () => (await countOf("conversions where tid like 'stop%'")) === 12,
      60_000,
      state,
    );
    await nothingWaits();
    expect(await untold("stop")).toEqual([]);
  }, 120_000);
});
