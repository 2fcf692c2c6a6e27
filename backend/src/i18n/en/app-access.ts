/** Words of closed chats, for those who sell them and those who enter. */
export const appAccess = {
  "app.access.chats": "Closed chats",
  "app.access.text":
    "Whoever has this product asks to join by a link of their own, and the bot lets them in. When it ends they are shown out. People you add yourselves are let alone.",
  "app.access.later": "Which closed chats it opens is chosen once the product is saved.",
  "app.access.add": "Add a chat",
  "app.access.choose": "Choose a chat",
  "app.access.added": "Buyers can enter “{chat}” now",
  "app.access.removed": "“{chat}” is not opened any more. Whoever is in stays until their time ends",
  "app.access.remove": "Do not open it any more",
  "app.access.inside": { one: "{count} inside", other: "{count} inside" },
  "app.access.overdue": { one: "{count} should be out by now", other: "{count} should be out by now" },
  "app.access.via": "through @{bot}",
  "app.access.add_text": "Add @{bot} as an administrator who may invite and ban people.",
  "app.access.add_group": "Add the bot to a group",
  "app.access.add_channel": "Add the bot to a channel",
  "app.access.check": "Look again",
  "app.access.open": "Open “{chat}”",
  "app.access.ask": "You will be let in at once",
  "app.access.in": "You are in",
  "app.access.shut": "Cannot be entered right now. The team has been told.",
} as const;
