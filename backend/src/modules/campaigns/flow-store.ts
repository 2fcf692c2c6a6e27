/** The one place where flows that were read are written down: by the sync, by whoever opens a campaign, and by a push. */
import type { Db } from "@db/client.ts";
import { flows, type StoredParts, type StoredShare } from "@db/schema/campaigns.ts";
import { and, inArray, sql } from "drizzle-orm";
import { driftAfter, pinsAfter, sameParts } from "./domain/drift.ts";
import { followDrafts } from "./draft-follow.ts";
import { at, json, uuidsIn, whole } from "./json-rows.ts";
import type { TrackerFlow } from "./ports.ts";

export interface FlowReading {
  campaign: { id: string; workspaceId: string };
  flows: readonly TrackerFlow[];
}

export interface Reading {
  /** When the tracker began to be asked: a state that was stored after that is newer and stays. */
  readAt: Date;
  /** All flows of these campaigns were read: those that are not among them are gone. */
  isWhole: boolean;
  /** What was read is what our people wrote: they know it, so it is no drift. */
  isOwnPush?: boolean;
}

/** A flow that was changed in the tracker, told once for each state that it is found in. */
export interface DriftedFlow {
  flowId: string;
  campaignId: string;
}

type FlowRow = typeof flows.$inferSelect;
type Kept = Pick<FlowRow, "pins" | "driftFrom" | "driftSince">;

const partsOf = ({ offers, landings }: StoredParts<StoredShare>): StoredParts<StoredShare> => ({ offers, landings });

/**
 * Stores flows, in the caller's transaction. Pins stay with what is still in the flow. Where shares differ from those that were
 * stored, the flow has drifted, unless the change is our own. Flows that a push is writing at this moment are left to it: what was
 * read may be from before, from after or from between.
 */
export async function storeFlows(db: Db, readings: readonly FlowReading[], how: Reading): Promise<DriftedFlow[]> {
  const campaignIds = readings.map(({ campaign }) => campaign.id);
  if (campaignIds.length === 0) return [];
  const refs = readings.flatMap((reading) => reading.flows.map(({ ref }) => ref));
  const stored = await db
    .select()
    .from(flows)
    // Whoever holds one flow must not reach for its neighbours: two of those would wait for each other.
    .where(and(inArray(flows.campaignId, campaignIds), how.isWhole ? undefined : inArray(flows.ref, refs)))
    .orderBy(flows.id)
    .for("update");
  const rowOf = new Map(stored.map((row) => [`${row.campaignId} ${row.ref}`, row]));
  const beingWritten = how.isOwnPush ? new Set<string>() : await flowsBeingWritten(db, campaignIds);
  const drifted: DriftedFlow[] = [];
  const changed: string[] = [];
  const rows: (TrackerFlow & Kept & { campaignId: string; workspaceId: string })[] = [];
  for (const { campaign, flows: read } of readings) {
    for (const flow of new Map(read.map((one) => [one.ref, one])).values()) {
      const before = rowOf.get(`${campaign.id} ${flow.ref}`);
      if (before && (before.readAt > how.readAt || beingWritten.has(before.id))) continue;
      const kept = keptOf(before, flow, how);
      if (before && !sameParts(partsOf(before), partsOf(flow))) {
        changed.push(before.id);
        if (kept.driftFrom) drifted.push({ flowId: before.id, campaignId: campaign.id });
      }
      rows.push({ ...flow, ...kept, campaignId: campaign.id, workspaceId: campaign.workspaceId });
    }
  }
  await upsert(db, rows, how.readAt);
  if (how.isWhole) await markMissing(db, campaignIds, [...beingWritten], how.readAt);
  if (how.isOwnPush) return [];
  const satisfied = await followDrafts(db, changed, how.readAt);
  return drifted.filter(({ flowId }) => !satisfied.has(flowId));
}

function keptOf(before: FlowRow | undefined, flow: TrackerFlow, how: Reading): Kept {
  if (!before) return { pins: { offers: [], landings: [] }, driftFrom: null, driftSince: null };
  const pins = pinsAfter(before.pins, flow);
  if (how.isOwnPush) return { pins, driftFrom: null, driftSince: null };
  const { driftFrom, driftSince } = before;
  const known = driftFrom && driftSince ? { from: driftFrom, since: driftSince } : null;
  // Nobody counts on what a flow was before it was gone; behind another tracker it may even be another flow of the same number.
  if (before.goneAt !== null && known === null) return { pins, driftFrom: null, driftSince: null };
  const drift = driftAfter(partsOf(before), known, partsOf(flow), how.readAt);
  return { pins, driftFrom: drift && { ...drift.from }, driftSince: drift?.since ?? null } as Kept;
}

async function flowsBeingWritten(db: Db, campaignIds: readonly string[]): Promise<Set<string>> {
  const rows = await db.execute<{ id: string }>(sql`
    select p.flow_id as id from flow_pushes p join flows f on f.id = p.flow_id
    where p.state = 'writing'
      and f.campaign_id in ${uuidsIn(campaignIds)}`);
  return new Set([...rows].map(({ id }) => id));
}

async function upsert(
  db: Db,
  rows: readonly (TrackerFlow & Kept & { campaignId: string; workspaceId: string })[],
  readAt: Date,
): Promise<void> {
  if (rows.length === 0) return;
  await db.execute(sql`
    insert into flows (workspace_id, campaign_id, ref, name, type, state, schema, position, weight, filters, offers, landings,
      pins, drift_from, drift_since, read_at)
    select "workspaceId", "campaignId", ref, name, type, state, schema, ${whole("position")}, ${whole("weight")}, filters, offers,
      landings, pins, nullif("driftFrom", 'null'::jsonb), "driftSince", ${at(readAt)}
    from jsonb_to_recordset(${json(rows)}) as g("workspaceId" uuid, "campaignId" uuid, ref text, name text,
      type text, state text, schema text, position numeric, weight numeric, filters jsonb, offers jsonb, landings jsonb, pins jsonb,
      "driftFrom" jsonb, "driftSince" timestamptz)
    on conflict (campaign_id, ref) do update set name = excluded.name, type = excluded.type, state = excluded.state,
      schema = excluded.schema, position = excluded.position, weight = excluded.weight, filters = excluded.filters,
      offers = excluded.offers, landings = excluded.landings, pins = excluded.pins, drift_from = excluded.drift_from,
      drift_since = excluded.drift_since, read_at = excluded.read_at, gone_at = null, updated_at = now()
    where flows.read_at <= excluded.read_at`);
}

async function markMissing(
  db: Db,
  campaignIds: readonly string[],
  beingWritten: readonly string[],
  readAt: Date,
): Promise<void> {
  await db.execute(sql`
    update flows set gone_at = ${at(readAt)}, updated_at = now()
    where campaign_id in ${uuidsIn(campaignIds)}
      and read_at < ${at(readAt)} and gone_at is null
      and not id in ${uuidsIn(beingWritten)}`);
}
