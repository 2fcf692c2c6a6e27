/**
 * What the stand-in of the tracker has logged: everything the demo's connection was told, and two conversions whose postbacks
 * were lost on their way. It forgets its log and what was changed in it when it stops, and stands at another port when it starts
 * again: the product's own tables remember both.
 */
import { createHash } from "node:crypto";
import type { ActionContext } from "@backend/kit/context.ts";
import { sameParts } from "@backend/modules/campaigns/domain/drift.ts";
import { connectPull } from "@backend/modules/conversions/actions/connect-pull.ts";
import { logRowKey } from "@backend/modules/conversions/domain/tracker-log.ts";
import type { ConversionsPorts, TrackerLogPorts } from "@backend/modules/conversions/index.ts";
import type { Db } from "@db/client.ts";
import { campaigns, conversions, flows, trackerLogRows, trackerPulls } from "@db/schema/index.ts";
import { and, eq, gt, isNull, lt } from "drizzle-orm";
import type { KeitaroStandIn, TrackerConversion } from "./keitaro/index.ts";
import type { Binding } from "./keitaro/world.ts";
import { demoConnection, freshCalls } from "./seed.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** As far back as the demo's month. */
const days = 28;
const chunk = 500;

/** The tracker's id of a conversion: the same on every start, since what was compared is known by it. */
const idOf = (subid: string, tid: string): number =>
  Number.parseInt(createHash("sha256").update(`${subid} ${tid}`).digest("hex").slice(0, 12), 16) % 1_000_000_000;

/** What a postback said, as the tracker that sent it has it. Null for a call that names no click. */
export function loggedFrom(query: string, postbackAt: Date): Partial<TrackerConversion> | null {
  const said = new URLSearchParams(query);
  const text = (name: string) => {
    const value = said.get(name) ?? "";
    return /^\{.*\}$/.test(value) ? "" : value;
  };
  if (text("subid") === "") return null;
  return {
    id: idOf(text("subid"), text("tid")),
    subid: text("subid"),
    tid: text("tid"),
    status: text("status") || "sale",
    revenue: Number(text("conversion_revenue")) > 0 ? text("conversion_revenue") : "0",
    campaignId: Number(text("campaign_id")) || 0,
    campaign: text("campaign_name"),
    offerId: Number(text("offer_id")) || 0,
    offer: text("offer_name"),
    landingId: Number(text("landing_id")) || 0,
    landing: text("landing"),
    source: text("source"),
    trafficSource: text("ts"),
    creativeId: text("creative_id"),
    country: text("country"),
    subIds: text("sub_id_1") === "" ? {} : { "1": text("sub_id_1") },
    clickedAt: new Date(postbackAt.getTime() - 20 * minuteMs),
    postbackAt,
  };
}

/** Keitaro's queue and its minute of cron: a conversion is told twenty to eighty seconds after it was logged, seldom later. */
const lagMs = (id: bigint): number => 20_000 + Number((id * 7_919n) % 60_000n) + (id % 23n === 0n ? 4 * minuteMs : 0);

function loggedAs(
  row: typeof conversions.$inferSelect,
): Partial<TrackerConversion> & { status: string; postbackAt: Date } {
  const facts = row.facts as Record<string, string | null> & { subIds?: Record<string, string> };
  const postbackAt = new Date(
    Math.floor((row.happenedAt ?? new Date(row.receivedAt.getTime() - lagMs(row.id))).getTime() / 1_000) * 1_000,
  );
  return {
    id: idOf(row.subid, row.tid),
    subid: row.subid,
    tid: row.tid,
    status: row.rawStatus ?? row.status,
    revenue: row.amount ?? "0",
    campaignId: Number(row.campaignId) || 0,
    campaign: row.campaignName ?? "",
    offerId: Number(facts.offerId) || 0,
    offer: facts.offerName ?? "",
    landing: facts.landingName ?? "",
    source: facts.source ?? "",
    creativeId: facts.creativeId ?? "",
    country: row.country ?? "",
    subIds: facts.subIds ?? {},
    clickedAt: new Date(postbackAt.getTime() - 20 * minuteMs),
    postbackAt,
  };
}

/** Conversions that the tracker has and nobody told. */
function lost(now: Date): Partial<TrackerConversion>[] {
  const at = (minutes: number) => ({
    clickedAt: new Date(now.getTime() - (minutes + 30) * minuteMs),
    postbackAt: new Date(now.getTime() - minutes * minuteMs),
  });
  return [
    {
      ...{
        id: idOf("15xlost1", "t700001"),
        subid: "15xlost1",
        tid: "t700001",
        status: "deposit",
        revenue: "96.4",
        campaignId: 15,
        campaign: "Spring AU · Sweeps",
      },
      ...{
        offerId: 101,
        offer: "Lucky Koala",
        landing: "Quiz",
        country: "AU",
        creativeId: "cr_mara_02",
        subIds: { "1": "oksana" },
      },
      ...at(17),
    },
    {
      ...{
        id: idOf("22xlost2", "t700002"),
        subid: "22xlost2",
        tid: "t700002",
        status: "deposit",
        revenue: "448",
        campaignId: 22,
        campaign: "PL Push / Crypto",
      },
      ...{
        offerId: 118,
        offer: "BitPolska",
        landing: "Video story",
        country: "PL",
        creativeId: "cr_leo_night",
        subIds: { "1": "tymur" },
      },
      ...at(41),
    },
  ];
}

