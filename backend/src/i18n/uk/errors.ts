import type { errors as en } from "../en/errors.ts";
import type { SameShape } from "../translator.ts";

export const errors = {
  "common.not_found": "Нічого не знайшлося. Можливо, запис уже видалили.",
  "common.forbidden": "Вашій ролі це недоступно.",
  "common.invalid": "У запиті щось не так. Перевірте поля та спробуйте ще раз.",
  "common.unreadable": "Запит не вдалося прочитати.",
  "common.bad_cursor": "Ця сторінка списку застаріла. Почніть із першої.",
  "common.body_not_json":
    "Тіло запиту — це об’єкт JSON, і надсилати його треба із заголовком Content-Type: application/json.",
  "common.conflict": "Хтось щойно змінив ці дані. Оновіть екран і спробуйте ще раз.",
  "common.unavailable": "Сервіс зараз перевантажений. Спробуйте за хвилину.",
  "common.too_many_requests": "Забагато запитів. Спробуйте за {seconds} с.",
  "common.too_large": "Завеликий обсяг даних.",
  "common.internal": "У нас щось зламалося. Якщо помилка повторюється, повідомте нам номер: {requestId}.",
  "common.compressed_body": "Стиснені запити не приймаються.",
  "common.slow_body": "Тіло запиту надійшло надто повільно.",
  "common.key_unreadable": "Idempotency-Key — це від 1 до 255 друкованих символів без пробілів.",
  "common.key_reused": "Цей Idempotency-Key вже використано для іншого виклику.",
  "common.offline": "Немає зв’язку. Перевірте інтернет і спробуйте ще раз.",
  "auth.required": "Щоб увійти, відкрийте застосунок із Telegram.",
  "auth.invalid": "Не вдалося підтвердити, що застосунок відкрито з Telegram. Закрийте його й відкрийте знову.",
  "auth.bot_off": "Цього бота вимкнено, тож застосунок через нього не відкривається. Відкрийте його через іншого бота.",
  "auth.expired": "Сеанс застарів. Закрийте застосунок і відкрийте знову.",
  "auth.wrong_bot": "Застосунок відкрито через іншого бота. Відкрийте його через потрібного.",
  "auth.blocked": "Ваш доступ до цього робочого простору закрито.",
  "auth.not_a_member": "Ви не входите до команди цього робочого простору.",
  "auth.key_invalid": "Ключ API неправильний або відкликаний.",
  "auth.scope_missing": "Ключ API не має права «{scope}».",
} as const satisfies SameShape<typeof en>;
