/** SQL of our postbacks in trackers' campaigns. */
import type { Db } from "@db/client.ts";
import { campaignPostbacks, campaigns, type PostbackState } from "@db/schema/campaigns.ts";
import { and, asc, eq, isNull, lt, ne, sql } from "drizzle-orm";
import type { CampaignRow } from "./campaign-queries.ts";

export type PostbackRow = typeof campaignPostbacks.$inferSelect;

export async function findPostback(db: Db, campaignId: string): Promise<PostbackRow | null> {
  const [row] = await db.select().from(campaignPostbacks).where(eq(campaignPostbacks.campaignId, campaignId));
  return row ?? null;
}

export async function lockPostback(db: Db, campaignId: string): Promise<PostbackRow | null> {
  const [row] = await db
    .select()
    .from(campaignPostbacks)
    .where(eq(campaignPostbacks.campaignId, campaignId))
    .for("update");
  return row ?? null;
}

/** Writes what a campaign was found to have; `changedAt` moves only with the state. */
export async function savePostback(
  db: Db,
  campaign: Pick<CampaignRow, "id" | "workspaceId">,
  state: PostbackState,
  at: Date,
): Promise<PostbackRow> {
  const { id: campaignId, workspaceId } = campaign;
  const changedAt = sql`case when ${campaignPostbacks.state} = excluded.state then ${campaignPostbacks.changedAt} else excluded.changed_at end`;
  const [row] = await db
    .insert(campaignPostbacks)
    .values({ campaignId, workspaceId, state, checkedAt: at, changedAt: at, updatedAt: at })
    .onConflictDoUpdate({
      target: campaignPostbacks.campaignId,
      set: { state, checkedAt: at, changedAt, updatedAt: at },
    })
    .returning();
  if (!row) throw new Error("a postback just stored is not there");
  return row;
}

/** What could not be looked at waits behind the others next time: what is said of it stays as it was. */
export async function passPostback(db: Db, campaignId: string, at: Date): Promise<void> {
  await db.update(campaignPostbacks).set({ updatedAt: at }).where(eq(campaignPostbacks.campaignId, campaignId));
}

const watched = and(ne(campaignPostbacks.state, "removed"), isNull(campaigns.goneAt));

/** Trackers with campaigns that were given our address and not looked at since a moment. */
export async function listConnectionsToWatch(
  db: Db,
  before: Date,
): Promise<{ connectionId: string; workspaceId: string }[]> {
  return db
    .selectDistinct({ connectionId: campaigns.connectionId, workspaceId: campaigns.workspaceId })
    .from(campaignPostbacks)
    .innerJoin(campaigns, eq(campaigns.id, campaignPostbacks.campaignId))
    .where(and(watched, lt(campaignPostbacks.checkedAt, before)));
}

/** Those campaigns of one tracker, first those that were looked at, or could not be, longest ago. */
export async function listCampaignsToWatch(
  db: Db,
  connectionId: string,
  before: Date,
  limit: number,
): Promise<CampaignRow[]> {
  const rows = await db
    .select({ campaign: campaigns })
    .from(campaignPostbacks)
    .innerJoin(campaigns, eq(campaigns.id, campaignPostbacks.campaignId))
    .where(and(watched, lt(campaignPostbacks.checkedAt, before), eq(campaigns.connectionId, connectionId)))
    .orderBy(asc(campaignPostbacks.updatedAt), asc(campaigns.id))
    .limit(limit);
  return rows.map(({ campaign }) => campaign);
}
