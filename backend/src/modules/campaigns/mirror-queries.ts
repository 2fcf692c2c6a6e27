/** SQL of the mirror: how each tracker is read, and what was read of it. `Own` and `Visible` in a name say whose. */
import type { Db } from "@db/client.ts";
import { campaigns, type TrackerThingKind, trackerMirrors, trackerThings } from "@db/schema/campaigns.ts";
import { and, eq, inArray, isNull, ne, type SQL, sql } from "drizzle-orm";
import type { PgUpdateSetSource } from "drizzle-orm/pg-core";
import { at, json, textsIn, uuidsIn, whole } from "./json-rows.ts";
import type { TrackerCampaign, TrackerThing } from "./ports.ts";

export type MirrorRow = typeof trackerMirrors.$inferSelect;

export type MirrorKey = { connectionId: string; workspaceId: string };

// ── How a tracker is read ───────────────────────────────────────────────────────────────────────────────────────────

/** Makes what is missing; a tracker that is new is due at once. A mirror of a tracker that is known stays that tracker's. */
export async function ensureMirrors(
  db: Db,
  trackers: readonly (MirrorKey & { host: string })[],
  now: Date,
): Promise<void> {
  if (trackers.length === 0) return;
  const given = trackers.map(({ connectionId, workspaceId, host }) => ({ c: connectionId, w: workspaceId, h: host }));
  await db.execute(sql`
    insert into tracker_mirrors as m (connection_id, workspace_id, host, next_run_at)
    select c, w, h, ${at(now)} from jsonb_to_recordset(${json(given)}) as g(c uuid, w uuid, h text)
    on conflict (connection_id) do update set host = excluded.host where m.host is null`);
}

export async function listMirrors(db: Db, connectionIds: readonly string[]): Promise<MirrorRow[]> {
  if (connectionIds.length === 0) return [];
  return db
    .select()
    .from(trackerMirrors)
    .where(inArray(trackerMirrors.connectionId, [...connectionIds]));
}

export async function lockMirror(db: Db, connectionId: string): Promise<MirrorRow | null> {
  const [row] = await db
    .select()
    .from(trackerMirrors)
    .where(eq(trackerMirrors.connectionId, connectionId))
    .for("update");
  return row ?? null;
}

export async function updateMirror(
  db: Db,
  connectionId: string,
  values: Partial<typeof trackerMirrors.$inferInsert>,
): Promise<MirrorRow> {
  const [row] = await db
    .update(trackerMirrors)
    .set({ ...values, updatedAt: sql`now()` })
    .where(eq(trackerMirrors.connectionId, connectionId))
    .returning();
  if (!row) throw new Error("a mirror just seen is not there");
  return row;
}

/** Takes what is due among these, each for one process; `lease` is when a run that was lost would be begun again. */
export async function takeDueMirrors(
  db: Db,
  trackers: readonly MirrorKey[],
  now: Date,
  lease: Date,
): Promise<(MirrorKey & { failures: number })[]> {
  const rows = await db.execute<MirrorKey & { failures: number }>(sql`
    with due as (
      select connection_id from tracker_mirrors
      where is_on and next_run_at <= ${at(now)} and (running_until is null or running_until <= ${at(now)})
        and connection_id in ${uuidsIn(trackers.map(({ connectionId }) => connectionId))}
      order by next_run_at for update skip locked
    )
    update tracker_mirrors m set next_run_at = ${at(lease)} from due where due.connection_id = m.connection_id
    returning m.connection_id as "connectionId", m.workspace_id as "workspaceId", m.failures`);
  return [...rows];
}

/** Begins a run; null while another one has the tracker. */
export async function beginRun(db: Db, connectionId: string, now: Date, until: Date): Promise<MirrorRow | null> {
  const [row] = await db
    .update(trackerMirrors)
    .set({ runningUntil: until, startedAt: now, done: 0, total: null })
    .where(
      and(
        eq(trackerMirrors.connectionId, connectionId),
        sql`(${trackerMirrors.runningUntil} is null or ${trackerMirrors.runningUntil} <= ${at(now)})`,
      ),
    )
    .returning();
  return row ?? null;
}

