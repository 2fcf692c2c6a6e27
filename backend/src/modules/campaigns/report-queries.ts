/**
 * SQL of figures. `Own` in a name: of the given workspace; whether the actor is shown the connection is asked of `findTracker`
 * before. `tracker_reports` is written when a tracker has answered, read before it is asked again, and emptied by retention.
 */
import type { Db } from "@db/client.ts";
import {
  campaigns,
  flows,
  type StoredParts,
  type StoredShare,
  trackerMirrors,
  trackerReports,
} from "@db/schema/campaigns.ts";
import { inboundEvents } from "@db/schema/inbox.ts";
import { and, asc, desc, eq, gt, gte, inArray, isNull, lt, sql } from "drizzle-orm";
import { textsIn } from "./json-rows.ts";
import type { ReportDialect } from "./ports.ts";

/** Answers kept of one tracker: what is looked at again and again, not every period that somebody once tried. */
const keptOfTracker = 300;

// ── What is asked about ─────────────────────────────────────────────────────────────────────────────────────────────

export interface CampaignPlace {
  id: string;
  ref: string;
  name: string;
  connectionId: string;
}

export interface FlowPlace {
  id: string;
  ref: string;
  name: string;
  offers: StoredShare[];
  landings: StoredShare[];
  pins: StoredParts<string>;
  campaign: CampaignPlace;
}

const placeOfFlow = {
  id: flows.id,
  ref: flows.ref,
  name: flows.name,
  offers: flows.offers,
  landings: flows.landings,
  pins: flows.pins,
  campaign: { id: campaigns.id, ref: campaigns.ref, name: campaigns.name, connectionId: campaigns.connectionId },
};

export async function findOwnFlowPlace(db: Db, workspaceId: string, id: string): Promise<FlowPlace | null> {
  const [row] = await db
    .select(placeOfFlow)
    .from(flows)
    .innerJoin(campaigns, eq(campaigns.id, flows.campaignId))
    .where(and(eq(flows.workspaceId, workspaceId), eq(flows.id, id)));
  return row ?? null;
}

/** Flows that the campaign has now, as they stand in the tracker. */
export const listFlowPlaces = (db: Db, campaignId: string): Promise<FlowPlace[]> =>
  db
    .select(placeOfFlow)
    .from(flows)
    .innerJoin(campaigns, eq(campaigns.id, flows.campaignId))
    .where(and(eq(flows.campaignId, campaignId), isNull(flows.goneAt)))
    .orderBy(asc(flows.position), asc(flows.id));

// ── Names ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Named {
  id: string | null;
  name: string;
}

/** By the tracker's ids; those of offers, landings and sources are in `campaign-queries.ts`. */
export async function namesOfCampaigns(
  db: Db,
  connectionId: string,
  refs: readonly string[],
): Promise<Map<string, Named>> {
  if (refs.length === 0) return new Map();
  const rows = await db
    .select({ ref: campaigns.ref, id: campaigns.id, name: campaigns.name })
    .from(campaigns)
    .where(and(eq(campaigns.connectionId, connectionId), inArray(campaigns.ref, [...refs])));
  return new Map(rows.map(({ ref, ...named }) => [ref, named]));
}

export async function namesOfFlows(
  db: Db,
  { workspaceId, connectionId }: { workspaceId: string; connectionId: string },
  refs: readonly string[],
): Promise<Map<string, Named>> {
  if (refs.length === 0) return new Map();
  const rows = await db
    .select({ ref: flows.ref, id: flows.id, name: flows.name })
    .from(flows)
    .innerJoin(campaigns, eq(campaigns.id, flows.campaignId))
    // The workspace leads to its few flows. Refs in a list of their own would have the index of campaigns and refs read from end to
    // end: 33 ms among 52,000 flows, and 1 ms this way.
    .where(
      and(
        eq(flows.workspaceId, workspaceId),
        eq(campaigns.connectionId, connectionId),
        sql`${flows.ref} in ${textsIn(refs)}`,
      ),
    );
  return new Map(rows.map(({ ref, ...named }) => [ref, named]));
}

// ── How a tracker is asked ──────────────────────────────────────────────────────────────────────────────────────────

