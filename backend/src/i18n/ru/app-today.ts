import type { appToday as english } from "../en/app-today.ts";
import type { SameShape } from "../translator.ts";

export const appToday = {
  "app.today.numbers": "За сегодня",
  "app.today.none": "Сегодня конверсий ещё не было",
  "app.today.conversions": {
    one: "{count} конверсия",
    few: "{count} конверсии",
    many: "{count} конверсий",
    other: "{count} конверсии",
  },
  "app.today.by_hour": "Конверсии по часам",
  "app.today.attention": "Требует внимания",
  "app.today.all_well": "Всё работает",
  "app.today.all_well_text": "Подключения принимают, сообщения уходят.",
  "app.today.messages": "Сообщения",
  "app.today.sent": "Отправлено сегодня",
  "app.today.waiting": "Ждут",
  "app.today.failed": "Не отправлено",
  "app.today.silent": {
    one: "{count} подключение молчит",
    few: "{count} подключения молчат",
    many: "{count} подключений молчат",
    other: "{count} подключения молчит",
  },
  "app.today.latest": "Последние конверсии",
  "app.today.show_all": "Показать все",
  "app.today.steps": "Первые шаги",
  "app.today.steps_done": "Сделано {done} из {total}",
  "app.today.step_chat": "Добавьте бота в чат",
  "app.today.step_chat_text": "Группа, тема или канал, куда придут уведомления",
  "app.today.step_connection": "Создайте подключение",
  "app.today.step_connection_text": "Оно даст трекеру адрес для постбеков",
  "app.today.step_postback": "Получите первый постбек",
  "app.today.step_postback_text": "Отправьте тест из трекера и увидите его здесь",
} as const satisfies SameShape<typeof english>;
