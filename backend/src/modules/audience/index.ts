/**
 * Audience: who can be written to through which bot, what is known of them, what they refuse, and segments of them. What holds: one
 * subscriber per bot and human; a refusal is the human's, over all bots, and final until he takes it back himself; segments are
 * conditions, evaluated when they are used; imported people are unreachable until they press Start.
 */
export type { Condition } from "./domain/segment.ts";
export { subscriberChose, subscriberJoined, subscriberLost, subscriberTagged, subscriberWrote } from "./events.ts";
export { audienceModule } from "./module.ts";
export {
  type AudienceAsk,
  type AudienceMember,
  audienceCeiling,
  type Humans,
  humansOf,
  type Reach,
  reachOf,
  stillInAudience,
  walkAudience,
} from "./reach.ts";
export { assertUsable } from "./segment-check.ts";
export { ConditionContract, StoredCondition } from "./segment-contracts.ts";
export { type BroadcastFacts, introduceBroadcasts, type SegmentUse } from "./segment-facts.ts";
