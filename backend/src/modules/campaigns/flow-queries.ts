/** SQL of flows, their drafts and their pushes. `Own` in a name: of the given workspace; a stranger's is not found. */
import { invalid } from "@backend/kit/errors.ts";
import { decodeCursor } from "@backend/kit/paging.ts";
import type { Db } from "@db/client.ts";
import { campaigns, flowDrafts, flowPushes, flows, trackerMirrors, trackerThings } from "@db/schema/campaigns.ts";
import { and, desc, eq, inArray, isNotNull, isNull, ne, sql } from "drizzle-orm";
import { type CampaignRow, type FlowRow, uuidText } from "./campaign-queries.ts";
import type { PartName } from "./flow-contracts.ts";
import { pushFlowJob } from "./flow-jobs.ts";
import { at, json } from "./json-rows.ts";

export type { CampaignRow, FlowRow };
export type DraftRow = typeof flowDrafts.$inferSelect;
export type PushRow = typeof flowPushes.$inferSelect;
export type ThingRow = typeof trackerThings.$inferSelect;

export interface FlowWithCampaign {
  flow: FlowRow;
  campaign: CampaignRow;
}

// ── Flows ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const ownFlows = (db: Db, workspaceId: string, flowIds: readonly string[]) =>
  db
    .select({ flow: flows, campaign: campaigns })
    .from(flows)
    .innerJoin(campaigns, eq(campaigns.id, flows.campaignId))
    .where(and(eq(flows.workspaceId, workspaceId), inArray(flows.id, [...flowIds])));

export async function findOwnFlow(db: Db, workspaceId: string, flowId: string): Promise<FlowWithCampaign | null> {
  const [row] = await ownFlows(db, workspaceId, [flowId]);
  return row ?? null;
}

export const listOwnFlows = (db: Db, workspaceId: string, flowIds: readonly string[]): Promise<FlowWithCampaign[]> =>
  ownFlows(db, workspaceId, flowIds);

export async function listFlowsById(db: Db, flowIds: readonly string[]): Promise<FlowRow[]> {
  if (flowIds.length === 0) return [];
  return db
    .select()
    .from(flows)
    .where(inArray(flows.id, [...flowIds]));
}

/** Whoever changes a draft, a push or what is known of a flow holds the flow: they wait for each other here. */
export async function lockOwnFlow(db: Db, workspaceId: string, flowId: string): Promise<FlowWithCampaign | null> {
  const [row] = await ownFlows(db, workspaceId, [flowId]).for("update", { of: flows });
  return row ?? null;
}

export async function updateFlow(db: Db, flowId: string, values: Partial<typeof flows.$inferInsert>): Promise<void> {
  await db.update(flows).set(values).where(eq(flows.id, flowId));
}

/** What stands behind these ids of a tracker. Those that the key may not see are absent. */
export async function findThings(
  db: Db,
  connectionId: string,
  kind: "offer" | "landing",
  refs: readonly string[],
): Promise<Map<string, ThingRow>> {
  if (refs.length === 0) return new Map();
  const rows = await db
    .select()
    .from(trackerThings)
    .where(
      and(
        eq(trackerThings.connectionId, connectionId),
        eq(trackerThings.kind, kind),
        inArray(trackerThings.ref, [...new Set(refs)]),
      ),
    );
  return new Map(rows.map((row) => [row.ref, row]));
}

/** Whether something can be added to a flow: known, and neither archived nor gone. */
export const isThere = (thing: ThingRow | undefined): boolean =>
  thing !== undefined && thing.goneAt === null && thing.state !== "deleted";

/** Whether the connection's chat is told of flows that were changed in the tracker. */
export async function tellsDrift(db: Db, connectionId: string): Promise<boolean> {
  const [row] = await db
    .select({ tells: trackerMirrors.tellsDrift })
    .from(trackerMirrors)
    .where(eq(trackerMirrors.connectionId, connectionId));
  return row?.tells ?? false;
}

/** Flows of a connection that have drifted, with the names of their campaigns. */
export function listDrifted(db: Db, flowIds: readonly string[]): Promise<{ flow: FlowRow; campaign: CampaignRow }[]> {
  return db
    .select({ flow: flows, campaign: campaigns })
    .from(flows)
    .innerJoin(campaigns, eq(campaigns.id, flows.campaignId))
    .where(and(inArray(flows.id, [...flowIds]), isNotNull(flows.driftSince)))
    .orderBy(flows.id);
}

