import type { operations as en } from "../en/operations.ts";
import type { SameShape } from "../translator.ts";

export const operations = {
  "operations.event_not_found": "Такого виклику немає. Можливо, термін його зберігання минув.",
  "operations.replay_not_found": "Такого повтору немає.",
  "operations.replay_running": "Ще триває інший повтор. Дочекайтеся його кінця або зупиніть його.",
  "operations.choose_one": "Вкажіть виклики: або за номерами, або всі відповідні.",
  "operations.recipient_unknown": "Одного з отримувачів немає в команді.",
  "operations.reading_failed": "Виклик не вдалося розібрати через збій на нашому боці. Можна спробувати ще раз.",

  "operations.alert.fired": "Потребує уваги",
  "operations.alert.cleared": "Вирішено",
  "operations.alert.open": "Відкрити",

  "operations.alert.inbox_backlog":
    "Прийняті виклики чекають на розбір: {count}, найстаріший — {seconds} с. Можливо, обробники зупинено або їх замало.",
  "operations.alert.error_rate": "Помилок за останню хвилину: {count}.",
  "operations.alert.disk_low": "На {host} мало місця на диску: {megabytes} МБ.",
  "operations.alert.database_slow": "База даних відповідає повільно: {ms} мс на найпростіший запит.",
  "operations.alert.database_away":
    "База даних була недоступна {seconds} с. Вона знову працює; виклики за цей час відхилено, відправники їх повторять.",
  "operations.alert.process_lost":
    "Процес на {host} не подає ознак життя {minutes} хв. Його було вбито або він утратив мережу.",
  "operations.alert.jobs_dead":
    "Завдання, що вичерпали всі спроби: {count}, перше — {name}. Їх більше ніхто не виконає; помилки — у журналі.",
  "operations.alert.delivery_late": "Повідомлення, які мали піти, чекають: {count}, найстаріше — {seconds} с.",
  "operations.alert.dead_letters": "Виклики, які не вдалося розібрати за п'ять спроб: {count}. Їх збережено у вхідних.",
  "operations.alert.unknown_old":
    "Повідомлення, підсумок яких невідомий понад годину: {count}. Вирішіть, чи надсилати їх ще раз.",
  "operations.alert.lane_paused":
    "Бот @{bot} нічого не надсилає з {since}: Telegram просить зачекати або не відповідає.",
  "operations.alert.bot_disconnected":
    "Telegram не приймає токен бота @{bot}. Підключіть його знову з правильним токеном.",
  "operations.alert.webhook_troubled": "Telegram не може доставити оновлення боту @{bot}: чекають {count}.",
  "operations.alert.connection_silent": "Підключення «{name}» мовчить {hours} год — набагато довше, ніж зазвичай.",
  "operations.alert.door_shut":
    "Доступ до «{name}» не працює: бота там немає або він не має права запрошувати й блокувати. Покупці можуть не ввійти; що робити, написано в товарі.",
  "operations.alert.posts_waiting": {
    one: "{count} допис чекає на виконавця вже {minutes} хв. Чи працює виконавець?",
    few: "{count} дописи чекають на виконавця, найстаріший — {minutes} хв. Чи працює виконавець?",
    many: "{count} дописів чекають на виконавця, найстаріший — {minutes} хв. Чи працює виконавець?",
    other: "{count} допису чекають на виконавця, найстаріший — {minutes} хв. Чи працює виконавець?",
  },
  "operations.alert.endpoint_disabled":
    "Вебхук «{name}» вимкнено: його адреса кілька днів не приймає виклики або повідомляє, що її більше немає.",
  "operations.alert.provider_troubled":
    "Запити до платіжної системи «{name}» не проходять із {since}. Усе потрібне повторюється.",
  "operations.alert.payments_unheard":
    "Платежі через «{name}», про які не повідомив вебхук: {count}. Ми знайшли їх самі й зарахували; перевірте адресу вебхука в платіжній системі.",
  "operations.alert.payments_to_check": "Платежі, що не підійшли до жодного замовлення й чекають на рішення: {count}.",
  "operations.alert.books_differ":
    "Книги не сходяться, розбіжностей: {count}. Нічого не змінено; розберіться, перш ніж виплачувати.",

  "operations.alert_over.inbox_backlog": "Прийняті виклики знову розбираються вчасно.",
  "operations.alert_over.error_rate": "Кількість помилок знову в нормі.",
  "operations.alert_over.disk_low": "На {host} знову достатньо місця.",
  "operations.alert_over.database_slow": "База даних знову відповідає швидко.",
  "operations.alert_over.delivery_late": "Повідомлення знову йдуть вчасно.",
  "operations.alert_over.unknown_old": "Повідомлень із давно невідомим підсумком більше немає.",
  "operations.alert_over.lane_paused": "Бот @{bot} знову надсилає.",
  "operations.alert_over.bot_disconnected": "Бот @{bot} знову підключено.",
  "operations.alert_over.webhook_troubled": "Бот @{bot} отримує оновлення як слід.",
  "operations.alert_over.connection_silent": "Підключення «{name}» знову активне.",
  "operations.alert_over.endpoint_disabled": "Вебхук «{name}» знову ввімкнено.",
  "operations.alert_over.provider_troubled": "Платіжна система «{name}» знову відповідає.",
  "operations.alert_over.books_differ": "Книги знову сходяться.",
  "operations.alert_over.door_shut": "«{name}» знову відкривається покупцям.",
  "operations.alert_over.posts_waiting": "Виконавці знову беруть дописи.",

  "operations.health.database_ok": "База даних відповідає за {ms} мс.",
  "operations.health.database_warning": "База даних відповідає повільно: {ms} мс.",
  "operations.health.database_failing": "База даних майже не відповідає: {ms} мс.",
  "operations.health.inbox_ok": "Прийняті виклики розбираються одразу.",
  "operations.health.inbox_warning":
    "Чекають на розбір: {waiting}, найстаріший — {seconds} с; відкладено після п'яти спроб: {dead}.",
  "operations.health.inbox_failing":
    "Прийняті виклики ніхто не розбирає: чекають {waiting}, найстаріший — {seconds} с.",
  "operations.health.deliveries_ok": "Повідомлення йдуть вчасно.",
  "operations.health.deliveries_warning": "Повідомлення запізнюються: чекають {waiting}, найстаріше — {seconds} с.",
  "operations.health.deliveries_failing": "Повідомлення не йдуть: чекають {waiting}, найстаріше — {seconds} с.",
  "operations.health.unknown_ok": "Підсумок кожного повідомлення відомий.",
  "operations.health.unknown_warning": "Повідомлень із невідомим підсумком: {number}.",
  "operations.health.unknown_failing":
    "Повідомлень із невідомим підсумком: {number}, частина — понад годину. Вирішіть, що з ними робити.",
  "operations.health.lanes_ok": "Усі боти можуть надсилати.",
  "operations.health.lanes_warning": "Ботів на паузі: {number}.",
  "operations.health.lanes_failing": "Ботів на паузі: {number}.",
  "operations.health.bots_ok": "Усі боти підключені.",
  "operations.health.bots_warning": "Ботів із негараздами: {number}.",
  "operations.health.bots_failing": "Ботів із негараздами: {number}, частина зовсім не працює.",
  "operations.health.jobs_ok": "Усі завдання виконуються або чекають на нову спробу.",
  "operations.health.jobs_warning":
    "Завдання, що вичерпали всі спроби: {number}. Перше — {name}, {hours} год тому. Їх більше ніхто не виконає.",
  "operations.health.processes_ok": "Процесів працює: {alive}.",
  "operations.health.processes_warning": "Процесів працює: {alive}; не відповідають уже хвилини: {lost}.",
  "operations.health.processes_failing": "Жоден процес не повідомляє, що працює.",
  "operations.health.disk_ok": "Вільно на диску: {gigabytes} ГБ.",
  "operations.health.disk_warning": "Місця на диску стає мало: залишилося {gigabytes} ГБ.",
  "operations.health.disk_failing": "Місця на диску майже не залишилося: {gigabytes} ГБ.",

  "operations.bot.working": "Працює.",
  "operations.bot.inactive": "Вимкнено.",
  "operations.bot.paused": "На паузі: Telegram просить зачекати або не відповідає.",
} as const satisfies SameShape<typeof en>;
