import type { broadcasts as en } from "../en/broadcasts.ts";
import type { SameShape } from "../translator.ts";

export const broadcasts = {
  "broadcasts.broadcast_not_found": "Такой рассылки нет.",
  "broadcasts.untitled": "Новая рассылка",
  "broadcasts.copy_of": "Копия: {name}",
  "broadcasts.not_a_draft": "Это уже не черновик, изменить рассылку нельзя. Сделайте копию.",
  "broadcasts.draft_changed": "Этот черновик тем временем кто-то изменил.",
  "broadcasts.not_scheduled": "Эта рассылка не запланирована.",
  "broadcasts.not_sending": "Эта рассылка сейчас не отправляется, ставить на паузу нечего.",
  "broadcasts.not_paused": "Эта рассылка не на паузе.",
  "broadcasts.not_cancellable": "Рассылка закончилась или ещё не началась, отменять нечего.",
  "broadcasts.needs_another": "Вы сами попросили её отпустить: сделать это должен кто-то другой.",
  "broadcasts.needs_person": "Это может сделать только участник команды, не программа.",
  "broadcasts.edit_needs_owner":
    "Здесь каждую рассылку отпускают двое: отправленное меняют только владельцы и администраторы.",
  "broadcasts.needs_request": "Здесь нужны двое: один просит отпустить, другой отпускает.",
  "broadcasts.unknown_bots": "Одного из ботов больше нет. Выберите заново.",
  "broadcasts.unknown_chats": "Одной из групп или каналов больше нет. Выберите заново.",
  "broadcasts.unknown_segment": "Такого сегмента нет.",
  "broadcasts.unknown_category": "Такой категории нет.",
  "broadcasts.unknown_language": "На этом языке сообщение не написано.",
  "broadcasts.unknown_people": "Одного из этих людей в рабочем пространстве нет.",
  "broadcasts.condition_too_large": "Условия слишком длинные. Сохраните часть из них как сегмент.",
  "broadcasts.problem.no_letter": "Сообщения ещё нет.",
  "broadcasts.problem.no_fallback": "Нет сообщения на языке, который получат все остальные.",
  "broadcasts.problem.shares": "Доли вариантов в сумме не дают 100 %.",
  "broadcasts.problem.same_variants": "У двух вариантов одинаковое имя.",
  "broadcasts.problem.one_variant": "Для теста нужно хотя бы два варианта.",
  "broadcasts.problem.no_experiment": "Вариантов несколько, а тест для них не настроен.",
  "broadcasts.problem.no_bots": "Не выбран ни один бот.",
  "broadcasts.problem.chat_lost": "Бот не может писать в эту группу или канал.",
  "broadcasts.problem.nobody": "В этой аудитории никого нет.",
  "broadcasts.problem.segment_gone": "Сегмент удалён. Выберите другую аудиторию.",
  "broadcasts.problem.segment_unreadable": "Не получилось посчитать аудиторию. Проверьте её условия.",
  "broadcasts.problem.time_passed": "Выбранное время уже прошло.",
  "broadcasts.problem.losers_differ":
    "Сообщение с картинкой нельзя превратить в текст и наоборот: проигравшие не смогут стать победителем.",
  "broadcasts.is_a_plan": "Повторяющуюся рассылку приостанавливают, продолжают и останавливают как план.",
  "broadcasts.warning.paid":
    "Платная скорость: боту нужны хотя бы 10 000 Stars, 10 000 пользователей в месяц и включённые платные рассылки в BotFather.",
  "broadcasts.warning.quiet": "Тихие часы: отправка начнётся, когда они закончатся у каждого по его времени.",
  "broadcasts.warning.attention": "Кто недавно получил достаточно сообщений, будет пропущен.",
  "broadcasts.warning.urgent": "Срочная: уйдёт и в тихие часы.",
  "broadcasts.warning.no_category": "Без вида: пропустим только тех, кто отказался от всех сообщений.",
  "broadcasts.warning.chat_twice": "«{chat}» выбран через нескольких ботов и получит рассылку столько же раз.",
  "broadcasts.warning.small_sample": {
    one: "До решения наименьший вариант получит около {count} человека, а нужно не меньше {least}: сами цифры победителя не назовут.",
    few: "До решения наименьший вариант получат около {count} человек, а нужно не меньше {least}: сами цифры победителя не назовут.",
    many: "До решения наименьший вариант получат около {count} человек, а нужно не меньше {least}: сами цифры победителя не назовут.",
    other:
      "До решения наименьший вариант получат около {count} человека, а нужно не меньше {least}: сами цифры победителя не назовут.",
  },
  "broadcasts.warning.nothing_counted":
    "В ней нет ни одной учитываемой ссылки: переходы и заказы не покажут, какой вариант лучше.",
  "broadcasts.skipped.opted_out": "Отказался от таких сообщений.",
  "broadcasts.skipped.left_audience": "Когда подошло время, уже не входил в аудиторию.",
  "broadcasts.skipped.attention": "Недавно получил достаточно сообщений.",
  "broadcasts.skipped.unreadable": "Для этого человека сообщение не удалось составить.",
  "broadcasts.skipped.chat_gone": "Чата больше нет.",
  "broadcasts.skipped.too_late": "В часовом поясе этого человека день рассылки уже прошёл.",
  "broadcasts.paused.blocked":
    "Рассылка сама встала на паузу: бота заблокировали {share} % ({people} из {tried}), а её предел {limit} %. Если продолжить, новый предел будет {next} %.",
  "broadcasts.paused.opted_out":
    "Рассылка сама встала на паузу: от сообщений отказались {share} % ({people} из {tried}), а её предел {limit} %. Если продолжить, новый предел будет {next} %.",
  "broadcasts.paused.no_bot": "Рассылка сама встала на паузу: ни один из её ботов не может отправлять.",
  "broadcasts.paused.bot_off": "Бот выключен или отключён.",
  "broadcasts.paused.token_refused": "Telegram не принял токен бота. Подключите бота заново.",
  "broadcasts.paused.stumbled":
    "Рассылка сама встала на паузу: каждая попытка продолжить заканчивается сбоем. Ошибка записана в журнал сервера; когда её исправят, продолжите рассылку.",
  "broadcasts.cancelled.uncounted":
    "Рассылку отменили, пока в ней каждый раз происходил сбой: ожидавшие сообщения отозваны, а цифры станут верными, когда сбой исправят.",
  "broadcasts.cancelled.not_taken_back":
    "Рассылку отменили, но уже стоявшие в очереди сообщения отозвать не удалось: они уйдут в течение секунд, и больше ничего. Ошибка записана в журнал сервера.",
  "broadcasts.failed.lost_right": "Тот, кто запланировал рассылку, больше не может их отправлять.",
  "broadcasts.failed.stumbled":
    "Рассылку не удалось начать: каждая попытка заканчивалась сбоем. Ошибка записана в журнал сервера.",
  "broadcasts.failed.was_broken":
    "К тому времени в ней что-то стало не так. Сделайте копию: её проверка покажет, что именно.",
  "broadcasts.news.open": "Открыть рассылку",
  "broadcasts.news.look": "Посмотреть и решить",
  "broadcasts.news.requested": "«{name}» ждёт запуска",
  "broadcasts.news.requested_by": {
    one: "{person} просит её отправить. Её получит {count} адресат.",
    few: "{person} просит её отправить. Её получат {count} адресата.",
    many: "{person} просит её отправить. Её получат {count} адресатов.",
    other: "{person} просит её отправить. Её получат {count} адресата.",
  },
  "broadcasts.news.sent": "«{name}» отправлена",
  "broadcasts.news.reached": "Доставлено: {sent} из {total}.",
  "broadcasts.news.failed": "Не доставлено: {failed}, из них заблокировали бота или удалились: {blocked}.",
  "broadcasts.news.skipped": "Пропущено: {skipped}.",
  "broadcasts.news.unknown": "Неизвестно, дошло ли: {unknown}. Им можно отправить ещё раз.",
  "broadcasts.news.paused": "«{name}» на паузе",
  "broadcasts.news.so_far": "Пока доставлено: {sent} из {total}.",
  "broadcasts.news.bot_stopped": "«{name}»: {bot} не может отправлять",
  "broadcasts.news.not_started": "«{name}» не отправлена",
} satisfies SameShape<typeof en>;
