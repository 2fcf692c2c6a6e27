import { createVault } from "@backend/kit/crypto.ts";
import { encodeCursor } from "@backend/kit/paging.ts";
import { makeApiKey } from "@backend/modules/identity/testing.ts";
import { type Db, openDatabase } from "@db/client.ts";
import { sql } from "drizzle-orm";
import { withoutIndexes } from "./fill.ts";
import { createRig } from "./product.ts";
import { ascending, atMost, type Bench, median, percentile, type Row, type RunOptions, row } from "./row.ts";

/** What the lists and the figures of a shop cost that has sold a million times. */
export const orders: Bench = {
  name: "orders",
  what: "a shop with 1,000,000 orders of 100,000 people among 1,000,000: list, filters, search, dashboard",
  run: measure,
};

/** Rows of one statement. */
const sliceRows = 250_000;
const chance = (salt: number) => sql.raw(`((hashint8extended(i, ${salt}) & 2147483647)::float8 / 2147483648)`);

/** Ten products, the first bought oftener than the last; seven of ten orders are paid, one of a hundred was refunded. */
async function makeOrders(
  db: Db,
  { workspaceId, count }: { workspaceId: string; count: number },
  say: (text: string) => void,
): Promise<string> {
  const people = Math.max(100, Math.floor(count / 10));
  // Nine of ten have never ordered: they are whom a search has to pass over. One of twenty thousand is called Cassandra, one of two
  // hundred Aglaya; a third of those who never ordered are called Tikhon, so that many of the name have nothing to show.
  await withoutIndexes(db, ["persons"], async () => {
    await db.execute(sql`
      insert into persons (workspace_id, telegram_id, first_name, last_name, username, created_at)
      select ${workspaceId}, 3000000000 + i, case when i % 20000 = 4242 then 'Кассандра' when i % 200 = 77 then 'Аглая' when i > ${people} and i % 3 = 0 then 'Тихон' else 'Person' end,
        'No ' || i,
        case when i % 2 = 0 then 'buyer_' || i end, now() - ${chance(1)} * interval '730 days'
      from generate_series(1, ${count}::bigint) i`);
  });
  const made = await db.execute<{ id: string }>(sql`
    insert into products (workspace_id, kind, slug, title, duration_days, posts_per_day, is_visible)
    select ${workspaceId}, 'service', 'package-' || n, jsonb_build_object('en', 'Package ' || n), 30, 2, true
    from generate_series(1, 10) n returning id`);
  const productIds = made.map(({ id }) => id);
  await db.execute(sql`
    create unlogged table bench_people as select row_number() over (order by telegram_id) as n, id from persons
    where workspace_id = ${workspaceId} and telegram_id between 3000000001 and 3000000000 + ${people}::bigint`);
  await db.execute(sql`create unique index on bench_people (n)`);
  await withoutIndexes(db, ["orders"], async () => {
    for (let from = 0; from < count; from += sliceRows)
      await db.execute(sql`
      with drawn as materialized (
        select i, 1 + floor(10 * power(${chance(2)}, 2))::int as product, ${chance(3)} as fate, ${chance(4)} as way,
          date_trunc('milliseconds', now() - (${count} - i)::float8 / ${count} * interval '730 days') as at
        from generate_series(${from + 1}::bigint, ${Math.min(from + sliceRows, count)}::bigint) i)
      insert into orders (number, workspace_id, person_id, product_id, state, product, method, currency, price, due, expires_at,
        paid_at, activated_at, ended_at, refunded, created_at, updated_at)
      select i, ${workspaceId}, p.id, (${`{${productIds.join(",")}}`}::uuid[])[product],
        case when fate < 0.69 then 'completed' when fate < 0.7 then 'refunded' when fate < 0.9 then 'expired' else 'cancelled' end,
        jsonb_build_object('kind', 'service', 'slug', 'package-' || product, 'title', jsonb_build_object('en', 'Package ' || product),
          'terms', '{}'::jsonb, 'durationDays', 30, 'postsPerDay', 2, 'details', '{}'::jsonb, 'isByHand', false, 'isSubscription', false),
        case when way < 0.6 then 'crypto_pay' when way < 0.95 then 'yookassa' when way < 0.999 then 'balance' else 'stars' end,
        case when way < 0.6 then 'USD' when way < 0.95 then 'RUB' when way < 0.999 then 'USD' else 'XTR' end,
        product * 100, product * 100, at + interval '1 hour', case when fate < 0.7 then at + interval '2 minutes' end,
        case when fate < 0.7 then at + interval '2 minutes' end, case when fate >= 0.69 then at + interval '1 hour' end,
        case when fate >= 0.69 and fate < 0.7 then product * 100 else 0 end, at, at
      from drawn join bench_people p on p.n = 1 + floor(${people} * power(${chance(5)}, 2))::bigint`);
  });
  await db.execute(sql`
    insert into shop_days (workspace_id, day, product_id, currency, orders, paid, revenue, refunded)
    select workspace_id, (created_at at time zone 'UTC')::date, product_id, currency, count(*), count(paid_at),
      coalesce(sum(price) filter (where paid_at is not null), 0), sum(refunded)
    from orders where workspace_id = ${workspaceId} group by 1, 2, 3, 4`);
  await db.execute(sql`
    insert into entitlements (workspace_id, person_id, order_id, product_id, kind, starts_at, ends_at, posts_per_day)
    select workspace_id, person_id, id, product_id, 'service', paid_at, paid_at + interval '30 days', 2 from orders
    where workspace_id = ${workspaceId} and state = 'completed' and paid_at > now() - interval '30 days'`);
  await db.execute(sql`
    insert into exchange_rates (day, base, quote, rate, source)
    select current_date - n, base, 'USD', case base when 'RUB' then 0.011 else 0.013 end, 'bench'
    from generate_series(0, 731) n, unnest(array['RUB', 'XTR']) base`);
  for (const table of ["orders", "persons", "entitlements", "shop_days", "exchange_rates"])
    await db.execute(sql`vacuum (analyze) ${sql.identifier(table)}`);
  say(
    `${count.toLocaleString("en-US")} orders of ${people.toLocaleString("en-US")} people, among ${count.toLocaleString("en-US")}`,
  );
  return productIds[9] ?? "";
}

