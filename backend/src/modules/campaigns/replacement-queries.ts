/** SQL of what becomes of a mirror when another tracker takes the place of the one that it was read of. */
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";
import { at } from "./json-rows.ts";

/**
 * Campaigns, flows and things are gone; pins and drifts, drafts, pushes with their snapshots, kept reports and what was known of
 * postbacks are deleted. A push that is open fails with this problem and is kept, for whoever waits for it.
 */
export async function leaveTracker(db: Db, connectionId: string, now: Date, problem: string): Promise<void> {
  const itsCampaigns = sql`(select id from campaigns where connection_id = ${connectionId})`;
  const itsFlows = sql`(select id from flows where campaign_id in ${itsCampaigns})`;
  // As everybody who changes a draft or a push does: the flow first, and flows in one order.
  await db.execute(sql`select id from flows where campaign_id in ${itsCampaigns} order by id for update`);
  await db.execute(sql`delete from flow_drafts where flow_id in ${itsFlows}`);
  await db.execute(sql`delete from flow_pushes where flow_id in ${itsFlows} and state not in ('waiting','writing')`);
  await db.execute(sql`
    update flow_pushes set state = 'failed', problem = ${problem}, before = null, after = null, finished_at = ${at(now)}
    where flow_id in ${itsFlows}`);
  await db.execute(sql`
    update flows set pins = default, drift_from = null, drift_since = null, gone_at = coalesce(gone_at, ${at(now)}), updated_at = now()
    where campaign_id in ${itsCampaigns}`);
  await db.execute(sql`delete from campaign_postbacks where campaign_id in ${itsCampaigns}`);
  await db.execute(sql`
    update campaigns set gone_at = coalesce(gone_at, ${at(now)}), flows_read_at = null, changed_text = null, updated_at = now()
    where connection_id = ${connectionId}`);
  await db.execute(sql`
    update tracker_things set gone_at = ${at(now)} where connection_id = ${connectionId} and gone_at is null`);
  await db.execute(sql`delete from tracker_reports where connection_id = ${connectionId}`);
}
