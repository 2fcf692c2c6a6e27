/** Refusals of this room. The code is also the key of the sentence in `i18n/<lang>/campaigns.ts`. */
import { forbidden, invalid, notFound } from "@backend/kit/errors.ts";

export const trackerNotFound = () => notFound("campaigns.tracker_not_found");
export const campaignNotFound = () => notFound("campaigns.campaign_not_found");
export const flowNotFound = () => notFound("campaigns.flow_not_found");
/** Favourites are somebody's own. */
export const notForPrograms = () => forbidden("campaigns.not_for_programs");
export const timeZoneUnknown = () => invalid("campaigns.time_zone_unknown");
