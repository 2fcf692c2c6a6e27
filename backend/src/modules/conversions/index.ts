/**
 * Conversions: trackers call an address of ours, and what they say becomes conversions and alerts.
 *
 * What holds: a call is stored before it is answered and read later; any method, body and macro state is read without failing
 * (`domain/read-call.ts`); one identity (connection, subid, tid or nothing, status) is one conversion however often and however
 * simultaneously it arrives; a changed amount is a correction, not a second sale; statuses are an open set and their map is
 * editable; the secret is in the address alone, never in facts, lists or messages; a connection that a role is not shown does not
 * exist for it, and neither does anything that came through it. Money decisions never rest on a postback:
 * whoever learnt an address can write one.
 */

export { createConnection } from "./actions/create-connection.ts";
export { handlePostback, trackerSource } from "./actions/handle-postback.ts";
export { muteAlerts, muteMinutes, readMuteData, unmuteAlerts } from "./actions/mute-alerts.ts";
export { trackerLogSource } from "./actions/read-log-row.ts";
export { type Recorded, recordConversion } from "./actions/record-conversion.ts";
export { resealConnections } from "./actions/reseal-connections.ts";
export { revealAddress } from "./actions/reveal-address.ts";
export {
  chatOfTracker,
  findTracker,
  listAllTrackers,
  listTrackers,
  openTracker,
  postbackOf,
  type Tracker,
  type TrackerPostback,
} from "./actions/trackers.ts";
export { type CampaignFacts, type ConversionNames, introduceCampaigns, type Unnamed } from "./campaign-facts.ts";
export { StatusName } from "./contracts.ts";
export { earning, hourOf, isTakenBack, keyOf, labelOf, momentOf, rejecting } from "./counting.ts";
export { recountDays } from "./day-rolls.ts";
export { dayIn } from "./domain/calendar.ts";
export { clickIdOf } from "./domain/click-id.ts";
export {
  approvedStatuses,
  type Breakdown,
  breakdowns,
  earningStatuses,
  inSpan,
  otherValues,
  rejectingStatuses,
  type Span,
} from "./domain/counting.ts";
export { postbackUrl, type SamplePostback, sampleCurl, sampleQuery } from "./domain/postback-url.ts";
export { type CanonicalStatus, canonicalStatuses } from "./domain/status-map.ts";
export { isTrackerProblem, minutesToNext, type TrackerProblem } from "./domain/tracker-log.ts";
export { type Earning, earningsOf } from "./earnings.ts";
export { clickConverted, conversionRecorded, trackerConnected } from "./events.ts";
export { conversionsModule } from "./module.ts";
export type { ConversionsPorts, TrackerLogPorts } from "./ports.ts";
export { hiddenConnectionIds, visibleConnections, visibleConversions } from "./queries.ts";
export { noteRefusals } from "./refusals.ts";
export { rollDaysJob } from "./roll-jobs.ts";
export { connectionBySecret, connectionsBySecrets } from "./secret-lookup.ts";
export { conversionFold, conversionSubject } from "./tell.ts";
