/** SQL of files of people: by key, a page at a time, while the file is written. */
import type { Db } from "@db/client.ts";
import type { SubscriberState } from "@db/schema/audience.ts";
import { type SQL, sql } from "drizzle-orm";
import { matchingAlong, type SubscriberFilter } from "./queries.ts";

export interface ExportFilter extends SubscriberFilter {
  workspaceId: string;
}

export interface ExportedSubscriber extends Record<string, unknown> {
  id: string;
  bot_id: string;
  telegram_id: string;
  state: SubscriberState;
  first_name: string | null;
  last_name: string | null;
  username: string | null;
  language: string | null;
  time_zone: string | null;
  source: string | null;
  note: string | null;
  tags: number[];
  fields: Record<string, string | number | boolean>;
  is_opted_out: boolean;
  clicks: number;
  conversions: number;
  /** Milliseconds since 1970. */
  subscribed: number | null;
  seen: number | null;
  lost: number | null;
}

const ms = (column: SQL): SQL => sql`(extract(epoch from ${column}) * 1000)::float8`;

export async function subscribersToExport(
  db: Db,
  filter: ExportFilter,
  afterId: string,
  limit: number,
): Promise<ExportedSubscriber[]> {
  return db.execute<ExportedSubscriber>(sql`
    select s.id, s.bot_id, s.telegram_id, s.state, s.first_name, s.last_name, s.username, s.language, s.time_zone, s.source, s.note,
      s.tags, s.fields, s.is_opted_out, s.clicks, s.conversions, ${ms(sql`s.subscribed_at`)} as subscribed,
      ${ms(sql`s.last_seen_at`)} as seen, ${ms(sql`s.lost_at`)} as lost
    from subscribers s
    where ${matchingAlong(filter.workspaceId, filter)} and s.id > ${afterId}::bigint order by s.id limit ${limit}`);
}
