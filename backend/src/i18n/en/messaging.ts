/** Words of chats and deliveries: refusals, and the reasons why a message did not arrive. */
export const messaging = {
  "messaging.chat_not_found": "There is no such chat.",
  "messaging.delivery_not_found": "There is no such message.",
  "messaging.chat_not_writable": "The bot cannot write to this chat at the moment.",
  "messaging.label_invalid": "Give the chat a name of 1 to 80 characters.",
  "messaging.not_cancellable": "This message is no longer waiting, so it cannot be cancelled.",
  "messaging.not_unknown": "The outcome of this message is known, so it is not sent again.",

  "messaging.failed.chat_blocked": "The person blocked the bot.",
  "messaging.failed.chat_deactivated": "The person deleted their Telegram account.",
  "messaging.failed.chat_kicked": "The bot was removed from the chat. Add it again to go on.",
  "messaging.failed.chat_deleted": "The chat no longer exists.",
  "messaging.failed.chat_no_rights": "The bot may not write in this chat. Give it the right to post messages.",
  "messaging.failed.chat_unreachable": "Telegram does not find the chat: the person has not started the bot.",
  "messaging.failed.chat_removed": "The chat was removed from the workspace.",
  "messaging.failed.bot_gone": "The bot was disconnected.",
  "messaging.failed.topic_gone": "The topic no longer exists. Choose another one.",
  "messaging.failed.topic_closed": "The topic is closed. Reopen it, or make the bot an administrator.",
  "messaging.failed.text_refused": "Telegram did not accept the formatting of the text.",
  "messaging.failed.too_long": "The text is too long for Telegram.",
  "messaging.failed.empty": "The message has no text.",
  "messaging.failed.file_refused": "Telegram did not accept the file or could not fetch its address.",
  "messaging.failed.buttons_refused": "Telegram did not accept the buttons.",
  "messaging.failed.refused": "Telegram refused the message.",
  "messaging.failed.message_gone": "The message is no longer there: it was deleted in the chat.",
  "messaging.failed.too_old": "The message is older than 48 hours, so Telegram does not let it be deleted.",
  "messaging.failed.not_editable": "Telegram does not let this message be edited.",
  "messaging.failed.other_kind":
    "A message with a file cannot become one of text only, and its file cannot be taken away.",
  "messaging.failed.gave_up": "It could not be sent after several tries.",
  "messaging.failed.unsendable": "The message could not be put into a form that Telegram takes.",
  "messaging.unknown.answer_lost":
    "Telegram's answer was lost: the message may have arrived. Sending it again may show it twice.",
  "messaging.unknown.interrupted":
    "Sending was interrupted: the message may have arrived. Sending it again may show it twice.",
  "messaging.cancelled.by_member": "Cancelled by a member of the team.",
  "messaging.cancelled.no_longer_needed": "No longer needed.",

  "messaging.test.text": "This is a test message. Alerts for “{chat}” will arrive here.",
  "messaging.chat_lost.text": "The bot can no longer write to “{chat}”. {reason}",
} as const;
