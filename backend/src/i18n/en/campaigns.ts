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

  "campaigns.campaign_is_gone": "The tracker no longer has this campaign, so its flows cannot be changed.",
  "campaigns.flow_is_gone": "The tracker no longer has this flow, or it is archived there.",
  "campaigns.flow_has_no_offers":
    "This flow redirects or acts by itself: only flows with offers have shares to change.",

  "campaigns.shares.no_such_row": "It is no longer in the flow.",
  "campaigns.shares.row_is_off": "It is switched off, so its share counts for nothing. Switch it on first.",
  "campaigns.shares.row_is_pinned": "Its share is pinned. Unpin it first.",
  "campaigns.shares.pinned_exceed_total": "The pinned shares alone come to more than 100%. Unpin one of them.",
  "campaigns.shares.no_room_for_minimum": "Not every row can have at least 1%. Unpin or remove one.",
  "campaigns.shares.no_room_for_minimum_nearest":
    "Not every row can have at least 1% then. The nearest share is {nearest}%.",
  "campaigns.shares.others_are_pinned":
    "All the others are pinned, and they would not come to 100%. Unpin one of them.",
  "campaigns.shares.others_are_pinned_nearest":
    "All the others are pinned and leave {nearest}% for this one. Unpin one of them for another share.",
  "campaigns.shares.sum_not_100": "Those that are on would not come to 100% in whole percents.",
  "campaigns.offer_unknown": "The tracker is not known to have an active offer {id}. Synchronise, or check the number.",
  "campaigns.landing_unknown":
    "The tracker is not known to have an active landing page {id}. Synchronise, or check the number.",
  "campaigns.already_there": "What should take its place is in the flow already.",

  "campaigns.draft_changed": "Somebody has changed this meanwhile. Look at it as it is now and try again.",
  "campaigns.no_draft": "There is nothing unsent in this flow.",
  "campaigns.nothing_to_undo": "There is no earlier step.",
  "campaigns.nothing_to_redo": "There is no later step.",
  "campaigns.nothing_to_change": "Nothing would be different in this flow.",
  "campaigns.several_trackers": "These flows are of several trackers. Change those of one tracker at a time.",
  "campaigns.push_open":
    "The flow is being pushed to the tracker right now. It can be changed as soon as that has ended.",
  "campaigns.sum_not_100": "The active shares come to {total}%. Only 100% can be pushed.",
  "campaigns.share_not_whole": "Shares are whole percents between 0 and 100. Even them, or set them anew.",
  "campaigns.no_active_offers":
    "No offer would be left to send visitors to. Leave one active, or switch the flow off in the tracker.",
  "campaigns.no_active_landings":
    "No landing page would be active. Leave one active, or remove them all, so that visitors go to the offers.",
  "campaigns.offer_gone": "The tracker no longer has the offer {name}. Remove it from the flow.",
  "campaigns.landing_gone": "The tracker no longer has the landing page {name}. Remove it from the flow.",
  "campaigns.push_not_found": "There is no such push.",
  "campaigns.snapshot_gone": "What the flow looked like before that push is no longer kept, so it cannot be undone.",
  "campaigns.nothing_pushed": "That push changed nothing in the tracker, so there is nothing to undo.",

  "campaigns.push.changed_meanwhile": "Somebody changed the flow in the tracker meanwhile. Nothing was written.",
  "campaigns.push.not_as_sent":
    "The tracker now has something else than what was sent. Look at it before you push again.",
  "campaigns.push.flow_gone": "The tracker no longer has this flow.",
  "campaigns.push.no_tracker": "The tracker is not connected any more.",
  "campaigns.push.tracker_replaced": "Another tracker was connected in the meantime, so this push was given up.",
  "campaigns.push.not_allowed":
    "The key's user may look at this flow and not change it. Give that user more rights in the tracker.",
  "campaigns.push.request_refused": "The tracker refused these shares and did not say more.",
  "campaigns.push.stumbled":
    "Something of ours fails at this push every time, so it was given up. Its error is in the server log.",

  "campaigns.drift.text": "The flow “{flow}” of the campaign “{campaign}” was changed in the tracker.",
  "campaigns.drift.open": "Show the flow",

  "campaigns.postback.not_allowed":
    "The key's user may not change campaigns. Give that user more rights in the tracker.",
  "campaigns.postback.request_refused": "The tracker refused the postback and did not say more.",
  "campaigns.postback.not_taken":
    "The tracker said yes, and its campaign sends something else than what was asked for. Look at its S2S postbacks.",
  "campaigns.postback.others_changed":
    "Our postback is as it should be, but the tracker changed others of this campaign as well. Look at its S2S postbacks.",
  "campaigns.postback.missing":
    "The campaign “{campaign}” no longer sends its conversions here: our address is not among its postbacks in the tracker.",
  "campaigns.postback.open": "Show the campaign",
  "campaigns.sent.not_allowed":
    "The key’s user may not see what the tracker sent. Give that user access to the logs in Keitaro.",
  "campaigns.sent.request_refused": "The tracker does not say which postbacks it sent. It may be a very old version.",
  "campaigns.figures.not_allowed": "The key’s user may not see reports. Give that user access to reports in Keitaro.",
  "campaigns.figures.request_refused":
    "The tracker does not understand the question about these figures. It may be a very old version.",
  "campaigns.figures.place_missing": "Say which tracker, campaign or flow the figures are of.",
  "campaigns.figures.period_missing": "Say which days the figures are of.",
  "campaigns.figures.sheet": "Figures",
  "campaigns.figures.by.campaign": "Campaign",
  "campaigns.figures.by.flow": "Flow",
  "campaigns.figures.by.offer": "Offer",
  "campaigns.figures.by.landing": "Landing",
  "campaigns.figures.by.country": "Country",
  "campaigns.figures.by.source": "Source",
  "campaigns.figures.by.day": "Day",
  "campaigns.figures.by.day_in": "Day ({zone})",
  "campaigns.figures.by.none": "All",
  "campaigns.figures.number": "Number",
  "campaigns.figures.column.clicks": "Clicks",
  "campaigns.figures.column.uniques": "Unique clicks",
  "campaigns.figures.column.conversions": "Conversions",
  "campaigns.figures.column.sales": "Sales",
  "campaigns.figures.column.revenue": "Revenue",
  "campaigns.figures.column.cost": "Cost",
  "campaigns.figures.column.profit": "Profit",
  "campaigns.figures.column.roi": "ROI",
  "campaigns.figures.column.cr": "CR",
  "campaigns.figures.column.epc": "EPC",
  "campaigns.figures.total": "Total",
  "campaigns.figures.unnamed": "Not named",
} as const;
