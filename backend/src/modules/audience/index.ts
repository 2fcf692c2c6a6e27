/**
 * Audience: who can be written to through which bot, what is known of them, what they refuse, and segments of them. What holds: one
 * subscriber per bot and human; a refusal is the human's, over all bots, and final until he takes it back himself; segments are
 * conditions, evaluated when they are used; imported people are unreachable until they press Start.
 */
export { refuseMessages } from "./actions/choose.ts";
export { followChat } from "./actions/lose-subscriber.ts";
export { audiencePersonData } from "./actions/person-data.ts";
export { type Contact, recordSubscriber } from "./actions/record-subscriber.ts";
export { optOutButton, readOptOutData } from "./domain/refusal.ts";
export type { Condition } from "./domain/segment.ts";
export { subscriberChose, subscriberJoined, subscriberLost, subscriberTagged, subscriberWrote } from "./events.ts";
export { adoptChatsJob, followChatJob, followPersonJob } from "./jobs.ts";
export { audienceModule } from "./module.ts";
export {
  type AudienceAsk,
  type AudienceMember,
  audienceCeiling,
  type Reach,
  reachOf,
  stillInAudience,
  walkAudience,
} from "./reach.ts";
