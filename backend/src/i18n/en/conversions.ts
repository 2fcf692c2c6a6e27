/** Words of conversions: alerts, digests, the test message, errors. */
export const conversions = {
  "conversions.connection_not_found": "There is no such connection.",
  "conversions.conversion_not_found": "There is no such conversion.",
  "conversions.name_taken": "A connection with this name already exists.",
  "conversions.name_invalid": "Give the connection a name of 1 to 80 characters.",
  "conversions.currency_invalid": "“{currency}” does not look like a currency code. Use letters, as in USD or USDT.",
  "conversions.status_map_invalid": "The status map has more than {limit} words, or a word that is empty or too long.",
  "conversions.too_many_connections":
    "A workspace can have at most {limit} connections. Delete one you no longer need.",
  "conversions.target_not_found":
    "The bot does not know this chat. Add the bot there first, then choose the chat again.",
  "conversions.no_target": "Choose a chat for alerts first.",
  "conversions.connection_paused": "This connection is paused. Resume it first.",
  "conversions.secret_unreadable":
    "The address cannot be shown: it was sealed with another key. Issue a new address instead.",

  "conversions.alert.campaign": "Campaign",
  "conversions.alert.offer": "Offer",
  "conversions.alert.creative": "Creative",
  "conversions.alert.landing": "Landing",
  "conversions.alert.revenue": "Revenue",
  "conversions.alert.source": "Source",
  "conversions.alert.sub1": "Sub1",
  "conversions.alert.geo": "GEO",
  "conversions.alert.tx": "TX",
  "conversions.alert.click": "Click",
  "conversions.alert.corrected": "amount corrected",
  "conversions.alert.was": "was {amount}",
  "conversions.alert.recovered": "recovered from the tracker's log",
  "conversions.alert.test": "Test: nothing has been recorded.",
  "conversions.alert.open": "Open",

  "conversions.digest.lead": { one: "+{count} lead", other: "+{count} leads" },
  "conversions.digest.sale": { one: "+{count} sale", other: "+{count} sales" },
  "conversions.digest.rejected": { one: "{count} rejected", other: "{count} rejected" },
  "conversions.digest.rebill": { one: "+{count} rebill", other: "+{count} rebills" },
  "conversions.digest.registration": { one: "+{count} registration", other: "+{count} registrations" },
  "conversions.digest.deposit": { one: "+{count} deposit", other: "+{count} deposits" },
  "conversions.digest.trash": { one: "{count} in trash", other: "{count} in trash" },
  "conversions.digest.other": { one: "{count} event", other: "{count} events" },
  "conversions.digest.corrections": { one: "{count} amount corrected", other: "{count} amounts corrected" },
  "conversions.digest.more_statuses": { one: "and {count} more kind", other: "and {count} more kinds" },
} as const;
