import type { messaging as en } from "../en/messaging.ts";
import type { SameShape } from "../translator.ts";

export const messaging = {
  "messaging.chat_not_found": "Такого чату немає.",
  "messaging.delivery_not_found": "Такого повідомлення немає.",
  "messaging.chat_not_writable": "Зараз бот не може писати в цей чат.",
  "messaging.label_invalid": "Назва чату — від 1 до 80 символів.",
  "messaging.not_cancellable": "Повідомлення вже не чекає на відправлення, скасувати його не можна.",
  "messaging.not_unknown": "Що сталося з цим повідомленням, відомо, тож повторно воно не надсилається.",

  "messaging.failed.chat_blocked": "Людина заблокувала бота.",
  "messaging.failed.chat_deactivated": "Людина видалила свій акаунт Telegram.",
  "messaging.failed.chat_kicked": "Бота видалили з чату. Додайте його знову, щоб продовжити.",
  "messaging.failed.chat_deleted": "Чату більше немає.",
  "messaging.failed.chat_no_rights": "Бот не може писати в цей чат. Дайте йому право публікувати повідомлення.",
  "messaging.failed.chat_unreachable": "Telegram не знаходить чат: людина ще не запускала бота.",
  "messaging.failed.chat_removed": "Чат прибрано з робочого простору.",
  "messaging.failed.bot_gone": "Бота відключено.",
  "messaging.failed.topic_gone": "Цієї теми більше немає. Виберіть іншу.",
  "messaging.failed.topic_closed": "Тему закрито. Відкрийте її знову або зробіть бота адміністратором.",
  "messaging.failed.text_refused": "Telegram не прийняв оформлення тексту.",
  "messaging.failed.too_long": "Текст задовгий для Telegram.",
  "messaging.failed.empty": "У повідомленні немає тексту.",
  "messaging.failed.file_refused": "Telegram не прийняв файл або не зміг завантажити його за адресою.",
  "messaging.failed.buttons_refused": "Telegram не прийняв кнопки.",
  "messaging.failed.refused": "Telegram відхилив повідомлення.",
  "messaging.failed.message_gone": "Повідомлення вже немає: його видалили в чаті.",
  "messaging.failed.too_old": "Повідомленню понад 48 годин, Telegram уже не дає його видалити.",
  "messaging.failed.not_editable": "Telegram не дає змінити це повідомлення.",
  "messaging.failed.other_kind": "Повідомлення з файлом не можна зробити текстовим: файл із нього не прибрати.",
  "messaging.failed.gave_up": "Не вдалося надіслати після кількох спроб.",
  "messaging.failed.unsendable": "Повідомлення не вдалося привести до вигляду, який приймає Telegram.",
  "messaging.unknown.answer_lost":
    "Відповідь Telegram загубилася: повідомлення могло дійти. Після повторного надсилання воно може прийти двічі.",
  "messaging.unknown.interrupted":
    "Надсилання перервалося: повідомлення могло дійти. Після повторного надсилання воно може прийти двічі.",
  "messaging.cancelled.by_member": "Скасовано учасником команди.",
  "messaging.cancelled.no_longer_needed": "Більше не потрібно.",

  "messaging.test.text": "Це тестове повідомлення. Сюди надходитимуть сповіщення для «{chat}».",
  "messaging.chat_lost.text": "Бот більше не може писати в «{chat}». {reason}",
} as const satisfies SameShape<typeof en>;
