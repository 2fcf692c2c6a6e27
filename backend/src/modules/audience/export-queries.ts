/** SQL of files of people: by key, a page at a time, while the file is written. */
import type { Db } from "@db/client.ts";
import { type SubscriberState, segments } from "@db/schema/audience.ts";
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { Condition } from "./domain/segment.ts";
import { conditionSql } from "./segment-sql.ts";

export interface ExportFilter {
  workspaceId: string;
  botId?: string | undefined;
  state?: SubscriberState | undefined;
  tagId?: number | undefined;
  search?: string | undefined;
  condition: Condition | null;
  now: Date;
  timeZone: string;
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

const containing = (text: string) => `%${text.replace(/[\\%_]/g, "\\$&")}%`;

function filterSql(filter: ExportFilter): SQL {
  const { workspaceId, botId, state, tagId, search, condition } = filter;
  const parts = [sql`s.workspace_id = ${workspaceId}`];
  if (botId !== undefined) parts.push(sql`s.bot_id = ${botId}`);
  if (state !== undefined) parts.push(sql`s.state = ${state}`);
  if (tagId !== undefined) parts.push(sql`s.tags @> array[${tagId}]::int[]`);
  if (search) {
    const pattern = containing(search.replace(/^@/, ""));
    parts.push(
      sql`(concat_ws(' ', s.first_name, s.last_name) ilike ${pattern} or s.username ilike ${pattern} or s.telegram_id::text = ${search})`,
    );
  }
  if (condition !== null) parts.push(sql`(${conditionSql(condition, filter)})`);
  return sql.join(parts, sql` and `);
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
    where ${filterSql(filter)} and s.id > ${afterId}::bigint order by s.id limit ${limit}`);
}

export async function findOwnSegmentCondition(
  db: Db,
  workspaceId: string,
  segmentId: string,
): Promise<Condition | undefined> {
  const [row] = await db
    .select({ condition: segments.condition })
    .from(segments)
    .where(and(eq(segments.workspaceId, workspaceId), eq(segments.id, segmentId)));
  return row?.condition as Condition | undefined;
}
