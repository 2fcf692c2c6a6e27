/**
 * Audience: who can be written to through which bot, what is known of them, what they refuse, and segments of them. What holds: one
 * subscriber per bot and human; a refusal is the human's, over all bots, and final until he takes it back himself; segments are
 * conditions, evaluated when they are used; imported people are unreachable until they press Start.
 */
export { readMySubscriptions, refuseMessages } from "./actions/choose.ts";
export { followChat } from "./actions/lose-subscriber.ts";
export { audiencePersonData } from "./actions/person-data.ts";
export { type Contact, recordSubscriber } from "./actions/record-subscriber.ts";
export { listOwnFields, listOwnTags } from "./catalog-queries.ts";
export { type FieldKind, type FieldValue, fits as fitsField } from "./domain/field.ts";
export { everything, optOutButton, readOptOutData } from "./domain/refusal.ts";
export type { Condition } from "./domain/segment.ts";
export {
  subscriberChose,
  subscriberFieldsChanged,
  subscriberJoined,
  subscriberLost,
  subscriberTagged,
  subscriberWrote,
} from "./events.ts";
export { listFieldKeys } from "./field-keys.ts";
export { adoptChatsJob, followChatJob, followPersonJob } from "./jobs.ts";
export { findOwnCondition, isOwnCategory, knownOf, refusesKind } from "./lookups.ts";
export { audienceModule } from "./module.ts";
export {
  findSubscribersLike,
  namesOfCategories,
  namesOfSubscribers,
  type SubscriberName,
} from "./names.ts";
export { noteClicks, noteConversions, noteOrders } from "./note-activity.ts";
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
