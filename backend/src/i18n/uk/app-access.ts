import type { appAccess as en } from "../en/app-access.ts";
import type { SameShape } from "../translator.ts";

export const appAccess = {
  "app.access.chats": "Закриті чати",
  "app.access.text":
    "Покупець подає заявку за особистим посиланням, і бот його впускає. Коли строк закінчиться, бот його виведе. Тих, кого ви додали самі, бот не чіпає.",
  "app.access.later": "Які закриті чати відкриває товар, вибирають після збереження.",
  "app.access.add": "Додати чат",
  "app.access.choose": "Виберіть чат",
  "app.access.added": "Покупці тепер можуть увійти до «{chat}»",
  "app.access.removed": "«{chat}» більше не відкривається. Хто вже всередині, залишиться до кінця строку",
  "app.access.remove": "Більше не відкривати",
  "app.access.inside": {
    one: "{count} всередині",
    few: "{count} всередині",
    many: "{count} всередині",
    other: "{count} всередині",
  },
  "app.access.overdue": {
    one: "{count} вже має вийти",
    few: "{count} вже мають вийти",
    many: "{count} вже мають вийти",
    other: "{count} вже мають вийти",
  },
  "app.access.via": "через @{bot}",
  "app.access.add_text": "Додайте @{bot} адміністратором із правом запрошувати й блокувати.",
  "app.access.add_group": "Додати бота до групи",
  "app.access.add_channel": "Додати бота до каналу",
  "app.access.check": "Перевірити знову",
  "app.access.open": "Увійти до «{chat}»",
  "app.access.ask": "Вас впустять одразу",
  "app.access.in": "Ви всередині",
  "app.access.shut": "Зараз не ввійти. Команда вже знає.",
  "app.access.by": "Замовлення №{number} · {title} · до {day}",
  "app.access.by_endless": "Замовлення №{number} · {title} · безстроково",
  "app.access.state.joined": "Усередині",
  "app.access.state.overdue": "Уже мав бути виведений",
  "app.access.state.may": "Може ввійти",
  "app.access.state.link": "Має посилання, ще не ввійшов",
  "app.access.state.removed": "Виведено",
  "app.access.state.left": "Більше не в чаті",
  "app.access.state.kept": "Залишається адміністратором",
} as const satisfies SameShape<typeof en>;
