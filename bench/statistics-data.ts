/** Half a year of a busy team: conversions as its trackers would have reported them, made by the database itself. */
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";
import { withoutIndexes } from "./fill.ts";

export interface DataShape {
  workspaceId: string;
  rows: number;
  days: number;
  now: Date;
}

const connectionCount = 5;
/** Rows of one statement: a progress to look at, and no transaction of gigabytes. */
const sliceRows = 250_000;

/** A number in [0, 1) that depends on nothing but the row and the salt. */
const chance = (salt: number) => sql.raw(`((hashint8extended(i, ${salt}) & 2147483647)::float8 / 2147483648)`);
/** One of `count`, the first ones far oftener than the last: few campaigns bring most of the traffic. */
const skewed = (count: number, salt: number) => sql`floor(${sql.raw(String(count))} * power(${chance(salt)}, 2))::int`;

/**
 * 300 campaigns on five trackers, 500 creatives of which a campaign uses eight, 120 offers, 60 landings, 40 countries, 12 sources,
 * 200 buyers of whom five share a campaign. Of a hundred rows 40 are leads, 20 registrations, 20 sales, 8 deposits, 4 rebills, 7 rejections of sales of the days before, 1 trash.
 */
export async function makeConversions(db: Db, shape: DataShape, say: (text: string) => void): Promise<void> {
  const { workspaceId, rows, days, now } = shape;
  await db.execute(sql`
    insert into tracker_connections (workspace_id, name, kind, locale, secret_hash, first_event_at, last_event_at)
    select ${workspaceId}, 'Tracker ' || n, 'keitaro', 'en', 'statistics-' || n || ${workspaceId}, now() - interval '1 year', now()
    from generate_series(1, ${connectionCount}::int) n`);
  await withoutIndexes(db, ["conversions"], async () => {
    const stepSec = (days * 86_400) / rows;
    const startSec = now.getTime() / 1000 - days * 86_400;
    for (let from = 0; from < rows; from += sliceRows) {
      await db.execute(sql`
      with trackers as materialized (
        select array_agg(id order by name) as ids from tracker_connections where workspace_id = ${workspaceId}
      ), drawn as (
        select i, i % 100 as kind, ${skewed(300, 1)} as campaign, ${skewed(8, 2)} as creative, ${skewed(40, 3)} as country,
          ${skewed(12, 4)} as source, ${skewed(5, 5)} as buyer, ${skewed(4, 6)} as offer, ${skewed(2, 7)} as landing,
          ${chance(8)} as money, ${chance(9)} as odd,
          -- A rejection names the click of a sale that came up to about three days before.
          case when i % 100 between 92 and 98 then i - i % 100 - 100 * (1 + floor(${chance(10)} * 830)::bigint) + 60 + i % 20 end as sale
        from generate_series(${from}::bigint, ${Math.min(from + sliceRows, rows) - 1}::bigint) i
      ), named as (
        select *, case when kind < 40 then 'lead' when kind < 60 then 'registration' when kind < 80 then 'sale' when kind < 88 then 'deposit'
            when kind < 92 then 'rebill' when kind < 99 then 'rejected' else 'trash' end as status,
          'c' || coalesce(sale, i) as subid, 't' || coalesce(sale, i) as tid,
          case when kind between 60 and 91 then round((1 + money * 120)::numeric, 2) end as amount,
          case when odd < 0.02 then 'EUR' else (array['USD','USD','EUR','USDT','USD'])[campaign % ${connectionCount}::int + 1] end as currency
        from drawn
      )
      insert into conversions (workspace_id, connection_id, identity_key, subid, tid, status, raw_status, amount, currency,
        campaign_id, campaign_name, country, facts, received_at, event_id, amount_event_id)
      select ${workspaceId}, t.ids[campaign % ${connectionCount}::int + 1], md5(i::text), subid, tid, status, status, amount,
        case when amount is not null then currency end, (100 + campaign)::text, 'Campaign ' || campaign, 'C' || country,
        jsonb_build_object('subid', subid, 'tid', tid, 'status', status, 'rawStatus', status, 'amount', amount::text,
          'currency', currency, 'campaignId', (100 + campaign)::text, 'campaignName', 'Campaign ' || campaign,
          'offerId', (campaign % 30 * 4 + offer)::text, 'offerName', 'Offer ' || campaign % 30 * 4 + offer,
          'landingId', (campaign % 30 * 2 + landing)::text, 'landingName', 'Landing ' || campaign % 30 * 2 + landing,
          'creativeId', 'cr_' || (campaign * 7 + creative) % 500, 'creativeName', null, 'source', 'source' || source, 'trafficSource', 'Network ' || source,
          'externalId', md5(subid), 'country', 'C' || country, 'reportedAt', null,
          'subIds', jsonb_build_object('1', 'buyer_' || (campaign * 3 + buyer) % 200, '2', 'ad_' || creative), 'extra', '{}'::jsonb),
        to_timestamp(${startSec}::float8 + i * ${stepSec}::float8), i, i
      from named cross join trackers t`);
      say(`${Math.min(from + sliceRows, rows).toLocaleString("en-US")} conversions`);
    }
  });
}
