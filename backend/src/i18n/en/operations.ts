/** Words of operations: the inbox, alerts, the health page, settings. */
export const operations = {
  "operations.event_not_found": "There is no such call. It may be older than calls are kept.",
  "operations.replay_not_found": "There is no such replay.",
  "operations.replay_running": "Another replay is still running. Wait for its end, or stop it.",
  "operations.choose_one": "Say which calls: either by their ids or all that match.",
  "operations.recipient_unknown": "One of the recipients is not in the team.",
  "operations.reading_failed": "The call could not be read because of a fault on our side. You can try again.",

  "operations.alert.fired": "Needs attention",
  "operations.alert.cleared": "Solved",
  "operations.alert.open": "Open",

  "operations.alert.inbox_backlog":
    "Received calls are waiting to be read: {count}, the oldest for {seconds} s. Workers may be down or too few.",
  "operations.alert.error_rate": "Errors in the last minute: {count}.",
  "operations.alert.disk_low": "Little disk space is left on {host}: {megabytes} MB.",
  "operations.alert.database_slow": "The database answers slowly: {ms} ms for the smallest question.",
  "operations.alert.database_away":
    "The database could not be reached for {seconds} s. It is back; calls that came meanwhile were refused, and their senders repeat them.",
  "operations.alert.process_lost":
    "A process on {host} has not been heard of for {minutes} min. It was killed or lost its network.",
  "operations.alert.jobs_dead":
    "Jobs that failed as often as they may: {count}, first {name}. Nobody does them any more; the log has their errors.",
  "operations.alert.delivery_late":
    "Messages that should have gone out are waiting: {count}, the oldest for {seconds} s.",
  "operations.alert.dead_letters": "Calls that could not be read in five tries: {count}. They are kept in the inbox.",
  "operations.alert.unknown_old":
    "Messages whose outcome is unknown for more than an hour: {count}. Decide whether to send them again.",
  "operations.alert.lane_paused":
    "Bot @{bot} has sent nothing since {since}: Telegram asked us to wait, or does not answer.",
  "operations.alert.bot_disconnected": "Telegram refuses the token of bot @{bot}. Connect it again with a valid token.",
  "operations.alert.webhook_troubled": "Telegram has trouble delivering updates to bot @{bot}: {count} are waiting.",
  "operations.alert.connection_silent": "Connection “{name}” has been silent for {hours} h, much longer than usual.",
  "operations.alert.door_shut":
    "“{name}” cannot be kept closed: its bot is not there, or may not invite or ban people. Buyers may stand before a shut door; the product says what to do.",
  "operations.alert.posts_waiting": {
    one: "{count} post has been waiting for a worker for {minutes} min. Is the worker running?",
    other: "{count} posts wait for a worker, the oldest for {minutes} min. Is the worker running?",
  },
  "operations.alert.endpoint_disabled":
    "Webhook “{name}” has been switched off: its address has answered no call for days, or says that it is gone.",
  "operations.alert.provider_troubled":
    "Calls to payment provider “{name}” have been failing since {since}. What was asked for is tried again.",
  "operations.alert.payments_unheard":
    "Payments through “{name}” that no webhook told of: {count}. They were found by asking and are settled; check the webhook's address at the provider.",
  "operations.alert.payments_to_check": "Payments that fit no order and wait for a decision: {count}.",
  "operations.alert.books_differ":
    "The books do not add up: {count} differences. Nothing was changed; look at them before you pay anything out.",

  "operations.alert_over.inbox_backlog": "Received calls are read in time again.",
  "operations.alert_over.error_rate": "Errors are back to normal.",
  "operations.alert_over.disk_low": "There is enough disk space on {host} again.",
  "operations.alert_over.database_slow": "The database answers quickly again.",
  "operations.alert_over.delivery_late": "Messages go out in time again.",
  "operations.alert_over.unknown_old": "No message has an outcome unknown for long any more.",
  "operations.alert_over.lane_paused": "Bot @{bot} sends again.",
  "operations.alert_over.bot_disconnected": "Bot @{bot} is connected again.",
  "operations.alert_over.webhook_troubled": "Bot @{bot} receives updates as it should.",
  "operations.alert_over.connection_silent": "Connection “{name}” is active again.",
  "operations.alert_over.endpoint_disabled": "Webhook “{name}” is switched on again.",
  "operations.alert_over.provider_troubled": "Payment provider “{name}” answers again.",
  "operations.alert_over.books_differ": "The books add up again.",
  "operations.alert_over.door_shut": "“{name}” opens to buyers again.",
  "operations.alert_over.posts_waiting": "Workers take posts again.",

  "operations.health.database_ok": "The database answers in {ms} ms.",
  "operations.health.database_warning": "The database answers slowly: {ms} ms.",
  "operations.health.database_failing": "The database hardly answers: {ms} ms.",
  "operations.health.inbox_ok": "Received calls are read as they come.",
  "operations.health.inbox_warning":
    "Waiting calls: {waiting}, the oldest for {seconds} s; set aside after five tries: {dead}.",
  "operations.health.inbox_failing": "Nobody reads received calls: {waiting} wait, the oldest for {seconds} s.",
  "operations.health.deliveries_ok": "Messages go out in time.",
  "operations.health.deliveries_warning": "Messages are late: {waiting} wait, the oldest for {seconds} s.",
  "operations.health.deliveries_failing": "Messages do not go out: {waiting} wait, the oldest for {seconds} s.",
  "operations.health.unknown_ok": "The outcome of every message is known.",
  "operations.health.unknown_warning": "Messages of unknown outcome: {number}.",
  "operations.health.unknown_failing":
    "Messages of unknown outcome: {number}, some for more than an hour. Decide about them.",
  "operations.health.lanes_ok": "Every bot may send.",
  "operations.health.lanes_warning": "Bots that are pausing: {number}.",
  "operations.health.lanes_failing": "Bots that are pausing: {number}.",
  "operations.health.bots_ok": "All bots are connected.",
  "operations.health.bots_warning": "Bots with trouble: {number}.",
  "operations.health.bots_failing": "Bots with trouble: {number}, some cannot work at all.",
  "operations.health.jobs_ok": "Every job is done, or will be tried again.",
  "operations.health.jobs_warning":
    "Jobs that nobody does any more, because they failed too often: {number}. First {name}, {hours} h ago.",
  "operations.health.processes_ok": "Processes at work: {alive}.",
  "operations.health.processes_warning": "Processes at work: {alive}; not heard of for minutes: {lost}.",
  "operations.health.processes_failing": "No process reports that it works.",
  "operations.health.disk_ok": "Free disk space: {gigabytes} GB.",
  "operations.health.disk_warning": "Disk space is getting short: {gigabytes} GB are left.",
  "operations.health.disk_failing": "Almost no disk space is left: {gigabytes} GB.",

  "operations.bot.working": "Works.",
  "operations.bot.inactive": "Switched off.",
  "operations.bot.paused": "Pauses: Telegram asked it to wait, or does not answer.",
} as const;
