import { createVault } from "@backend/kit/crypto.ts";
import { encodeCursor } from "@backend/kit/paging.ts";
import { makeApiKey } from "@backend/modules/identity/testing.ts";
import { type Db, openDatabase } from "@db/client.ts";
import { sql } from "drizzle-orm";
import { withoutIndexes } from "./fill.ts";
import { createRig } from "./product.ts";
import { ascending, atMost, type Bench, median, percentile, type Row, type RunOptions, row } from "./row.ts";

/** What the list of people asks of a workspace that has a million of them, and what finding one of them costs. */
export const subscribers: Bench = {
  name: "subscribers",
  what: "the list of people over 1,000,000 subscribers: pages, filters, counts, and searches",
  run: measure,
};

/** Rows of one statement. */
const sliceRows = 250_000;
const chance = (salt: number) => sql.raw(`((hashint8extended(i, ${salt}) & 2147483647)::float8 / 2147483648)`);
/** One of a list, the first ones oftener than the last: few names are common. */
const skewed = (count: number, salt: number) =>
  sql`(1 + floor(${sql.raw(String(count))} * power(${chance(salt)}, 2)))::int`;

/**
 * People of one bot: 400 first and 2000 last names of two syllables or three, half with a username, 6 of a hundred blocked, 20 tags
 * of which the first is worn by one in five and the last by one in five hundred.
 */
async function makeSubscribers(
  db: Db,
  at: { workspaceId: string; botId: string; rows: number },
  say: (text: string) => void,
): Promise<void> {
  await withoutIndexes(db, ["subscribers"], async () => {
    const syllables = sql`array['ка','ло','ма','ри','сан','тар','вел','ок','би','на','ро','шев','чук','ень','ол','дан','мир','ла','юр','ій']`;
    for (let from = 0; from < at.rows; from += sliceRows)
      await db.execute(sql`
      with drawn as (
        select i, ${skewed(400, 1)} as first, ${skewed(2000, 2)} as last, ${chance(3)} as luck, ${chance(4)} as tag, ${chance(5)} as seen
        from generate_series(${from + 1}::bigint, ${Math.min(from + sliceRows, at.rows)}::bigint) i
      ), places as (
        insert into chats (workspace_id, bot_id, telegram_chat_id, kind, title)
        select ${at.workspaceId}, ${at.botId}, 1000000000 + i, 'private', 'x' from drawn returning id, telegram_chat_id
      )
      insert into subscribers (workspace_id, bot_id, chat_id, telegram_id, state, first_name, last_name, username, language, origin, source,
        subscribed_at, last_seen_at, tags, fields)
      select ${at.workspaceId}, ${at.botId}, p.id, p.telegram_chat_id, case when luck < 0.05 then 'blocked' when luck < 0.06 then 'deactivated' else 'active' end,
        initcap(s.of[1 + first % 20] || s.of[1 + first / 20]), initcap(s.of[1 + last % 20] || s.of[1 + last / 20 % 20] || s.of[1 + last / 400]),
        case when luck < 0.5 then 'user' || to_hex(i * 7919) end, 'uk', 'start', 'ad' || i % 40,
        now() - i * interval '1 second', now() - seen * interval '90 days',
        case when tag < 0.2 then array[1 + floor(20 * power(tag * 5, 2))::int] else '{}' end,
        jsonb_build_object('city', 'City ' || i % 50, 'deposits', i % 9)
      from drawn join places p on p.telegram_chat_id = 1000000000 + i cross join (select ${syllables} as of) s`);
  });
  say(`${at.rows.toLocaleString("en-US")} subscribers`);
}

