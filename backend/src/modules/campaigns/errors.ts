/** Refusals of this room. The code is also the key of the sentence in `i18n/<lang>/campaigns.ts`. */
import { AppError, conflict, forbidden, invalid, notFound } from "@backend/kit/errors.ts";
import type { ShareProblem } from "./domain/shares.ts";
import type { TrackerProblem } from "./ports.ts";

export const trackerNotFound = () => notFound("campaigns.tracker_not_found");
export const campaignNotFound = () => notFound("campaigns.campaign_not_found");
export const flowNotFound = () => notFound("campaigns.flow_not_found");
/** Favourites are somebody's own. */
export const notForPrograms = () => forbidden("campaigns.not_for_programs");
export const timeZoneUnknown = () => invalid("campaigns.time_zone_unknown");

// ── Shares, drafts and pushes ───────────────────────────────────────────────────────────────────────────────────────

/** The code names the nearest share where there is one: the sentence says it. */
export const sharesRefused = (problem: ShareProblem, nearest: number | null) =>
  nearest === null
    ? invalid(`campaigns.shares.${problem}`)
    : invalid(`campaigns.shares.${problem}_nearest`, { nearest });
export const thingUnknown = (part: "offers" | "landings", id: string) =>
  invalid(part === "offers" ? "campaigns.offer_unknown" : "campaigns.landing_unknown", { id });
export const alreadyThere = () => invalid("campaigns.already_there");
export const draftChanged = () => conflict("campaigns.draft_changed");
export const noDraft = () => conflict("campaigns.no_draft");
export const nothingToUndo = () => conflict("campaigns.nothing_to_undo");
export const nothingToRedo = () => conflict("campaigns.nothing_to_redo");
export const nothingToChange = () => conflict("campaigns.nothing_to_change");
export const severalTrackers = () => invalid("campaigns.several_trackers");
export const pushIsOpen = () => conflict("campaigns.push_open");
/** `code`: why the flow's shares cannot be changed (`whyReadOnly`). */
export const flowReadOnly = (code: string) => conflict(code);
export const sumNot100 = (total: number) => conflict("campaigns.sum_not_100", { total });
export const shareNotWhole = () => conflict("campaigns.share_not_whole");
export const noneLeft = (part: "offers" | "landings") =>
  conflict(part === "offers" ? "campaigns.no_active_offers" : "campaigns.no_active_landings");
export const thingGone = (part: "offers" | "landings", name: string) =>
  conflict(part === "offers" ? "campaigns.offer_gone" : "campaigns.landing_gone", { name });
export const pushNotFound = () => notFound("campaigns.push_not_found");
export const snapshotGone = () => notFound("campaigns.snapshot_gone");
export const nothingPushed = () => conflict("campaigns.nothing_pushed");

/** Why a push did not end well: kept on its row. What a tracker itself says has its sentence in conversions. */
export const pushProblems = {
  changedMeanwhile: "campaigns.push.changed_meanwhile",
  notAsSent: "campaigns.push.not_as_sent",
  flowGone: "campaigns.push.flow_gone",
  noTracker: "campaigns.push.no_tracker",
  trackerReplaced: "campaigns.push.tracker_replaced",
  not_allowed: "campaigns.push.not_allowed",
  request_refused: "campaigns.push.request_refused",
  stumbled: "campaigns.push.stumbled",
} as const;

// ── Postbacks ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Somebody waits for a tracker that does not do what it is asked. Two of the words speak of a log in conversions. */
export const trackerRefused = (problem: TrackerProblem, cause: unknown) =>
  new AppError(
    "invalid",
    problem === "not_allowed" || problem === "request_refused"
      ? `campaigns.postback.${problem}`
      : `conversions.tracker.${problem}`,
    {},
    { cause },
  );
export const postbackNotTaken = () => conflict("campaigns.postback.not_taken");
export const othersChanged = () => conflict("campaigns.postback.others_changed");