/** Writes how far a run is, or that it ends; false when another run has taken its place. */
export async function updateRun(
  db: Db,
  run: { connectionId: string; startedAt: Date },
  values: PgUpdateSetSource<typeof trackerMirrors>,
): Promise<boolean> {
  const rows = await db
    .update(trackerMirrors)
    .set(values)
    .where(and(eq(trackerMirrors.connectionId, run.connectionId), eq(trackerMirrors.startedAt, run.startedAt)))
    .returning({ id: trackerMirrors.connectionId });
  return rows.length > 0;
}

/** Whether the run still has its tracker; while the transaction is open, nobody takes it away. */
export async function holdRun(db: Db, run: { connectionId: string; startedAt: Date }): Promise<boolean> {
  const rows = await db
    .select({ id: trackerMirrors.connectionId })
    .from(trackerMirrors)
    .where(and(eq(trackerMirrors.connectionId, run.connectionId), eq(trackerMirrors.startedAt, run.startedAt)))
    .for("share");
  return rows.length > 0;
}

/** By what is set when the run ends: somebody may have changed it while it worked. */
export const usualPauseAfter = (start: Date): SQL =>
  sql`${at(start)} + ${trackerMirrors.everyMinutes} * interval '1 minute'`;

export async function countCampaigns(db: Db, connectionIds: readonly string[]): Promise<Map<string, number>> {
  if (connectionIds.length === 0) return new Map();
  const rows = await db
    .select({ id: campaigns.connectionId, count: sql<number>`count(*)::int` })
    .from(campaigns)
    .where(
      and(
        inArray(campaigns.connectionId, [...connectionIds]),
        ne(campaigns.state, "deleted"),
        isNull(campaigns.goneAt),
      ),
    )
    .groupBy(campaigns.connectionId);
  return new Map(rows.map(({ id, count }) => [id, count]));
}

// ── What was read ───────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Campaigns as the tracker's list has them. When a campaign was changed is written with its flows: until they are read, it still
 * counts as changed, also for a run that begins after this one was killed.
 */
export async function saveCampaigns(
  db: Db,
  owner: MirrorKey,
  list: readonly TrackerCampaign[],
  now: Date,
): Promise<void> {
  if (list.length === 0) return;
  await db.execute(sql`
    insert into campaigns as c (workspace_id, connection_id, ref, name, alias, state, type, group_ref, source_ref,
      binds_visitors, position, read_at)
    select distinct on (ref) ${owner.workspaceId}::uuid, ${owner.connectionId}::uuid, ref, name, alias, state, type, "groupRef",
      "sourceRef", "bindsVisitors", ${whole("position")}, ${at(now)}
    from jsonb_to_recordset(${json(list)}) as g(ref text, name text, alias text, state text, type text,
      "groupRef" text, "sourceRef" text, "bindsVisitors" text, position numeric)
    on conflict (connection_id, ref) do update set name = excluded.name, alias = excluded.alias, state = excluded.state,
      type = excluded.type, group_ref = excluded.group_ref, source_ref = excluded.source_ref,
      binds_visitors = excluded.binds_visitors, position = excluded.position, read_at = excluded.read_at,
      gone_at = null, updated_at = now()`);
}

/** What a list that began to be read at `readAt` did not bring: archived where the tracker says so, gone otherwise. */
export async function markMissingCampaigns(
  db: Db,
  connectionId: string,
  archived: readonly string[],
  readAt: Date,
): Promise<void> {
  const isArchived = sql`c.ref in ${textsIn(archived)}`;
  await db.execute(sql`
    update campaigns c set
      state = case when ${isArchived} then 'deleted' else c.state end,
      gone_at = case when ${isArchived} then null else coalesce(c.gone_at, ${at(readAt)}) end,
      read_at = case when ${isArchived} then ${at(readAt)} else c.read_at end,
      updated_at = now()
    where c.connection_id = ${connectionId} and c.read_at < ${at(readAt)} and (c.gone_at is null or ${isArchived})`);
}

export async function saveThings(db: Db, owner: MirrorKey, list: readonly TrackerThing[], now: Date): Promise<void> {
  if (list.length === 0) return;
  await db.execute(sql`
    insert into tracker_things (connection_id, workspace_id, kind, ref, name, state, group_ref, network_ref, countries, read_at)
    select distinct on (kind, ref) ${owner.connectionId}::uuid, ${owner.workspaceId}::uuid, kind, ref, name, state, "groupRef",
      "networkRef", array(select jsonb_array_elements_text(countries)), ${at(now)}
    from jsonb_to_recordset(${json(list)}) as g(kind text, ref text, name text, state text, "groupRef" text,
      "networkRef" text, countries jsonb)
    on conflict (connection_id, kind, ref) do update set name = excluded.name, state = excluded.state,
      group_ref = excluded.group_ref, network_ref = excluded.network_ref, countries = excluded.countries,
      read_at = excluded.read_at, gone_at = null`);
}

