/** Words about a tracker's campaigns, flows and shares. */
export const campaigns = {
  "campaigns.tracker_not_found": "There is no such tracker here.",
  "campaigns.campaign_not_found": "There is no such campaign.",
  "campaigns.flow_not_found": "There is no such flow.",
  "campaigns.not_for_programs": "Favourites belong to people: a program has none.",
  "campaigns.time_zone_unknown": "There is no such time zone.",
  "campaigns.tracker.not_allowed":
    "The key’s user may not see campaigns. Give that user access to campaigns and offers in Keitaro.",
  "campaigns.tracker.request_refused":
    "The tracker does not understand the question about its campaigns. It may be a very old version.",
} as const;
