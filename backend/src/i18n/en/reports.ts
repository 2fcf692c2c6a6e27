/** Words of reports: today, and what needs attention. */
export const reports = {
  "reports.against": "{today} (yesterday by now: {yesterday})",
  "reports.today.conversions": "Conversions today: {figures}",
  "reports.today.revenue": "Revenue: {figures}",
  "reports.today.sent": "Messages sent today: {figure}",
  "reports.next.chat": "Next step: add the bot to a chat.",
  "reports.next.connection": "Next step: create a connection in the app.",
  "reports.next.postback": "Next step: paste the postback address into the tracker and wait for the first call.",

  "reports.attention.dead_letters": { one: "{count} call could not be read", other: "{count} calls could not be read" },
  "reports.attention.unknown": {
    one: "{count} message with an unknown outcome",
    other: "{count} messages with an unknown outcome",
  },
  "reports.attention.late_deliveries": { one: "{count} message is late", other: "{count} messages are late" },
  "reports.attention.disconnected_bots": { one: "{count} bot is disconnected", other: "{count} bots are disconnected" },
  "reports.attention.paused_lanes": { one: "{count} bot is pausing", other: "{count} bots are pausing" },
  "reports.attention.broken_chats": {
    one: "{count} chat cannot be written to",
    other: "{count} chats cannot be written to",
  },
  "reports.attention.silent_connections": {
    one: "{count} connection is silent",
    other: "{count} connections are silent",
  },
  "reports.attention.unread_logs": {
    one: "{count} tracker’s log cannot be read",
    other: "{count} trackers’ logs cannot be read",
  },
} as const;
