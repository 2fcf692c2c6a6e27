import type { appPostbacks as en } from "../en/app-postbacks.ts";
import type { SameShape } from "../translator.ts";

export const appPostbacks = {
  "app.postbacks.title": "Конверсии из трекера",
  "app.postbacks.why":
    "Наш адрес добавляется к S2S-постбекам кампании, и её конверсии приходят сюда сами. Остальные постбеки не меняются.",
  "app.postbacks.install": "Присылать конверсии сюда",
  "app.postbacks.installed": "Конверсии приходят сюда",
  "app.postbacks.installed_text": "Наш адрес в кампании с {since}. Проверено {when}.",
  "app.postbacks.installed_done": "Теперь кампания присылает конверсии сюда",
  "app.postbacks.missing": "Конверсии больше не приходят сюда",
  "app.postbacks.missing_text": "Кто-то убрал наш адрес из кампании в трекере. Замечено {since}, проверено {when}.",
  "app.postbacks.removed_text": "Наш адрес убран {since}.",
  "app.postbacks.put_back": "Вернуть на место",
  "app.postbacks.check": "Проверить сейчас",
  "app.postbacks.is_there": "Наш адрес на месте",
  "app.postbacks.is_missing": "Нашего адреса в кампании нет",
  "app.postbacks.remove": "Убрать наш адрес",
  "app.postbacks.remove_ask":
    "Кампания перестанет присылать конверсии сюда, и уведомлений о них не будет. Остальные её постбеки останутся.",
  "app.postbacks.remove_yes": "Убрать",
  "app.postbacks.removed_done": "Наш адрес убран",

  "app.postbacks.many": "Присылать конверсии кампаний",
  "app.postbacks.many_text":
    "Выберите кампании: наш адрес будет добавлен в каждую, одну за другой. Где он уже есть, ничего не изменится.",
  "app.postbacks.choose_shown": "Выбрать все показанные",
  "app.postbacks.choose_none": "Снять выбор",
  "app.postbacks.choose_some": "Выберите кампании",
  "app.postbacks.install_count": {
    one: "Присылать из {count} кампании",
    few: "Присылать из {count} кампаний",
    many: "Присылать из {count} кампаний",
    other: "Присылать из {count} кампании",
  },
  "app.postbacks.progress": "Добавлено в кампании: {done} из {total}",
  "app.postbacks.finished": "Готово: {installed} из {total}",
  "app.postbacks.stay": "Оставайтесь на этом экране: если уйти, всё остановится, и остальные кампании не изменятся.",
  "app.postbacks.stopped": "Остановлено: наш адрес добавлен в кампании, {done} из {total}",
  "app.postbacks.stop": "Остановить",
  "app.postbacks.waiting": "Ждёт",
  "app.postbacks.ready": "Присылает",
  "app.postbacks.refused": "Отказ",
  "app.postbacks.not_begun": "Не начато",
  "app.postbacks.again": {
    one: "Повторить для {count}",
    few: "Повторить для {count}",
    many: "Повторить для {count}",
    other: "Повторить для {count}",
  },
  "app.postbacks.choose_others": "Выбрать другие",
} as const satisfies SameShape<typeof en>;
