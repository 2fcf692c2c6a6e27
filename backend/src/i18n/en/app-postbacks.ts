/** Our postback in a tracker's campaigns: put in, looked for, taken out. */
export const appPostbacks = {
  "app.postbacks.title": "Conversions from the tracker",
  "app.postbacks.why":
    "Our address is put among the campaign’s S2S postbacks, and its conversions come here by themselves. The others stay as they are.",
  "app.postbacks.install": "Send conversions here",
  "app.postbacks.installed": "Conversions are sent here",
  "app.postbacks.installed_text": "Our address has been in the campaign since {since}. Checked {when}.",
  "app.postbacks.installed_done": "The campaign now sends its conversions here",
  "app.postbacks.missing": "Conversions are not sent here any more",
  "app.postbacks.missing_text":
    "Somebody took our address out of the campaign in the tracker. Noticed {since}, checked {when}.",
  "app.postbacks.removed_text": "Our address was taken out {since}.",
  "app.postbacks.put_back": "Put it back",
  "app.postbacks.check": "Check now",
  "app.postbacks.is_there": "Our address is in its place",
  "app.postbacks.is_missing": "Our address is not in the campaign",
  "app.postbacks.remove": "Take our address out",
  "app.postbacks.remove_ask":
    "The campaign will stop sending its conversions here, and there will be no alerts of them. Its other postbacks stay.",
  "app.postbacks.remove_yes": "Take out",
  "app.postbacks.removed_done": "Our address was taken out",

  "app.postbacks.many": "Send conversions of campaigns",
  "app.postbacks.many_text":
    "Choose campaigns: our address is put into each of them, one after another. Where it is already, nothing changes.",
  "app.postbacks.choose_shown": "Choose all shown",
  "app.postbacks.choose_none": "Choose none",
  "app.postbacks.choose_some": "Choose campaigns",
  "app.postbacks.install_count": { one: "Send from {count} campaign", other: "Send from {count} campaigns" },
  "app.postbacks.progress": "Put into {done} of {total} campaigns",
  "app.postbacks.finished": "Ready: {installed} of {total}",
  "app.postbacks.stay": "Stay on this screen: leaving it stops here, and the rest stays as it is.",
  "app.postbacks.stopped": "Stopped: our address was put into {done} of {total} campaigns",
  "app.postbacks.stop": "Stop",
  "app.postbacks.waiting": "Waiting",
  "app.postbacks.ready": "Sent here",
  "app.postbacks.refused": "Refused",
  "app.postbacks.not_begun": "Not begun",
  "app.postbacks.again": { one: "Try {count} again", other: "Try {count} again" },
  "app.postbacks.choose_others": "Choose others",
} as const;
