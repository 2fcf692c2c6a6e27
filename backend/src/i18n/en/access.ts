/** What the server says of closed chats. */
export const access = {
  "access.product_not_found": "There is no such product.",
  "access.chat_not_found": "There is no such chat here.",
  "access.nothing_opens": "Nothing you have opens this chat. You can get access in the shop.",
  "access.private_chat": "A private chat cannot be sold. Choose a group or a channel.",
  "access.person_not_found": "There is no such person.",
  "access.opens_nothing": "A top-up puts money on a balance and opens no chats.",
  "access.too_many": { one: "A product opens {count} chat at most.", other: "A product opens {count} chats at most." },
  "access.other_bot": "This chat is opened through @{bot} already. Choose the one of that bot.",
  "access.team_told": "This chat cannot be entered right now. The team has been told.",
  "access.not_now": "Telegram does not answer right now. Try again in a moment.",
  "access.problem.group":
    "An ordinary group cannot be closed. Show its history to new members in the group's settings: Telegram then makes it a supergroup.",
  "access.problem.bot_off": "@{bot} is switched off or disconnected. Switch it on in Control → Bots.",
  "access.problem.away":
    "@{bot} is not in this chat any more. Add it again as an administrator who may invite and ban people.",
  "access.problem.rights":
    "@{bot} may neither invite nor ban people here. In the chat: Administrators → @{bot} → switch on “Invite users via link” and “Ban users”.",
  "access.problem.invite":
    "@{bot} may not invite people here, so nobody can come in. In the chat: Administrators → @{bot} → switch on “Invite users via link”.",
  "access.problem.remove":
    "@{bot} may not ban people here, so nobody can be shown out. In the chat: Administrators → @{bot} → switch on “Ban users”.",
  "access.told.declined":
    "“{chat}” is open to those who have bought access. You can get it here, and then ask to join again.",
  "access.told.removed":
    "What opened “{chat}” for you has ended, and you are no longer in it. You can come back any time.",
  "access.told.back": "“{chat}” is open to you again. You can come back in.",
  "access.told.buy": "Get access",
  "access.told.enter": "Come in",
} as const;
