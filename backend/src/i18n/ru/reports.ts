import type { reports as en } from "../en/reports.ts";
import type { SameShape } from "../translator.ts";

export const reports = {
  "reports.against": "{today} (вчера к этому часу: {yesterday})",
  "reports.today.conversions": "Конверсий сегодня: {figures}",
  "reports.today.revenue": "Доход: {figures}",
  "reports.today.sent": "Отправлено сообщений сегодня: {figure}",
  "reports.next.chat": "Следующий шаг: добавьте бота в чат.",
  "reports.next.connection": "Следующий шаг: создайте подключение в приложении.",
  "reports.next.postback": "Следующий шаг: вставьте адрес постбэка в трекер и дождитесь первого вызова.",

  "reports.attention.dead_letters": {
    one: "{count} вызов не удалось разобрать",
    few: "{count} вызова не удалось разобрать",
    many: "{count} вызовов не удалось разобрать",
    other: "{count} вызова не удалось разобрать",
  },
  "reports.attention.unknown": {
    one: "{count} сообщение с неизвестным исходом",
    few: "{count} сообщения с неизвестным исходом",
    many: "{count} сообщений с неизвестным исходом",
    other: "{count} сообщения с неизвестным исходом",
  },
  "reports.attention.late_deliveries": {
    one: "{count} сообщение опаздывает",
    few: "{count} сообщения опаздывают",
    many: "{count} сообщений опаздывают",
    other: "{count} сообщения опаздывают",
  },
  "reports.attention.disconnected_bots": {
    one: "{count} бот отключён",
    few: "{count} бота отключены",
    many: "{count} ботов отключены",
    other: "{count} бота отключены",
  },
  "reports.attention.paused_lanes": {
    one: "{count} бот на паузе",
    few: "{count} бота на паузе",
    many: "{count} ботов на паузе",
    other: "{count} бота на паузе",
  },
  "reports.attention.broken_chats": {
    one: "{count} чат недоступен для сообщений",
    few: "{count} чата недоступны для сообщений",
    many: "{count} чатов недоступны для сообщений",
    other: "{count} чата недоступны для сообщений",
  },
  "reports.attention.silent_connections": {
    one: "{count} подключение молчит",
    few: "{count} подключения молчат",
    many: "{count} подключений молчат",
    other: "{count} подключения молчат",
  },
  "reports.attention.unread_logs": {
    one: "Журнал {count} трекера не читается",
    few: "Журналы {count} трекеров не читаются",
    many: "Журналы {count} трекеров не читаются",
    other: "Журналы {count} трекера не читаются",
  },
} as const satisfies SameShape<typeof en>;
