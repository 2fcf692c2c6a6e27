/**
 * Campaigns: a tracker's campaigns, flows and shares in the pocket. What holds: what a tracker says is shown as it is, also where it
 * breaks our rules; shares that we write are whole percents that sum to 100, pinned ones never move (`domain/shares.ts`); a change is a
 * draft until it is pushed; a push reads before it writes, writes nothing over a state that nobody here has seen, and reads back what
 * became of it; pushes of one flow never overlap; our postback joins those of a campaign and touches none of them; no transaction is
 * open while a tracker is asked. A connection that a role is not shown has no campaigns for it.
 */
export { meetTracker } from "./actions/meet-tracker.ts";
export { campaignFacts } from "./campaign-facts.ts";
export { campaignsModule } from "./module.ts";
export { campaignsPersonData } from "./person-data.ts";
export type { CampaignsPorts } from "./ports.ts";