async function measure({ isQuick, say }: RunOptions): Promise<Row[]> {
  const count = isQuick ? 20_000 : 1_000_000;
  const rig = await createRig();
  const long = openDatabase(rig.databaseUrl, { poolSize: 2, statementTimeoutMs: 0 });
  try {
    const api = await rig.start({ ROLE: "api" });
    const { id: botId, workspaceId } = await rig.platformBot();
    const rareProduct = await makeOrders(long.db, { workspaceId, count }, say);
    const { headers } = await makeApiKey(
      rig.database.db,
      { workspaceId, botId } as Parameters<typeof makeApiKey>[1],
      ["orders.read", "persons.read"],
      createVault(rig.secretsKey),
    );
    const timed = async (work: () => Promise<unknown>) => {
      const startedAt = performance.now();
      await work();
      return performance.now() - startedAt;
    };
    const ask = (path: string, query: Record<string, string>) =>
      timed(async () => {
        const address = `http://127.0.0.1:${api.port}/api/v1${path}?${new URLSearchParams(query)}`;
        const answer = await fetch(address, { headers });
        if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
        await answer.json();
      });
    const rounds = isQuick ? 3 : 15;
    const floors: number[] = [];
    for (let n = 0; n < 3; n++)
      floors.push(
        await timed(() => long.db.execute(sql`select count(*) from orders where workspace_id = ${workspaceId}`)),
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
    const yearAgo = new Date(Date.now() - 365 * 86_400_000).toISOString();
    const page = await worst("/orders", {
      "first page": { limit: "50" },
      "a page of a year ago": { limit: "50", cursor: encodeCursor([yearAgo, crypto.randomUUID()]) },
      "those that were refunded": { limit: "50", state: "refunded" },
      "those that wait, of which there are none": { limit: "50", state: "pending" },
      "of a method that one in a thousand uses": { limit: "50", method: "stars" },
      "of the product that is bought least": { limit: "50", productId: rareProduct },
      "of a month a year ago": { limit: "50", to: yearAgo },
    });
    const search = await worst("/orders", {
      "a number": { search: `#${Math.floor(count / 3)}` },
      "a number that may be a Telegram id": { search: `${Math.floor(count / 3)}` },
      "a rare name": { search: "кассандра" },
      "a name of one in two hundred": { search: "аглая" },
      "a name that many have, none of whom has ordered": { search: "тихон" },
      "the name of all": { search: "Person" },
      "the name of all, and a rare one": { search: "Person 4321" },
      "the beginning of a name of all": { search: "Pe" },
      "a username": { search: "@buyer_4242" },
      "a Telegram id": { search: "3000004242" },
      "nobody's name": { search: "zebra" },
    });
    const persons = await worst("/persons", {
      "a rare person": { search: "кассандра", limit: "50" },
      "the name of all people": { search: "Person", limit: "50" },
      nobody: { search: "zebra", limit: "50" },
    });
    const figures = await worst("/shop/statistics", {
      "the dashboard of a day": { period: "today" },
      "the dashboard of a month": { period: "30d" },
      "the dashboard of a quarter": { period: "90d" },
    });
    const limited = (what: string, { ms, name }: { ms: number; name: string }) =>
      row({ what: `${what} (${name})`, value: ms, unit: "ms", floor, target: isQuick ? null : atMost(300) });
    return [
      limited("a page of orders, p95 of the slowest kind", page),
      limited("a search of orders, p95 of the slowest kind", search),
      limited("a search of people, p95 of the slowest kind", persons),
      limited("a dashboard, p95 of the slowest kind", figures),
    ];
  } finally {
    await long.close();
    await rig.close();
  }
}
