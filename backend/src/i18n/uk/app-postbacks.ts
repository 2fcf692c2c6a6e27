import type { appPostbacks as en } from "../en/app-postbacks.ts";
import type { SameShape } from "../translator.ts";

export const appPostbacks = {
  "app.postbacks.title": "Конверсії з трекера",
  "app.postbacks.why":
    "Наша адреса додається до S2S-постбеків кампанії, і її конверсії приходять сюди самі. Решта постбеків не змінюється.",
  "app.postbacks.install": "Надсилати конверсії сюди",
  "app.postbacks.installed": "Конверсії приходять сюди",
  "app.postbacks.installed_text": "Наша адреса в кампанії з {since}. Перевірено {when}.",
  "app.postbacks.installed_done": "Тепер кампанія надсилає конверсії сюди",
  "app.postbacks.missing": "Конверсії більше не приходять сюди",
  "app.postbacks.missing_text": "Хтось прибрав нашу адресу з кампанії в трекері. Помічено {since}, перевірено {when}.",
  "app.postbacks.removed_text": "Нашу адресу прибрано {since}.",
  "app.postbacks.put_back": "Повернути на місце",
  "app.postbacks.check": "Перевірити зараз",
  "app.postbacks.is_there": "Наша адреса на місці",
  "app.postbacks.is_missing": "Нашої адреси в кампанії немає",
  "app.postbacks.remove": "Прибрати нашу адресу",
  "app.postbacks.remove_ask":
    "Кампанія перестане надсилати конверсії сюди, і сповіщень про них не буде. Решта її постбеків залишиться.",
  "app.postbacks.remove_yes": "Прибрати",
  "app.postbacks.removed_done": "Нашу адресу прибрано",

  "app.postbacks.many": "Надсилати конверсії кампаній",
  "app.postbacks.many_text":
    "Оберіть кампанії: нашу адресу буде додано до кожної, одну за одною. Де вона вже є, нічого не зміниться.",
  "app.postbacks.choose_shown": "Обрати всі показані",
  "app.postbacks.choose_none": "Зняти вибір",
  "app.postbacks.choose_some": "Оберіть кампанії",
  "app.postbacks.install_count": {
    one: "Надсилати з {count} кампанії",
    few: "Надсилати з {count} кампаній",
    many: "Надсилати з {count} кампаній",
    other: "Надсилати з {count} кампанії",
  },
  "app.postbacks.progress": "Додано до кампаній: {done} із {total}",
  "app.postbacks.finished": "Готово: {installed} із {total}",
  "app.postbacks.stay": "Лишайтеся на цьому екрані: якщо піти, усе зупиниться, і решта кампаній не зміниться.",
  "app.postbacks.stopped": "Зупинено: нашу адресу додано до кампаній, {done} із {total}",
  "app.postbacks.stop": "Зупинити",
  "app.postbacks.waiting": "Чекає",
  "app.postbacks.ready": "Надсилає",
  "app.postbacks.refused": "Відмова",
  "app.postbacks.not_begun": "Не розпочато",
  "app.postbacks.again": {
    one: "Повторити для {count}",
    few: "Повторити для {count}",
    many: "Повторити для {count}",
    other: "Повторити для {count}",
  },
  "app.postbacks.choose_others": "Обрати інші",
} as const satisfies SameShape<typeof en>;
