/** Words of bots: what they say in chats, their commands, and errors about them. */
export const bots = {
  "bots.bot_not_found": "There is no such bot.",
  "bots.token_refused": "Telegram no longer accepts this bot's token. Get a new one from @BotFather.",
  "bots.telegram_away": "Telegram could not be reached. We will try again by ourselves.",
  "bots.set_up_refused": "Telegram refuses the set-up of this bot: {reason}",
  "bots.webhook_elsewhere":
    "Another program has taken this bot's updates over. Set the bot up again to take them back.",
  "bots.polled_elsewhere": "Another program reads this bot's updates. Stop it, or this bot will not hear people.",
  "bots.webhook_failing": "Telegram cannot deliver updates: {reason}",
  "bots.updates_pile_up": "Telegram holds {count} updates that we have not taken yet.",
  "bots.token_malformed": "This is not a bot token. @BotFather writes it as a number, a colon and 35 characters.",
  "bots.token_unknown":
    "Telegram does not know this token. Copy it again from @BotFather, whole, or get a new one there.",
  "bots.too_many": "A workspace can have at most {max} bots.",
  "bots.connected_elsewhere":
    "@{bot} is connected in another workspace. If it is yours, take it over: it will stop working there.",
  "bots.platform_stays":
    "This bot comes from the settings of the installation (BOT_TOKEN). It can only be changed there.",
  "bots.other_bot": "This is the token of @{given}, not of @{wanted}.",
  "bots.command_blank": "Say what /{command} does.",
  "bots.command_repeated": "The command /{command} stands here twice.",
  "bots.language_unknown": "There is no such language.",
  "bots.cannot_manage": "This bot may not create bots. Allow it in @BotFather: Bot Settings → Bot Management Mode.",
  "bots.press_start_first": "Press Start in @{bot} first: the button arrives there.",
  "bots.taken_over.text":
    "Your bot @{bot} was connected to another workspace with its token and no longer works here.\n\nIf that was not you, revoke the token in @BotFather (/revoke) and connect the bot again with the new one.",
  "bots.managed.ask":
    "Press the button below the message field. Telegram will ask for a name and create the bot; it then appears in the app by itself.",
  "bots.managed.button": "Create a bot",
  "bots.managed.done": "@{bot} is connected.",
  "bots.managed.elsewhere":
    "@{bot} is connected in another workspace. To have it here, connect it in the app with its token.",

  "bots.command.start": "Start",
  "bots.command.app": "Open the app",
  "bots.command.help": "What this bot can do",
  "bots.command.admin": "Team tools",
  "bots.command.stats": "Today in numbers",
  "bots.command.subscriptions": "What this bot may send you",
  "bots.command.stop": "Stop all mailings",
  "bots.command.paysupport": "Help with a payment",
  "bots.command.terms": "Terms of purchases",
  "bots.menu_button": "Open",

  "bots.open_app": "Open the app",
  "bots.open_conversions": "Conversions",
  "bots.open_connections": "Connections",
  "bots.open_broadcasts": "Broadcasts",
  "bots.open_audience": "People",
  "bots.broadcast.text": "Write a message, choose who gets it, and see whom it reaches before it goes out.",
  "bots.broadcast.new": "New broadcast",
  "bots.open_members": "Members",
  "bots.open_chats": "Chats",

  "bots.start.hello": "Hello, {name}!",
  "bots.start.hello_nameless": "Hello!",
  "bots.start.person": "This is the bot of “{workspace}”. Everything happens in the app; messages arrive here.",
  "bots.start.member": "You are in the team of “{workspace}”, your role: {role}. Alerts and answers arrive here.",
  "bots.app.text": "Tap the button to open the app.",
  "bots.app.unavailable": "The app has no public address yet. Whoever runs this installation must set PUBLIC_URL.",
  "bots.help.person": "This bot opens the app of “{workspace}” and brings you its messages.",
  "bots.help.member":
    "Add me to a group or channel, and alerts can go there: choose the chat in a connection's settings.",
  "bots.help.commands": "Commands:",
  "bots.paysupport.text":
    "Something is wrong with a payment? Write what happened and the number of the order: it stands in the app, in the order itself.",
  "bots.paysupport.contact": "Whom to write to: {contact}",
  "bots.terms.text":
    "The terms of every product stand on its page in the app, above the button that pays: whoever pays agrees to them. Questions about a payment: /paysupport.",
  "bots.admin.text": "Tools of the team of “{workspace}”:",
  "bots.team_only": "This command is for the team of “{workspace}”.",
  "bots.joined": "Welcome to the team of “{workspace}”! Your role: {role}.",

  "bots.stats.title": "Today, {day}",
  "bots.stats.conversions": "Conversions",
  "bots.stats.no_conversions": "No conversions yet.",
  "bots.stats.orders": "Orders",
  "bots.stats.placed": "New: {number}",
  "bots.stats.paid": "Paid: {number}",
  "bots.stats.messages": "Messages",
  "bots.stats.sent": "Sent: {number}",
  "bots.stats.waiting": "Waiting: {number}",
  "bots.stats.failed": "Failed: {number}",
  "bots.stats.unknown": "Outcome unknown: {number}",
  "bots.stats.since": "Since midnight, {zone}",

  "bots.chat.added_group":
    "I am here! To get alerts in this group, open the app, choose a connection and set this chat as its target.",
  "bots.chat.added_forum":
    "I am here! To get alerts in this group or in one of its topics, open the app, choose a connection and set this chat as its target. I learn of a topic as soon as somebody writes in it.",
  "bots.chat.added_channel":
    "I am here! To get alerts in this channel, open the app, choose a connection and set this channel as its target.",
} as const;