/**
 * Flows of a tracker that hold an offer and can be changed, by campaign, one row more than the limit. A cursor is a flow's id. The
 * containment is what `flows_by_offer` answers: of tens of thousands of flows only those that hold the offer are looked at.
 */
export async function listFlowsOfOffer(
  db: Db,
  of: { workspaceId: string; connectionId: string; offerRef: string },
  page: { cursor?: string | undefined; limit: number },
): Promise<(FlowWithCampaign & { hasDraft: boolean })[]> {
  const [after] = decodeCursor(page.cursor, 1) ?? [];
  if (after !== undefined && !uuidText.test(after)) throw invalid("common.bad_cursor");
  return db
    .select({
      flow: flows,
      campaign: campaigns,
      hasDraft: sql<boolean>`exists (select 1 from ${flowDrafts} where ${flowDrafts.flowId} = ${flows.id})`,
    })
    .from(flows)
    .innerJoin(campaigns, eq(campaigns.id, flows.campaignId))
    .where(
      and(
        eq(flows.workspaceId, of.workspaceId),
        eq(campaigns.connectionId, of.connectionId),
        sql`${flows.offers} @> ${json([{ id: of.offerRef }])}`,
        eq(flows.schema, "landings"),
        ne(flows.state, "deleted"),
        isNull(flows.goneAt),
        ne(campaigns.state, "deleted"),
        isNull(campaigns.goneAt),
        after === undefined
          ? undefined
          : sql`(lower(${campaigns.name}), ${flows.id}) > (
              select lower(c.name), f.id from flows f join campaigns c on c.id = f.campaign_id where f.id = ${after})`,
      ),
    )
    .orderBy(sql`lower(${campaigns.name})`, flows.id)
    .limit(page.limit + 1);
}

// ── Drafts ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function findDraft(db: Db, flowId: string): Promise<DraftRow | null> {
  const [row] = await db.select().from(flowDrafts).where(eq(flowDrafts.flowId, flowId));
  return row ?? null;
}

export async function findDrafts(db: Db, flowIds: readonly string[]): Promise<Map<string, DraftRow>> {
  const rows = await db
    .select()
    .from(flowDrafts)
    .where(inArray(flowDrafts.flowId, [...flowIds]));
  return new Map(rows.map((row) => [row.flowId, row]));
}

export type NewDraft = Pick<DraftRow, "flowId" | "workspaceId" | "base" | "history" | "cursor" | "changedBy"> & {
  at: Date;
};

/** Writes a draft as it is now, under the next version of its flow, which the caller has locked. */
export async function saveDraft(db: Db, { at: updatedAt, ...draft }: NewDraft): Promise<void> {
  const version = await nextVersion(db, draft.flowId);
  await db
    .insert(flowDrafts)
    .values({ ...draft, version, updatedAt })
    .onConflictDoUpdate({ target: flowDrafts.flowId, set: { ...draft, version, updatedAt } });
}

/** Makes everybody look again before he decides: what his decision is about has changed. */
export async function renewDraft(db: Db, flowId: string, base?: DraftRow["base"]): Promise<void> {
  const version = await nextVersion(db, flowId);
  await db
    .update(flowDrafts)
    .set({ version, ...(base === undefined ? {} : { base }), updatedAt: sql`${flowDrafts.updatedAt}` })
    .where(eq(flowDrafts.flowId, flowId));
}

async function nextVersion(db: Db, flowId: string): Promise<number> {
  const [row] = await db
    .update(flows)
    .set({ draftVersion: sql`${flows.draftVersion} + 1` })
    .where(eq(flows.id, flowId))
    .returning({ version: flows.draftVersion });
  if (!row) throw new Error("a locked flow is not there");
  return row.version;
}

/** Answers whether there was one. */
export async function deleteDraft(db: Db, flowId: string): Promise<boolean> {
  const rows = await db.delete(flowDrafts).where(eq(flowDrafts.flowId, flowId)).returning({ id: flowDrafts.flowId });
  return rows.length > 0;
}

