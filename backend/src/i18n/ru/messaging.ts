import type { messaging as en } from "../en/messaging.ts";
import type { SameShape } from "../translator.ts";

export const messaging = {
  "messaging.chat_not_found": "Такого чата нет.",
  "messaging.delivery_not_found": "Такого сообщения нет.",
  "messaging.chat_not_writable": "Сейчас бот не может писать в этот чат.",
  "messaging.label_invalid": "Название чата — от 1 до 80 символов.",
  "messaging.not_cancellable": "Сообщение уже не ждёт отправки, отменить его нельзя.",
  "messaging.not_unknown": "Исход этого сообщения известен, повторно оно не отправляется.",

  "messaging.failed.chat_blocked": "Человек заблокировал бота.",
  "messaging.failed.chat_deactivated": "Человек удалил свой аккаунт Telegram.",
  "messaging.failed.chat_kicked": "Бота удалили из чата. Добавьте его снова, чтобы продолжить.",
  "messaging.failed.chat_deleted": "Чата больше нет.",
  "messaging.failed.chat_no_rights": "Бот не может писать в этот чат. Дайте ему право публиковать сообщения.",
  "messaging.failed.chat_unreachable": "Telegram не находит чат: человек ещё не запускал бота.",
  "messaging.failed.chat_removed": "Чат убран из рабочего пространства.",
  "messaging.failed.bot_gone": "Бот отключён.",
  "messaging.failed.topic_gone": "Этой темы больше нет. Выберите другую.",
  "messaging.failed.topic_closed": "Тема закрыта. Откройте её снова или сделайте бота администратором.",
  "messaging.failed.text_refused": "Telegram не принял оформление текста.",
  "messaging.failed.too_long": "Текст слишком длинный для Telegram.",
  "messaging.failed.empty": "В сообщении нет текста.",
  "messaging.failed.file_refused": "Telegram не принял файл или не смог скачать его по адресу.",
  "messaging.failed.buttons_refused": "Telegram не принял кнопки.",
  "messaging.failed.refused": "Telegram отклонил сообщение.",
  "messaging.failed.message_gone": "Сообщения больше нет: его удалили в чате.",
  "messaging.failed.too_old": "Сообщению больше 48 часов, Telegram уже не даёт его удалить.",
  "messaging.failed.not_editable": "Telegram не даёт изменить это сообщение.",
  "messaging.failed.other_kind": "Сообщение с файлом нельзя превратить в текстовое: файл из него не убрать.",
  "messaging.failed.gave_up": "Не удалось отправить после нескольких попыток.",
  "messaging.failed.unsendable": "Сообщение не удалось привести к виду, который принимает Telegram.",
  "messaging.unknown.answer_lost":
    "Ответ Telegram потерялся: сообщение могло дойти. При повторной отправке оно может прийти дважды.",
  "messaging.unknown.interrupted":
    "Отправка прервалась: сообщение могло дойти. При повторной отправке оно может прийти дважды.",
  "messaging.cancelled.by_member": "Отменено участником команды.",
  "messaging.cancelled.no_longer_needed": "Больше не нужно.",

  "messaging.test.text": "Это тестовое сообщение. Сюда будут приходить оповещения для «{chat}».",
  "messaging.chat_lost.text": "Бот больше не может писать в «{chat}». {reason}",
} as const satisfies SameShape<typeof en>;