/** Things of a kind that a reading begun at `readAt` did not bring. */
export async function markMissingThings(
  db: Db,
  connectionId: string,
  kind: TrackerThingKind,
  readAt: Date,
): Promise<void> {
  await db
    .update(trackerThings)
    .set({ goneAt: readAt })
    .where(
      and(
        eq(trackerThings.connectionId, connectionId),
        eq(trackerThings.kind, kind),
        isNull(trackerThings.goneAt),
        sql`${trackerThings.readAt} < ${at(readAt)}`,
      ),
    );
}

export interface CampaignKey {
  id: string;
  workspaceId: string;
  ref: string;
}

/**
 * Campaigns whose flows are to be read: never read or not since `before`, changed since then by the tracker's own word, and those
 * that our people work in, since a flow that was changed says nothing of it in its campaign. Those are read once in a run, which began
 * at `begun`: were each part of a cut run to begin with them, it might never end. Longest unread first.
 */
export async function campaignsToRead(
  db: Db,
  connectionId: string,
  listed: readonly Pick<TrackerCampaign, "ref" | "changedText">[],
  since: { before: Date; worked: Date; begun: Date },
): Promise<CampaignKey[]> {
  const said = listed.map(({ ref, changedText }) => ({ r: ref, t: changedText }));
  const rows = await db.execute<{ id: string; workspaceId: string; ref: string }>(sql`
    select c.id, c.workspace_id as "workspaceId", c.ref from campaigns c
    left join jsonb_to_recordset(${json(said)}) as g(r text, t text) on g.r = c.ref
    where c.connection_id = ${connectionId} and c.gone_at is null and c.state <> 'deleted' and (
      c.flows_read_at is null or c.flows_read_at < ${at(since.before)}
      or (g.t is not null and g.t is distinct from c.changed_text)
      or (c.flows_read_at < ${at(since.begun)} and (
        exists (select 1 from favourite_campaigns v where v.campaign_id = c.id)
        or exists (select 1 from flows f where f.campaign_id = c.id and (
          exists (select 1 from flow_drafts d where d.flow_id = f.id)
          or exists (select 1 from flow_pushes p where p.flow_id = f.id and p.created_at > ${at(since.worked)}))))))
    order by c.flows_read_at nulls first, c.id`);
  return [...rows];
}

export async function markFlowsRead(
  db: Db,
  read: readonly { campaignId: string; changedText: string | null }[],
  now: Date,
): Promise<void> {
  const given = read.map(({ campaignId, changedText }) => ({ i: campaignId, t: changedText }));
  await db.execute(sql`
    update campaigns c set flows_read_at = ${at(now)}, changed_text = coalesce(g.t, c.changed_text)
    from jsonb_to_recordset(${json(given)}) as g(i uuid, t text) where c.id = g.i`);
}

// ── Forgetting ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Mirrors of none of these trackers whose next reading was due before a moment: nobody has moved it on since. */
export async function listLostMirrors(db: Db, trackers: readonly MirrorKey[], before: Date): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select connection_id as id from tracker_mirrors
    where next_run_at < ${at(before)}
      and connection_id not in ${uuidsIn(trackers.map(({ connectionId }) => connectionId))}`);
  return [...rows].map(({ id }) => id);
}

/** A slice of a mirror's campaigns and things; how many rows went. */
export async function deleteSlice(db: Db, connectionId: string): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`
    with few as (select id from campaigns where connection_id = ${connectionId} limit 200),
    named as (select kind, ref from tracker_things where connection_id = ${connectionId} limit 1000),
    gone as (delete from campaigns c using few where c.id = few.id returning 1),
    left_things as (
      delete from tracker_things t using named
      where t.connection_id = ${connectionId} and t.kind = named.kind and t.ref = named.ref returning 1)
    select ((select count(*) from gone) + (select count(*) from left_things))::int as count`);
  return row?.count ?? 0;
}

export async function deleteMirror(db: Db, connectionId: string): Promise<void> {
  await db.delete(trackerMirrors).where(eq(trackerMirrors.connectionId, connectionId));
}
