/** Shapes of our postback in a tracker's campaign, as they cross HTTP. */
import { oneOf } from "@backend/kit/one-of.ts";
import { postbackStates } from "@db/schema/campaigns.ts";
import { type Static, t } from "elysia";

export const CampaignPostbackStatus = t.Object({
  /** "missing": somebody took it out in the tracker; "removed": we did. Null: this campaign never had it. */
  state: t.Nullable(oneOf(postbackStates)),
  /** When the tracker was last asked, and since when the state is what it is. */
  checkedAt: t.Nullable(t.String()),
  changedAt: t.Nullable(t.String()),
});
export type CampaignPostbackStatus = Static<typeof CampaignPostbackStatus>;
