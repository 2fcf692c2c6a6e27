import type { appAccess as en } from "../en/app-access.ts";
import type { SameShape } from "../translator.ts";

export const appAccess = {
  "app.access.chats": "Закрытые чаты",
  "app.access.text":
    "Покупатель подаёт заявку по личной ссылке, и бот впускает его. Когда срок закончится, бот его выведет. Тех, кого вы добавили сами, бот не трогает.",
  "app.access.later": "Какие закрытые чаты открывает товар, выбирают после сохранения.",
  "app.access.add": "Добавить чат",
  "app.access.choose": "Выберите чат",
  "app.access.added": "Покупатели теперь могут войти в «{chat}»",
  "app.access.removed": "«{chat}» больше не открывается. Кто уже внутри, останется до конца срока",
  "app.access.remove": "Больше не открывать",
  "app.access.inside": {
    one: "{count} внутри",
    few: "{count} внутри",
    many: "{count} внутри",
    other: "{count} внутри",
  },
  "app.access.overdue": {
    one: "{count} уже должен выйти",
    few: "{count} уже должны выйти",
    many: "{count} уже должны выйти",
    other: "{count} уже должны выйти",
  },
  "app.access.via": "через @{bot}",
  "app.access.add_text": "Добавьте @{bot} администратором с правом приглашать и блокировать.",
  "app.access.add_group": "Добавить бота в группу",
  "app.access.add_channel": "Добавить бота в канал",
  "app.access.check": "Проверить снова",
  "app.access.open": "Войти в «{chat}»",
  "app.access.ask": "Вас впустят сразу",
  "app.access.in": "Вы внутри",
  "app.access.shut": "Сейчас не войти. Команда уже знает.",
  "app.access.by": "Заказ №{number} · {title} · до {day}",
  "app.access.by_endless": "Заказ №{number} · {title} · бессрочно",
  "app.access.state.joined": "Внутри",
  "app.access.state.overdue": "Уже должен быть выведен",
  "app.access.state.may": "Может войти",
  "app.access.state.link": "Есть ссылка, ещё не вошёл",
  "app.access.state.removed": "Выведен",
  "app.access.state.left": "Больше не в чате",
  "app.access.state.kept": "Остаётся администратором",
} as const satisfies SameShape<typeof en>;
