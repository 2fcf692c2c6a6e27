import type { appToday as english } from "../en/app-today.ts";
import type { SameShape } from "../translator.ts";

export const appToday = {
  "app.today.numbers": "За сьогодні",
  "app.today.none": "Сьогодні конверсій ще не було",
  "app.today.conversions": {
    one: "{count} конверсія",
    few: "{count} конверсії",
    many: "{count} конверсій",
    other: "{count} конверсії",
  },
  "app.today.by_hour": "Конверсії за годинами",
  "app.today.attention": "Потребує уваги",
  "app.today.all_well": "Усе працює",
  "app.today.all_well_text": "Підключення приймають, повідомлення йдуть.",
  "app.today.messages": "Повідомлення",
  "app.today.sent": "Надіслано сьогодні",
  "app.today.waiting": "Чекають",
  "app.today.failed": "Не надіслано",
  "app.today.silent": {
    one: "{count} підключення мовчить",
    few: "{count} підключення мовчать",
    many: "{count} підключень мовчать",
    other: "{count} підключення мовчить",
  },
  "app.today.latest": "Останні конверсії",
  "app.today.show_all": "Показати всі",
  "app.today.steps": "Перші кроки",
  "app.today.steps_done": "Зроблено {done} з {total}",
  "app.today.step_chat": "Додайте бота до чату",
  "app.today.step_chat_text": "Група, тема чи канал, куди приходитимуть сповіщення",
  "app.today.step_connection": "Створіть підключення",
  "app.today.step_connection_text": "Воно дасть трекеру адресу для постбеків",
  "app.today.step_postback": "Отримайте перший постбек",
  "app.today.step_postback_text": "Надішліть тест із трекера й побачите його тут",
} as const satisfies SameShape<typeof english>;