/** Ends a draft that needs no push any more: nothing is left to say of how its last one ended. */
export async function endDraft(db: Db, flowId: string, now: Date): Promise<void> {
  if (await deleteDraft(db, flowId)) await markPushesSeen(db, flowId, now);
}

// ── Pushes ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const isOpen = inArray(flowPushes.state, ["waiting", "writing"]);

export async function findOpenPush(db: Db, flowId: string): Promise<PushRow | null> {
  const [row] = await db
    .select()
    .from(flowPushes)
    .where(and(eq(flowPushes.flowId, flowId), isOpen));
  return row ?? null;
}

/** Those of these flows that are being pushed. */
export async function flowsWithOpenPush(db: Db, flowIds: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .select({ flowId: flowPushes.flowId })
    .from(flowPushes)
    .where(and(inArray(flowPushes.flowId, [...flowIds]), isOpen));
  return new Set(rows.map(({ flowId }) => flowId));
}

export async function findOwnPush(db: Db, workspaceId: string, pushId: string): Promise<PushRow | null> {
  const [row] = await db
    .select()
    .from(flowPushes)
    .where(and(eq(flowPushes.workspaceId, workspaceId), eq(flowPushes.id, pushId)));
  return row ?? null;
}

/** Newest first. */
export function listPushesOf(db: Db, flowId: string, limit: number): Promise<PushRow[]> {
  return db
    .select()
    .from(flowPushes)
    .where(eq(flowPushes.flowId, flowId))
    .orderBy(desc(flowPushes.createdAt), desc(flowPushes.id))
    .limit(limit);
}

export async function insertPush(db: Db, values: typeof flowPushes.$inferInsert): Promise<PushRow> {
  const [row] = await db.insert(flowPushes).values(values).returning();
  if (!row) throw new Error("a push just stored is not there");
  return row;
}

/** Only while it is open: what has ended stays as it ended. Answers whether it was. */
export async function updateOpenPush(
  db: Db,
  pushId: string,
  values: Partial<typeof flowPushes.$inferInsert>,
): Promise<boolean> {
  const rows = await db
    .update(flowPushes)
    .set(values)
    .where(and(eq(flowPushes.id, pushId), isOpen))
    .returning({ id: flowPushes.id });
  return rows.length > 0;
}

/** Takes note of how pushes of this flow ended; with `upTo`, of that one and those before it. */
export async function markPushesSeen(db: Db, flowId: string, now: Date, upTo?: string): Promise<void> {
  await db
    .update(flowPushes)
    .set({ seenAt: now })
    .where(
      and(
        eq(flowPushes.flowId, flowId),
        isNull(flowPushes.seenAt),
        ne(flowPushes.state, "waiting"),
        ne(flowPushes.state, "writing"),
        upTo === undefined
          ? undefined
          : sql`(${flowPushes.createdAt}, ${flowPushes.id}) <= (
              select p.created_at, p.id from flow_pushes p where p.id = ${upTo} and p.flow_id = ${flowId})`,
      ),
    );
}

/** Open pushes that no job is left for: the worker died more often than the job may be tried. */
export async function listForsakenPushes(
  db: Db,
  before: Date,
  limit: number,
): Promise<{ pushId: string; flowId: string; workspaceId: string }[]> {
  const key = sql`${`${pushFlowJob.name}:`} || ${flowPushes.id}`;
  return db
    .select({ pushId: flowPushes.id, flowId: flowPushes.flowId, workspaceId: flowPushes.workspaceId })
    .from(flowPushes)
    .where(
      and(
        isOpen,
        sql`${flowPushes.createdAt} < ${at(before)}`,
        sql`not exists (select 1 from graphile_worker.jobs j where j.key = ${key} and j.attempts < j.max_attempts)`,
      ),
    )
    .limit(limit);
}

const sliceSize = 1_000;

/** Deletes a slice of ended pushes with their snapshots; answers with how many. */
export async function deleteOldPushes(db: Db, before: Date): Promise<number> {
  const rows = await db.execute(sql`
    delete from flow_pushes where id in (
      select id from flow_pushes where created_at < ${at(before)} and state not in ('waiting','writing')
      order by created_at limit ${sliceSize}
    ) returning 1`);
  return rows.length;
}

export const kindOfPart = { offers: "offer", landings: "landing" } as const satisfies Record<PartName, string>;
