/** SQL of the lists that people see: campaigns, their flows, and things with names. */
import { invalid } from "@backend/kit/errors.ts";
import { decodeCursor } from "@backend/kit/paging.ts";
import type { ConversionNames, Unnamed } from "@backend/modules/conversions/index.ts";
import type { Db } from "@db/client.ts";
import { campaigns, favouriteCampaigns, flows, type TrackerThingKind, trackerThings } from "@db/schema/campaigns.ts";
import { and, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";
import { uuidsIn } from "./json-rows.ts";

export type CampaignRow = typeof campaigns.$inferSelect;
export type FlowRow = typeof flows.$inferSelect;

/** Wildcards of LIKE are characters like any other to whoever searches. */
const containing = (text: string) => `%${text.replace(/[\\%_]/g, "\\$&")}%`;
/** A cursor that is none must not reach a uuid column. */
export const uuidText = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A campaign of a list, with what is counted and looked up for it. */
export interface ListedCampaign {
  id: string;
  connectionId: string;
  ref: string;
  name: string;
  state: string;
  type: string | null;
  group: string | null;
  source: string | null;
  flows: number;
  isFavourite: boolean;
  drafts: number;
  drifted: number;
  readAt: string;
}

export interface CampaignFilter {
  search?: string | undefined;
  groupRef?: string | undefined;
  sourceRef?: string | undefined;
  state?: string | undefined;
  isFavourite?: boolean | undefined;
  hasDraft?: boolean | undefined;
  isDrifted?: boolean | undefined;
}

/** Whose list it is: connections that the reader is shown, and whose favourites count. */
export interface Reader {
  connectionIds: readonly string[];
  personId: string | null;
}

const favouriteOf = (personId: string | null): SQL =>
  personId === null
    ? sql`false`
    : sql`exists (select 1 from favourite_campaigns v where v.campaign_id = c.id and v.person_id = ${personId})`;
const flowsOf = (more: SQL): SQL =>
  sql`(select count(*) from flows f where f.campaign_id = c.id and f.gone_at is null and ${more})`;
const hasDraft = sql`exists (select 1 from flow_drafts d where d.flow_id = f.id)`;
const isDrifted = sql`f.drift_since is not null`;
const same = (wanted: boolean | undefined, is: SQL): SQL | undefined =>
  wanted === undefined ? undefined : wanted ? is : sql`not ${is}`;

/** From the few drafts there are to their flows: the other way round every flow would be looked at. */
const draftsOf = (workspaceId: string): SQL =>
  sql`from flow_drafts d join flows f on f.id = d.flow_id where d.workspace_id = ${workspaceId} and f.gone_at is null`;

function matching(workspaceId: string, filter: CampaignFilter, reader: Reader): SQL | undefined {
  const { search, groupRef, sourceRef, state } = filter;
  const text = search?.trim();
  const pattern = text ? containing(text) : null;
  return and(
    sql`c.connection_id in ${uuidsIn(reader.connectionIds)}`,
    pattern === null
      ? undefined
      : sql`(c.name ilike ${pattern} or c.alias ilike ${pattern} or c.ref = ${(text ?? "").replace(/^#/, "")})`,
    groupRef === undefined ? undefined : sql`c.group_ref = ${groupRef}`,
    sourceRef === undefined ? undefined : sql`c.source_ref = ${sourceRef}`,
    state === undefined
      ? sql`c.state <> 'deleted' and c.gone_at is null`
      : state === "deleted"
        ? sql`(c.state = 'deleted' or c.gone_at is not null)`
        : sql`c.state = ${state} and c.gone_at is null`,
    same(filter.isFavourite, favouriteOf(reader.personId)),
    same(filter.hasDraft, sql`c.id in (select f.campaign_id ${draftsOf(workspaceId)})`),
    same(
      filter.isDrifted,
      sql`c.id in (select f.campaign_id from flows f where f.workspace_id = ${workspaceId} and ${isDrifted} and f.gone_at is null)`,
    ),
  );
}

/** Counts and names are looked up for the rows of the page, not for the whole list. */
async function list(db: Db, reader: Reader, which: SQL | undefined, limit: number): Promise<ListedCampaign[]> {
  const rows = await db.execute<ListedCampaign & Record<string, unknown>>(sql`
    select c.id, c.connection_id as "connectionId", c.ref, c.name,
      case when c.gone_at is null then c.state else 'deleted' end as state, c.type,
      (select name from tracker_things t where t.connection_id = c.connection_id and t.kind = 'group' and t.ref = c.group_ref) as group,
      (select name from tracker_things t where t.connection_id = c.connection_id and t.kind = 'source' and t.ref = c.source_ref) as source,
      ${flowsOf(sql`f.state <> 'deleted'`)}::int as flows, ${favouriteOf(reader.personId)} as "isFavourite",
      ${flowsOf(hasDraft)}::int as drafts, ${flowsOf(isDrifted)}::int as drifted, c.read_at::text as "readAt"
    from (select * from campaigns c where ${which ?? sql`true`} order by lower(c.name), c.id limit ${limit}) c
    order by lower(c.name), c.id`);
  return [...rows].map((row) => ({ ...row, readAt: new Date(row.readAt).toISOString() }));
}

/** By name, one row more than the limit. A cursor is a campaign's id: names may be longer than an address. */
export async function listVisibleCampaigns(
  db: Db,
  workspaceId: string,
  reader: Reader,
  filter: CampaignFilter,
  page: { cursor?: string | undefined; limit: number },
): Promise<ListedCampaign[]> {
  if (reader.connectionIds.length === 0) return [];
  const [after] = decodeCursor(page.cursor, 1) ?? [];
  if (after !== undefined && !uuidText.test(after)) throw invalid("common.bad_cursor");
  const which = and(
    sql`c.workspace_id = ${workspaceId}`,
    matching(workspaceId, filter, reader),
    after === undefined
      ? undefined
      : sql`(lower(c.name), c.id) > (select lower(a.name), a.id from campaigns a
          where a.id = ${after} and a.connection_id in ${uuidsIn(reader.connectionIds)})`,
  );
  return list(db, reader, which, page.limit + 1);
}

export async function findListed(db: Db, reader: Reader, campaignId: string): Promise<ListedCampaign | null> {
  const [row] = await list(db, reader, sql`c.id = ${campaignId}`, 1);
  return row ?? null;
}

/** Whether the reader is shown its connection is the caller's to ask. */
export async function findOwnCampaign(db: Db, workspaceId: string, campaignId: string): Promise<CampaignRow | null> {
  const [row] = await db
    .select()
    .from(campaigns)
    .where(and(eq(campaigns.workspaceId, workspaceId), eq(campaigns.id, campaignId)));
  return row ?? null;
}

export async function findCampaignByRef(db: Db, connectionId: string, ref: string): Promise<CampaignRow | null> {
  const [row] = await db
    .select()
    .from(campaigns)
    .where(and(eq(campaigns.connectionId, connectionId), eq(campaigns.ref, ref)));
  return row ?? null;
}

/** A flow that its tracker still has. */
export async function findFlowByRef(db: Db, campaignId: string, ref: string): Promise<FlowRow | null> {
  const [row] = await db
    .select()
    .from(flows)
    .where(and(eq(flows.campaignId, campaignId), eq(flows.ref, ref), isNull(flows.goneAt)));
  return row ?? null;
}

/** Flows of a campaign that its tracker still has, in its order: forced ones first, the last resort last. */
export async function listFlows(db: Db, campaignId: string): Promise<(FlowRow & { hasDraft: boolean })[]> {
  const rows = await db
    .select({
      flow: flows,
      hasDraft: sql<boolean>`exists (select 1 from flow_drafts d where d.flow_id = ${flows.id})`,
    })
    .from(flows)
    .where(and(eq(flows.campaignId, campaignId), isNull(flows.goneAt), sql`${flows.state} <> 'deleted'`))
    .orderBy(
      sql`case ${flows.type} when 'forced' then 0 when 'default' then 2 else 1 end`,
      sql`${flows.position} nulls last`,
      flows.id,
    );
  return rows.map(({ flow, hasDraft: isThere }) => ({ ...flow, hasDraft: isThere }));
}

/** Names by id; what the key may not see has none. */
export async function namesOfThings(
  db: Db,
  connectionId: string,
  kind: TrackerThingKind,
  refs: readonly string[],
): Promise<Map<string, string>> {
  if (refs.length === 0) return new Map();
  const rows = await db
    .select({ ref: trackerThings.ref, name: trackerThings.name })
    .from(trackerThings)
    .where(
      and(
        eq(trackerThings.connectionId, connectionId),
        eq(trackerThings.kind, kind),
        inArray(trackerThings.ref, [...refs]),
      ),
    );
  return new Map(rows.map(({ ref, name }) => [ref, name]));
}

export async function saveFavourite(db: Db, key: { personId: string; campaignId: string }): Promise<void> {
  await db.insert(favouriteCampaigns).values(key).onConflictDoNothing();
}

export async function deleteFavourite(db: Db, key: { personId: string; campaignId: string }): Promise<void> {
  await db
    .delete(favouriteCampaigns)
    .where(and(eq(favouriteCampaigns.personId, key.personId), eq(favouriteCampaigns.campaignId, key.campaignId)));
}

export interface ListedThing {
  ref: string;
  name: string;
  state: string;
  countries: string[];
  network: string | null;
}

/** What can be chosen: the thing whose id was typed, then active ones by name. One row more than the limit. */
export async function listThings(
  db: Db,
  connectionId: string,
  kind: TrackerThingKind,
  search: string | undefined,
  page: { cursor?: string | undefined; limit: number },
): Promise<ListedThing[]> {
  const text = search?.trim() || undefined;
  const ref = text?.replace(/^#/, "") ?? "";
  const [after] = decodeCursor(page.cursor, 1) ?? [];
  const keyOf = (table: SQL) =>
    sql`(case when ${table}.ref = ${ref} then 0 when ${table}.state = 'active' then 1 else 2 end), lower(${table}.name), ${table}.ref`;
  const mine = (table: SQL) => sql`${table}.connection_id = ${connectionId} and ${table}.kind = ${kind}`;
  const rows = await db.execute<ListedThing & Record<string, unknown>>(sql`
    select t.ref, t.name, t.state, t.countries,
      (select n.name from tracker_things n where n.connection_id = t.connection_id and n.kind = 'network' and n.ref = t.network_ref) as network
    from tracker_things t
    where ${mine(sql`t`)} and t.gone_at is null
      ${text === undefined ? sql`` : sql`and (t.name ilike ${containing(text)} or t.ref like ${containing(ref).slice(1)})`}
      ${after === undefined ? sql`` : sql`and (${keyOf(sql`t`)}) > (select ${keyOf(sql`a`)} from tracker_things a where ${mine(sql`a`)} and a.ref = ${after})`}
    order by ${keyOf(sql`t`)} limit ${page.limit + 1}`);
  return [...rows];
}

/** Names of a campaign, a flow, an offer and a landing by the tracker's ids, in one question. */
export async function findNames(db: Db, connectionId: string, refs: Unnamed): Promise<ConversionNames> {
  const thing = (kind: TrackerThingKind, ref: string | null) => sql`(
    select name from tracker_things where connection_id = ${connectionId} and kind = ${kind} and ref = ${ref ?? ""})`;
  const [row] = await db.execute<ConversionNames & Record<string, unknown>>(sql`
    select (select name from campaigns where connection_id = ${connectionId} and ref = ${refs.campaign ?? ""}) as campaign,
      (select f.name from flows f join campaigns c on c.id = f.campaign_id
        where c.connection_id = ${connectionId} and c.ref = ${refs.flow?.campaign ?? ""} and f.ref = ${refs.flow?.ref ?? ""}) as flow,
      ${thing("offer", refs.offer)} as offer, ${thing("landing", refs.landing)} as landing`);
  return row ?? { campaign: null, flow: null, offer: null, landing: null };
}
