import type { sequences as en } from "../en/sequences.ts";
import type { SameShape } from "../translator.ts";

export const sequences = {
  "sequences.cron_unreadable":
    "Рядок не вдається прочитати. У ньому п’ять частин: хвилина, година, день місяця, місяць, день тижня.",
  "sequences.cron_never": "Такого дня не буває: розсилка ніколи не вийде.",
  "sequences.cron_too_often": "Надто часто: між випусками має бути щонайменше {minutes} хвилин.",
  "sequences.time_zone_unknown": "Такого часового поясу немає.",
  "sequences.not_a_plan": "Ця розсилка не повторюється.",
  "sequences.plan_is_over": "План закінчився: призупиняти й продовжувати вже нічого.",
  "sequences.not_an_experiment": "Тут не порівнюють варіанти, або ще нічого не надіслано.",
  "sequences.winner_chosen": "Уже обрано інший варіант.",
  "sequences.variant_unknown": "Такого варіанта немає.",
  "sequences.sequence_not_found": "Такого ланцюжка немає.",
  "sequences.person_not_found": "Такої людини немає.",
  "sequences.run_not_found": "Цієї людини тут немає.",
  "sequences.name_invalid": "Дайте назву, не довшу за {limit} символів.",
  "sequences.too_many": "Ланцюжків може бути не більше {limit}.",
  "sequences.is_empty": "Спочатку додайте хоча б один крок.",
  "sequences.has_sent":
    "Ланцюжок уже надсилав повідомлення: разом із ним зникли б їхні посилання й показники. Приберіть його в архів.",
  "sequences.archived": "Ланцюжок в архіві: спочатку поверніть його.",
  "sequences.changed_meanwhile": "Тим часом цей ланцюжок змінив хтось інший.",
  "sequences.nothing_waits": "Ланцюжок уже працює в такому вигляді: дозволяти нічого.",
  "sequences.not_active": "Ланцюжок не працює: спочатку запустіть його.",
  "sequences.step_unknown": "Одного з кроків уже немає: ланцюжок змінив хтось інший. Відкрийте його знову.",
  "sequences.choice_unknown": "Чогось із названого тут більше немає. Оберіть знову.",
  "sequences.value_unfit": "Такого значення в поля бути не може.",
  "sequences.already_in": "Ця людина вже в ланцюжку або пройшла його.",
  "sequences.person_unreachable":
    "Цій людині він не дійде: бота заблоковано, пише інший бот або вона відмовилася від таких повідомлень.",
  "sequences.news.requested_by": {
    one: "{person} просить запустити ланцюжок, у ньому {count} повідомлення.",
    few: "{person} просить запустити ланцюжок, у ньому {count} повідомлення.",
    many: "{person} просить запустити ланцюжок, у ньому {count} повідомлень.",
    other: "{person} просить запустити ланцюжок, у ньому {count} повідомлення.",
  },
  "sequences.news.change_requested_by": {
    one: "{person} просить змінити ланцюжок, що працює. Зараз у ньому {count} людина.",
    few: "{person} просить змінити ланцюжок, що працює. Зараз у ньому {count} людини.",
    many: "{person} просить змінити ланцюжок, що працює. Зараз у ньому {count} людей.",
    other: "{person} просить змінити ланцюжок, що працює. Зараз у ньому {count} людини.",
  },
  "sequences.halted.launcher": "Той, хто її запустив, більше не може надсилати розсилки",
  "sequences.halted.bots": "Жоден з її ботів не підключений",
  "sequences.halted.failed": "Її не вдалося запустити п’ять разів поспіль",
  "sequences.told.halted": "«{name}» призупинено, вона більше нічого не надсилає. {reason}.",
  "sequences.told.missed": {
    one: "«{name}»: поки сервіс стояв, пропущено {count} випуск, його не буде надіслано.",
    few: "«{name}»: поки сервіс стояв, пропущено {count} випуски, їх не буде надіслано.",
    many: "«{name}»: поки сервіс стояв, пропущено {count} випусків, їх не буде надіслано.",
    other: "«{name}»: поки сервіс стояв, пропущено {count} випуску, їх не буде надіслано.",
  },
  "sequences.told.winner": "«{name}»: за результатами переміг варіант {key}, його отримають усі інші.",
  "sequences.told.undecided_too_few":
    "«{name}»: людей або результатів замало, щоб назвати переможця. Оберіть варіант самі.",
  "sequences.told.undecided_close": "«{name}»: варіанти надто близькі, щоб назвати переможця. Оберіть варіант самі.",
  "sequences.told.undecided_failed": "«{name}»: переможця не вдалося визначити через збій. Оберіть варіант самі.",
} satisfies SameShape<typeof en>;