/** What is known of how the tracker's reports are asked for; nothing while its campaigns are not kept here. */
export async function findReportHabits(
  db: Db,
  connectionId: string,
): Promise<{ dialect: ReportDialect | null; timeZone: string | null }> {
  const [row] = await db
    .select({ dialect: trackerMirrors.reportDialect, timeZone: trackerMirrors.timeZone })
    .from(trackerMirrors)
    .where(eq(trackerMirrors.connectionId, connectionId));
  return row ?? { dialect: null, timeZone: null };
}

export async function rememberDialect(db: Db, connectionId: string, dialect: ReportDialect): Promise<void> {
  await db.update(trackerMirrors).set({ reportDialect: dialect }).where(eq(trackerMirrors.connectionId, connectionId));
}

// ── Answers that are kept ───────────────────────────────────────────────────────────────────────────────────────────

/** Rows as [key, values in the order of the question's measures], and how many were too many to keep. */
export interface StoredAnswer {
  rows: [key: string, ...values: (string | null)[]][];
  more: number;
}

export interface KeptReport {
  answer: StoredAnswer;
  readAt: Date;
}

export async function findReport(db: Db, connectionId: string, questionKey: string): Promise<KeptReport | null> {
  const [row] = await db
    .select({ answer: trackerReports.answer, readAt: trackerReports.readAt })
    .from(trackerReports)
    .where(and(eq(trackerReports.connectionId, connectionId), eq(trackerReports.questionKey, questionKey)));
  return row ? { answer: row.answer as StoredAnswer, readAt: row.readAt } : null;
}

/** Keeps an answer, and of the tracker's answers no more than the newest few hundred. */
export async function saveReport(
  db: Db,
  of: { connectionId: string; workspaceId: string; questionKey: string },
  { answer, readAt }: KeptReport,
): Promise<void> {
  await db
    .insert(trackerReports)
    .values({ ...of, answer, readAt })
    .onConflictDoUpdate({
      target: [trackerReports.connectionId, trackerReports.questionKey],
      set: { answer, readAt },
    });
  const { connectionId, questionKey } = trackerReports;
  const beyond = db
    .select({ questionKey })
    .from(trackerReports)
    .where(eq(connectionId, of.connectionId))
    .orderBy(desc(trackerReports.readAt))
    .offset(keptOfTracker);
  await db.delete(trackerReports).where(and(eq(connectionId, of.connectionId), inArray(questionKey, beyond)));
}

/** Deletes some of the answers that are older; how many those were. */
export async function deleteOldReports(db: Db, before: Date, limit: number): Promise<number> {
  const rows = await db.execute(sql`
    delete from tracker_reports where ctid in (
      select ctid from tracker_reports where read_at < ${before.toISOString()}::timestamptz order by read_at limit ${limit})
    returning 1`);
  return rows.length;
}

// ── Calls that came in ──────────────────────────────────────────────────────────────────────────────────────────────

/** Of a call that says more than any postback. */
const longestCall = 8_192;

/**
 * Parameters of the connection's own calls between two moments, a slice at a time, oldest first; repeats that we made ourselves and
 * tests are left out. A tracker that posts may move its parameters into the body.
 */
export async function* listArrivedCalls(
  db: Db,
  connection: { connectionId: string; workspaceId: string },
  { since, until, slice }: { since: Date; until: Date; slice: number },
): AsyncGenerator<string[]> {
  const { id, query, body } = inboundEvents;
  const text = new TextDecoder();
  for (let after = 0n; ; ) {
    const rows = await db
      .select({
        id,
        query: sql<string>`left(${query}, ${longestCall})`,
        body: sql`case when ${query} = '' then substring(${body} from 1 for ${longestCall}) end`.mapWith(body),
      })
      .from(inboundEvents)
      .where(
        and(
          eq(inboundEvents.sourceId, connection.connectionId),
          eq(inboundEvents.workspaceId, connection.workspaceId),
          gte(inboundEvents.receivedAt, since),
          lt(inboundEvents.receivedAt, until),
          isNull(inboundEvents.replayOf),
          eq(inboundEvents.isTest, false),
          gt(id, after),
        ),
      )
      .orderBy(asc(id))
      .limit(slice);
    yield rows.map((row) => row.query || text.decode(row.body ?? undefined));
    const last = rows.at(-1);
    if (!last || rows.length < slice) return;
    after = last.id;
  }
}
