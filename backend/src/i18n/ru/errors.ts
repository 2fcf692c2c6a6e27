import type { errors as en } from "../en/errors.ts";
import type { SameShape } from "../translator.ts";

export const errors = {
  "common.not_found": "Ничего не нашлось. Возможно, запись уже удалили.",
  "common.forbidden": "Вашей роли это недоступно.",
  "common.invalid": "В запросе что-то не так. Проверьте поля и попробуйте ещё раз.",
  "common.unreadable": "Запрос не удалось прочитать.",
  "common.bad_cursor": "Эта страница списка устарела. Начните с первой.",
  "common.body_not_json":
    "Тело запроса — это объект JSON, и отправлять его нужно с заголовком Content-Type: application/json.",
  "common.conflict": "Кто-то только что изменил эти данные. Обновите экран и попробуйте ещё раз.",
  "common.unavailable": "Сервис сейчас перегружен. Попробуйте через минуту.",
  "common.too_many_requests": "Слишком много запросов. Попробуйте через {seconds} с.",
  "common.too_large": "Слишком большой объём данных.",
  "common.internal": "У нас что-то сломалось. Если ошибка повторяется, сообщите нам номер: {requestId}.",
  "common.compressed_body": "Сжатые запросы не принимаются.",
  "common.slow_body": "Тело запроса пришло слишком медленно.",
  "common.key_unreadable": "Idempotency-Key — это от 1 до 255 печатных символов без пробелов.",
  "common.key_reused": "Этот Idempotency-Key уже использован для другого вызова.",
  "common.offline": "Нет связи. Проверьте интернет и попробуйте ещё раз.",
  "auth.required": "Чтобы войти, откройте приложение из Telegram.",
  "auth.invalid": "Не удалось подтвердить, что приложение открыто из Telegram. Закройте его и откройте снова.",
  "auth.bot_off": "Этот бот выключен, и приложение через него не открывается. Откройте его через другого бота.",
  "auth.expired": "Сеанс устарел. Закройте приложение и откройте снова.",
  "auth.wrong_bot": "Приложение открыто через другого бота. Откройте его через нужного.",
  "auth.blocked": "Ваш доступ к этому рабочему пространству закрыт.",
  "auth.not_a_member": "Вы не состоите в команде этого рабочего пространства.",
  "auth.key_invalid": "Ключ API неверный или отозван.",
  "auth.scope_missing": "У ключа API нет права «{scope}».",
} as const satisfies SameShape<typeof en>;