async function measure({ isQuick, say }: RunOptions): Promise<Row[]> {
  const count = isQuick ? 20_000 : 1_000_000;
  const rig = await createRig();
  const long = openDatabase(rig.databaseUrl, { poolSize: 2, statementTimeoutMs: 0 });
  try {
    const api = await rig.start({ ROLE: "api" });
    const bot = await rig.platformBot();
    const { workspaceId } = bot;
    await makeSubscribers(long.db, { workspaceId, botId: bot.id, rows: count }, say);
    const { headers } = await makeApiKey(
      rig.database.db,
      { workspaceId, botId: bot.id } as Parameters<typeof makeApiKey>[1],
      ["audience.read"],
      createVault(rig.secretsKey),
    );
    const timed = async (work: () => Promise<unknown>) => {
      const startedAt = performance.now();
      await work();
      return performance.now() - startedAt;
    };
    const ask = (path: string, query: Record<string, string>) =>
      timed(async () => {
        const search = new URLSearchParams(query);
        const answer = await fetch(`http://127.0.0.1:${api.port}/api/v1/audience/subscribers${path}?${search}`, {
          headers,
        });
        if (!answer.ok) throw new Error(`the list answered ${answer.status}: ${await answer.text()}`);
        await answer.json();
      });
    const rounds = isQuick ? 3 : 15;
    const floors: number[] = [];
    for (let n = 0; n < 3; n++)
      floors.push(
        await timed(() => long.db.execute(sql`select count(*) from subscribers where workspace_id = ${workspaceId}`)),
      );
    const floor = { what: "select count(*) of all of them", value: median(floors) };

    /** The slowest kind of question decides: a mean over kinds would hide it. */
    const worst = async (path: string, questions: Readonly<Record<string, Record<string, string>>>) => {
      let slowest = { name: "", ms: 0 };
      for (const [name, query] of Object.entries(questions)) {
        const took: number[] = [];
        for (let n = 0; n < rounds; n++) took.push(await ask(path, query));
        const ms = percentile(ascending(took), 0.95);
        say(`${name}: ${ms.toFixed(1)} ms`);
        if (ms > slowest.ms) slowest = { name, ms };
      }
      return slowest;
    };
    const middle = encodeCursor([Math.floor(count / 2)]);
    const page = await worst("", {
      "first page": { limit: "100" },
      "a page in the middle": { limit: "100", cursor: middle },
      "last seen first": { limit: "100", sort: "seen" },
      "of one bot": { limit: "100", botId: bot.id },
      "who blocked the bot": { limit: "100", state: "blocked" },
      "who never started": { limit: "100", state: "unreachable" },
      "with a common tag": { limit: "100", tagId: "1" },
      "with a rare tag": { limit: "100", tagId: "20" },
      "with a tag that nobody has": { limit: "100", tagId: "900" },
    });
    const search = await worst("", {
      "a common name": { search: "кака" },
      "the beginning of a surname": { search: "шевчук" },
      "name and surname": { search: "сан каріло" },
      "two letters": { search: "са" },
      "two letters that begin no word": { search: "ью" },
      "letters from the middle of a name": { search: "евчук" },
      "a username": { search: `@user${(777 * 7919).toString(16)}` },
      "a Telegram id": { search: String(1_000_000_000 + Math.floor(count / 3)) },
      "digits that begin no id": { search: "77777" },
      "nobody's name": { search: "зебра" },
      "a name among the blocked": { search: "кака", state: "blocked" },
      "a name, last seen first": { search: "шевчук", sort: "seen" },
    });
    const counting = await worst("/count", {
      everybody: {},
      "with a common tag, counted": { tagId: "1" },
      "a common name, counted": { search: "кака" },
    });
    return [
      row({
        what: `a page, p95 of the slowest kind (${page.name})`,
        value: page.ms,
        unit: "ms",
        floor,
        target: isQuick ? null : atMost(150),
      }),
      row({
        what: `a search, p95 of the slowest kind (${search.name})`,
        value: search.ms,
        unit: "ms",
        floor,
        target: isQuick ? null : atMost(200),
      }),
      row({
        what: `a count up to 100,000, p95 of the slowest kind (${counting.name})`,
        value: counting.ms,
        unit: "ms",
        floor,
      }),
    ];
  } finally {
    await long.close();
    await rig.close();
  }
}
