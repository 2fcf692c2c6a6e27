import type { sequences as en } from "../en/sequences.ts";
import type { SameShape } from "../translator.ts";

export const sequences = {
  "sequences.cron_unreadable":
    "Строку не удаётся прочитать. В ней пять частей: минута, час, день месяца, месяц, день недели.",
  "sequences.cron_never": "Такого дня не бывает: рассылка никогда не выйдет.",
  "sequences.cron_too_often": "Слишком часто: между выпусками должно быть не меньше {minutes} минут.",
  "sequences.time_zone_unknown": "Такого часового пояса нет.",
  "sequences.not_a_plan": "Эта рассылка не повторяется.",
  "sequences.plan_is_over": "План закончился: приостанавливать и продолжать уже нечего.",
  "sequences.not_an_experiment": "Здесь не сравнивают варианты, или ещё ничего не отправлено.",
  "sequences.winner_chosen": "Уже выбран другой вариант.",
  "sequences.variant_unknown": "Такого варианта нет.",
  "sequences.sequence_not_found": "Такой цепочки нет.",
  "sequences.person_not_found": "Такого человека нет.",
  "sequences.run_not_found": "Этого человека здесь нет.",
  "sequences.name_invalid": "Дайте название не длиннее {limit} символов.",
  "sequences.too_many": "Цепочек может быть не больше {limit}.",
  "sequences.is_empty": "Сначала добавьте хотя бы один шаг.",
  "sequences.has_sent":
    "Цепочка уже отправляла сообщения: вместе с ней пропали бы их ссылки и показатели. Уберите её в архив.",
  "sequences.archived": "Цепочка в архиве: сначала верните её.",
  "sequences.changed_meanwhile": "Тем временем эту цепочку изменил кто-то другой.",
  "sequences.nothing_waits": "Цепочка уже работает в таком виде: отпускать нечего.",
  "sequences.not_active": "Цепочка не работает: сначала запустите её.",
  "sequences.step_unknown": "Одного из шагов уже нет: цепочку изменил кто-то другой. Откройте её заново.",
  "sequences.choice_unknown": "Чего-то из названного здесь больше нет. Выберите заново.",
  "sequences.value_unfit": "Такого значения у поля быть не может.",
  "sequences.already_in": "Этот человек уже в цепочке или прошёл её.",
  "sequences.person_unreachable":
    "Этому человеку она не дойдёт: бот заблокирован, пишет другой бот или он отказался от таких сообщений.",
  "sequences.news.requested_by": {
    one: "{person} просит запустить цепочку, в ней {count} сообщение.",
    few: "{person} просит запустить цепочку, в ней {count} сообщения.",
    many: "{person} просит запустить цепочку, в ней {count} сообщений.",
    other: "{person} просит запустить цепочку, в ней {count} сообщения.",
  },
  "sequences.news.change_requested_by": {
    one: "{person} просит изменить работающую цепочку. Сейчас в ней {count} человек.",
    few: "{person} просит изменить работающую цепочку. Сейчас в ней {count} человека.",
    many: "{person} просит изменить работающую цепочку. Сейчас в ней {count} человек.",
    other: "{person} просит изменить работающую цепочку. Сейчас в ней {count} человека.",
  },
  "sequences.halted.launcher": "Тот, кто её запустил, больше не может отправлять рассылки",
  "sequences.halted.bots": "Ни один из её ботов не подключён",
  "sequences.halted.failed": "Её не удалось запустить пять раз подряд",
  "sequences.told.halted": "«{name}» приостановлена и больше ничего не отправляет. {reason}.",
  "sequences.told.missed": {
    one: "«{name}»: пока сервис стоял, пропущен {count} выпуск, он не будет отправлен.",
    few: "«{name}»: пока сервис стоял, пропущено {count} выпуска, они не будут отправлены.",
    many: "«{name}»: пока сервис стоял, пропущено {count} выпусков, они не будут отправлены.",
    other: "«{name}»: пока сервис стоял, пропущено {count} выпуска, они не будут отправлены.",
  },
  "sequences.told.winner": "«{name}»: по результатам победил вариант {key}, его получат все остальные.",
  "sequences.told.undecided_too_few":
    "«{name}»: людей или результатов слишком мало, чтобы назвать победителя. Выберите вариант сами.",
  "sequences.told.undecided_close":
    "«{name}»: варианты слишком близки, чтобы назвать победителя. Выберите вариант сами.",
  "sequences.told.undecided_failed": "«{name}»: победителя не удалось определить из-за сбоя. Выберите вариант сами.",
} satisfies SameShape<typeof en>;
