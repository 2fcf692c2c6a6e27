/**
 * Broadcasts: one message to many, now, later, again and again, or as a sequence over time; and what it brought. What holds: one
 * recipient row per broadcast and chat by constraint, so nobody gets it twice whatever restarts; who refuses, left or got enough
 * is skipped and counted; recipients are always sent + failed + unknown + waiting + skipped + cancelled; an unknown outcome is
 * never sent again unless a person asks for it.
 */
export { editLosers } from "./actions/change-delivered.ts";
export { beginPhaseTwo, startRun } from "./actions/launch-broadcast.ts";
export { hasAttention, takeAttention } from "./attention.ts";
export { type ClickStore, createClickStore } from "./click-store.ts";
export { type QuietHours, quietUntil } from "./domain/quiet.ts";
export { broadcastMoved, linkClicked, messageConverted, sequenceClicked, sequenceConverted } from "./events.ts";
export { hearFields } from "./hear-fields.ts";
export { withdrawJob } from "./jobs.ts";
export { clickCodesOf } from "./links.ts";
export { broadcastsModule } from "./module.ts";
export { broadcastsPersonData } from "./person-data.ts";
export { quietHoursOf } from "./quiet-hours.ts";
export { attributeJob, noteAnswerJob } from "./result-jobs.ts";
export { broadcastFacts } from "./segment-facts.ts";
export { hearJob } from "./sequence-jobs.ts";