/**
 * Fills the stand-in's log and lets the demo's connection read it. The first time the month before is written down as compared,
 * with a few that were found in the log; later only the address changes.
 */
export async function connectDemoLog(
  ctx: ActionContext<ConversionsPorts & TrackerLogPorts>,
  tracker: KeitaroStandIn,
  isFirst: boolean,
): Promise<void> {
  const connectionId = (await demoConnection(ctx))?.id;
  if (connectionId === undefined) return;
  const since = new Date(ctx.now.getTime() - days * dayMs);
  const rows = await ctx.db
    .select()
    .from(conversions)
    .where(and(eq(conversions.connectionId, connectionId), gt(conversions.receivedAt, since)))
    .orderBy(conversions.receivedAt, conversions.id);
  tracker.load(rows.map(loggedAs));
  // Clicks of days whose conversions are not in the log would have cost money for nothing.
  tracker.world.beganOn = (rows[0]?.receivedAt ?? since).toISOString().slice(0, 10);
  if (!isFirst) {
    await recallShares(ctx.db, connectionId, tracker);
    await ctx.db
      .update(trackerPulls)
      .set({ apiUrl: tracker.url, nextRunAt: ctx.now, problem: null, problemSince: null, failures: 0 })
      .where(eq(trackerPulls.connectionId, connectionId));
    return;
  }
  tracker.load(lost(ctx.now));
  tracker.load(freshCalls.flatMap((query) => loggedFrom(query, new Date(ctx.now.getTime() - 5_000)) ?? []));
  await writeCompared(ctx, connectionId, rows);
  await connectPull(ctx, { connectionId, apiUrl: tracker.url, apiKey: tracker.apiKey });
}

/** Shares as they were last read: what was pushed stays pushed, and no flow looks as if somebody had changed it meanwhile. */
async function recallShares(db: Db, connectionId: string, tracker: KeitaroStandIn): Promise<void> {
  const rows = await db
    .select({ ref: flows.ref, offers: flows.offers, landings: flows.landings })
    .from(flows)
    .innerJoin(campaigns, eq(campaigns.id, flows.campaignId))
    .where(and(eq(campaigns.connectionId, connectionId), isNull(flows.goneAt)));
  const asRead = (bindings: readonly Binding[]) =>
    bindings.map(({ thingId, share, state }) => ({ id: String(thingId), share, state }));
  for (const { ref, ...read } of rows) {
    const flow = tracker.world.flows.get(Number(ref));
    if (!flow || sameParts({ offers: asRead(flow.offers), landings: asRead(flow.landings) }, read)) continue;
    tracker.drift(flow.id, {
      offers: read.offers.map(({ id, ...row }) => ({ offer_id: Number(id), ...row })),
      landings: read.landings.map(({ id, ...row }) => ({ landing_id: Number(id), ...row })),
    });
  }
}

/** The days before today, as earlier runs would have left them. Today is left to the first one. */
async function writeCompared(
  ctx: ActionContext,
  connectionId: string,
  rows: readonly (typeof conversions.$inferSelect)[],
): Promise<void> {
  const today = Math.floor(ctx.now.getTime() / dayMs) * dayMs;
  const before = rows.filter(({ receivedAt }) => receivedAt.getTime() < today);
  const isFound = (index: number) => index % 211 === 97;
  for (let start = 0; start < before.length; start += chunk)
    await ctx.db
      .insert(trackerLogRows)
      .values(
        before.slice(start, start + chunk).map((row, offset) => {
          const logged = loggedAs(row);
          return {
            connectionId,
            workspaceId: ctx.actor.workspaceId,
            rowKey: logRowKey({ trackerId: String(idOf(row.subid, row.tid)), status: logged.status }),
            happenedAt: logged.postbackAt,
            arrival: isFound(start + offset) ? ("recovered" as const) : ("delivered" as const),
            conversionId: row.id,
            seenAt: row.receivedAt,
          };
        }),
      )
      .onConflictDoNothing();
  for (const [index, row] of before.entries())
    if (isFound(index))
      await ctx.db
        .update(conversions)
        .set({ isRecovered: true, happenedAt: new Date(row.receivedAt.getTime() - 12 * minuteMs) })
        .where(and(eq(conversions.id, row.id), lt(conversions.receivedAt, ctx.now)));
}
