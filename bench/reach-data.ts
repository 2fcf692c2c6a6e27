/** A million people of a workspace as three bots would have gathered them, made by the database itself. */
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";
import { withoutIndexes } from "./fill.ts";

/** Rows of one statement: a progress to look at, and no transaction of gigabytes. */
const sliceRows = 250_000;

/** A number in [0, 1) that depends on nothing but the row and the salt. */
const chance = (salt: number) => sql.raw(`((hashint8extended(i, ${salt}) & 2147483647)::float8 / 2147483648)`);

export interface MadePeople {
  /** A tag that a hundred have, whatever the size. */
  rareTag: number;
  commonTags: number[];
}

/**
 * Of a hundred people 88 can be written to, 9 have blocked the bot, 3 never came. Half of them read Ukrainian, 30 Russian; every
 * second has clicked, every tenth has converted, every fortieth has ordered. Seven fields of eight are filled. Every tenth human is in
 * two bots.
 */
export async function makeSubscribers(
  db: Db,
  shape: { workspaceId: string; botIds: readonly string[]; rows: number; now: Date },
  say: (text: string) => void,
): Promise<MadePeople> {
  const { workspaceId, botIds, rows, now } = shape;
  const tags = await db.execute<{ id: number }>(sql`
    insert into audience_tags (workspace_id, name) select ${workspaceId}, 'Tag ' || n from generate_series(1, 21) n returning id`);
  const [rareTag = 0, ...commonTags] = tags.map(({ id }) => id);
  await db.execute(sql`
    insert into audience_fields (workspace_id, key, name, kind) values (${workspaceId}, 'city', 'City', 'text'),
      (${workspaceId}, 'score', 'Score', 'number'), (${workspaceId}, 'birthday', 'Birthday', 'date')`);
  await withoutIndexes(db, ["subscribers", "chats"], async () => {
    const rareEvery = Math.max(1, Math.floor(rows / 100));
    for (let from = 0; from < rows; from += sliceRows) {
      await db.execute(sql`
      with drawn as materialized (
        select i, (${`{${botIds.join(",")}}`}::uuid[])[1 + i % ${botIds.length}::int] as bot_id,
          -- Every tenth is the same human as the one before, who is in another bot.
          5000000000 + case when i % 10 = 9 then i - 1 else i end as human
        from generate_series(${from}::bigint, ${Math.min(from + sliceRows, rows) - 1}::bigint) i
      ), made as (
        insert into chats (workspace_id, bot_id, telegram_chat_id, kind, title)
        select ${workspaceId}, bot_id, human, 'private', 'Person ' || i from drawn returning id, bot_id, telegram_chat_id
      )
      insert into subscribers (workspace_id, bot_id, chat_id, telegram_id, state, first_name, username, language, origin, source,
        subscribed_at, last_seen_at, lost_at, tags, fields, clicks, last_click_at, conversions, last_conversion_at, orders, last_order_at)
      select ${workspaceId}, d.bot_id, m.id, d.human,
        case when ${chance(1)} < 0.88 then 'active' when ${chance(1)} < 0.97 then 'blocked' else 'unreachable' end,
        'Person ' || i, case when ${chance(2)} < 0.7 then 'person_' || i end,
        case when ${chance(3)} < 0.5 then 'uk' when ${chance(3)} < 0.8 then 'ru' when ${chance(3)} < 0.95 then 'en' else 'pl' end,
        case when ${chance(1)} < 0.97 then 'start' else 'import' end, 'src_' || floor(${chance(4)} * 200)::int,
        ${now.toISOString()}::timestamptz - ${chance(5)} * interval '2 years', ${now.toISOString()}::timestamptz - ${chance(6)} * interval '90 days',
        case when ${chance(1)} >= 0.88 and ${chance(1)} < 0.97 then ${now.toISOString()}::timestamptz - ${chance(7)} * interval '1 year' end,
        (${`{${commonTags.join(",")}}`}::int[])[1 + floor(${chance(8)} * 20)::int:1 + floor(${chance(8)} * 20)::int + i % 3]
          || case when i % ${rareEvery}::bigint = 7 then array[${rareTag}::int] else '{}'::int[] end,
        case when i % 8 = 0 then '{}'::jsonb else jsonb_build_object('city', (array['Kyiv','Lviv','Odesa','Dnipro','Kharkiv','Warsaw'])[1 + floor(${chance(9)} * 6)::int],
          'score', floor(${chance(10)} * 1000)::int, 'birthday', to_char(date '1970-01-01' + floor(${chance(11)} * 14000)::int, 'YYYY-MM-DD')) end,
        case when ${chance(12)} < 0.5 then 1 + floor(${chance(13)} * 20)::int else 0 end,
        case when ${chance(12)} < 0.5 then ${now.toISOString()}::timestamptz - ${chance(14)} * interval '200 days' end,
        case when ${chance(15)} < 0.1 then 1 else 0 end, case when ${chance(15)} < 0.1 then ${now.toISOString()}::timestamptz - ${chance(16)} * interval '300 days' end,
        case when ${chance(15)} < 0.025 then 1 else 0 end, case when ${chance(15)} < 0.025 then ${now.toISOString()}::timestamptz - ${chance(17)} * interval '300 days' end
      from drawn d join made m on m.bot_id = d.bot_id and m.telegram_chat_id = d.human`);
      say(`${Math.min(from + sliceRows, rows).toLocaleString("en-US")} people`);
    }
  });
  return { rareTag, commonTags };
}
