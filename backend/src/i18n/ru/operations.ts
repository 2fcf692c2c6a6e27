import type { operations as en } from "../en/operations.ts";
import type { SameShape } from "../translator.ts";

export const operations = {
  "operations.event_not_found": "Такого вызова нет. Возможно, срок его хранения истёк.",
  "operations.replay_not_found": "Такого повтора нет.",
  "operations.replay_running": "Ещё идёт другой повтор. Дождитесь его конца или остановите его.",
  "operations.choose_one": "Укажите вызовы: либо по номерам, либо все подходящие.",
  "operations.recipient_unknown": "Одного из получателей нет в команде.",
  "operations.reading_failed": "Вызов не удалось разобрать из-за сбоя на нашей стороне. Можно попробовать ещё раз.",

  "operations.alert.fired": "Требует внимания",
  "operations.alert.cleared": "Решено",
  "operations.alert.open": "Открыть",

  "operations.alert.inbox_backlog":
    "Принятые вызовы ждут разбора: {count}, самый старый — {seconds} с. Возможно, обработчики остановлены или их мало.",
  "operations.alert.error_rate": "Ошибок за последнюю минуту: {count}.",
  "operations.alert.disk_low": "На {host} мало места на диске: {megabytes} МБ.",
  "operations.alert.database_slow": "База данных отвечает медленно: {ms} мс на простейший запрос.",
  "operations.alert.database_away":
    "База данных была недоступна {seconds} с. Она снова работает; вызовы за это время были отклонены, отправители их повторят.",
  "operations.alert.process_lost":
    "Процесс на {host} не подаёт признаков жизни {minutes} мин. Он был убит или потерял сеть.",
  "operations.alert.jobs_dead":
    "Задания, исчерпавшие все попытки: {count}, первое — {name}. Их больше никто не выполнит; ошибки — в журнале.",
  "operations.alert.delivery_late": "Сообщения, которые должны были уйти, ждут: {count}, самое старое — {seconds} с.",
  "operations.alert.dead_letters":
    "Вызовы, которые не удалось разобрать за пять попыток: {count}. Они сохранены во входящих.",
  "operations.alert.unknown_old":
    "Сообщения, исход которых неизвестен больше часа: {count}. Решите, отправлять ли их ещё раз.",
  "operations.alert.lane_paused":
    "Бот @{bot} ничего не отправляет с {since}: Telegram просит подождать или не отвечает.",
  "operations.alert.bot_disconnected":
    "Telegram не принимает токен бота @{bot}. Подключите его заново с верным токеном.",
  "operations.alert.webhook_troubled": "Telegram не может доставить обновления боту @{bot}: ждут {count}.",
  "operations.alert.connection_silent": "Подключение «{name}» молчит {hours} ч — намного дольше обычного.",
  "operations.alert.door_shut":
    "Доступ в «{name}» не работает: бота там нет или у него нет права приглашать и блокировать. Покупатели могут не войти; что делать, написано в товаре.",
  "operations.alert.posts_waiting": {
    one: "{count} пост ждёт исполнителя уже {minutes} мин. Работает ли исполнитель?",
    few: "{count} поста ждут исполнителя, самый старый — {minutes} мин. Работает ли исполнитель?",
    many: "{count} постов ждут исполнителя, самый старый — {minutes} мин. Работает ли исполнитель?",
    other: "{count} поста ждут исполнителя, самый старый — {minutes} мин. Работает ли исполнитель?",
  },
  "operations.alert.endpoint_disabled":
    "Вебхук «{name}» выключен: его адрес несколько дней не принимает вызовы или сообщает, что его больше нет.",
  "operations.alert.provider_troubled":
    "Запросы к платёжной системе «{name}» не проходят с {since}. Всё, что нужно, повторяется.",
  "operations.alert.payments_unheard":
    "Платежи через «{name}», о которых не сообщил вебхук: {count}. Мы нашли их сами и зачли; проверьте адрес вебхука в платёжной системе.",
  "operations.alert.payments_to_check": "Платежи, которые не подошли ни к одному заказу и ждут решения: {count}.",
  "operations.alert.books_differ":
    "Книги не сходятся, расхождений: {count}. Ничего не изменено; разберитесь, прежде чем выплачивать.",

  "operations.alert_over.inbox_backlog": "Принятые вызовы снова разбираются вовремя.",
  "operations.alert_over.error_rate": "Число ошибок снова в норме.",
  "operations.alert_over.disk_low": "На {host} снова достаточно места.",
  "operations.alert_over.database_slow": "База данных снова отвечает быстро.",
  "operations.alert_over.delivery_late": "Сообщения снова уходят вовремя.",
  "operations.alert_over.unknown_old": "Сообщений с давно неизвестным исходом больше нет.",
  "operations.alert_over.lane_paused": "Бот @{bot} снова отправляет.",
  "operations.alert_over.bot_disconnected": "Бот @{bot} снова подключён.",
  "operations.alert_over.webhook_troubled": "Бот @{bot} получает обновления как положено.",
  "operations.alert_over.connection_silent": "Подключение «{name}» снова активно.",
  "operations.alert_over.endpoint_disabled": "Вебхук «{name}» снова включён.",
  "operations.alert_over.provider_troubled": "Платёжная система «{name}» снова отвечает.",
  "operations.alert_over.books_differ": "Книги снова сходятся.",
  "operations.alert_over.door_shut": "«{name}» снова открывается покупателям.",
  "operations.alert_over.posts_waiting": "Исполнители снова берут посты.",

  "operations.health.database_ok": "База данных отвечает за {ms} мс.",
  "operations.health.database_warning": "База данных отвечает медленно: {ms} мс.",
  "operations.health.database_failing": "База данных почти не отвечает: {ms} мс.",
  "operations.health.inbox_ok": "Принятые вызовы разбираются сразу.",
  "operations.health.inbox_warning":
    "Ждут разбора: {waiting}, самый старый — {seconds} с; отложено после пяти попыток: {dead}.",
  "operations.health.inbox_failing": "Принятые вызовы никто не разбирает: ждут {waiting}, самый старый — {seconds} с.",
  "operations.health.deliveries_ok": "Сообщения уходят вовремя.",
  "operations.health.deliveries_warning": "Сообщения опаздывают: ждут {waiting}, самое старое — {seconds} с.",
  "operations.health.deliveries_failing": "Сообщения не уходят: ждут {waiting}, самое старое — {seconds} с.",
  "operations.health.unknown_ok": "Исход каждого сообщения известен.",
  "operations.health.unknown_warning": "Сообщений с неизвестным исходом: {number}.",
  "operations.health.unknown_failing":
    "Сообщений с неизвестным исходом: {number}, часть — больше часа. Примите решение по ним.",
  "operations.health.lanes_ok": "Все боты могут отправлять.",
  "operations.health.lanes_warning": "Ботов на паузе: {number}.",
  "operations.health.lanes_failing": "Ботов на паузе: {number}.",
  "operations.health.bots_ok": "Все боты подключены.",
  "operations.health.bots_warning": "Ботов с неполадками: {number}.",
  "operations.health.bots_failing": "Ботов с неполадками: {number}, часть совсем не работает.",
  "operations.health.jobs_ok": "Все задания выполняются или ждут новой попытки.",
  "operations.health.jobs_warning":
    "Задания, исчерпавшие все попытки: {number}. Первое — {name}, {hours} ч назад. Их больше никто не выполнит.",
  "operations.health.processes_ok": "Работающих процессов: {alive}.",
  "operations.health.processes_warning": "Работающих процессов: {alive}; не отвечают уже минуты: {lost}.",
  "operations.health.processes_failing": "Ни один процесс не сообщает, что работает.",
  "operations.health.disk_ok": "Свободно на диске: {gigabytes} ГБ.",
  "operations.health.disk_warning": "Места на диске становится мало: осталось {gigabytes} ГБ.",
  "operations.health.disk_failing": "Места на диске почти не осталось: {gigabytes} ГБ.",

  "operations.bot.working": "Работает.",
  "operations.bot.inactive": "Выключен.",
  "operations.bot.paused": "На паузе: Telegram просит подождать или не отвечает.",
} as const satisfies SameShape<typeof en>;
