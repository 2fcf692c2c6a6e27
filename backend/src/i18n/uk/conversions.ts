import type { conversions as en } from "../en/conversions.ts";
import type { SameShape } from "../translator.ts";

export const conversions = {
  "conversions.connection_not_found": "Такого підключення немає.",
  "conversions.conversion_not_found": "Такої конверсії немає.",
  "conversions.name_taken": "Підключення з такою назвою вже є.",
  "conversions.name_invalid": "Дайте підключенню назву від 1 до 80 символів.",
  "conversions.currency_invalid": "«{currency}» не схоже на код валюти. Потрібні літери, наприклад USD або USDT.",
  "conversions.status_map_invalid": "У мапі статусів понад {limit} слів або є порожнє чи задовге слово.",
  "conversions.too_many_connections":
    "У робочому просторі може бути не більше ніж {limit} підключень. Видаліть непотрібне.",
  "conversions.target_not_found": "Бот не знає цього чату. Спершу додайте туди бота, а потім виберіть чат ще раз.",
  "conversions.no_target": "Спершу виберіть чат для сповіщень.",
  "conversions.connection_paused": "Підключення на паузі. Спершу відновіть його.",
  "conversions.secret_unreadable": "Адресу показати не можна: її зашифровано іншим ключем. Випустіть нову адресу.",

  "conversions.alert.campaign": "Кампанія",
  "conversions.alert.offer": "Офер",
  "conversions.alert.creative": "Креатив",
  "conversions.alert.landing": "Лендинг",
  "conversions.alert.revenue": "Дохід",
  "conversions.alert.source": "Джерело",
  "conversions.alert.sub1": "Sub1",
  "conversions.alert.geo": "ГЕО",
  "conversions.alert.tx": "TX",
  "conversions.alert.click": "Клік",
  "conversions.alert.corrected": "суму виправлено",
  "conversions.alert.was": "було {amount}",
  "conversions.alert.recovered": "відновлено з журналу трекера",
  "conversions.alert.test": "Перевірка: нічого не записано.",
  "conversions.alert.open": "Відкрити",

  "conversions.digest.lead": {
    one: "+{count} лід",
    few: "+{count} ліди",
    many: "+{count} лідів",
    other: "+{count} ліда",
  },
  "conversions.digest.sale": {
    one: "+{count} продаж",
    few: "+{count} продажі",
    many: "+{count} продажів",
    other: "+{count} продажу",
  },
  "conversions.digest.rejected": {
    one: "{count} відмова",
    few: "{count} відмови",
    many: "{count} відмов",
    other: "{count} відмови",
  },
  "conversions.digest.rebill": {
    one: "+{count} повторний продаж",
    few: "+{count} повторні продажі",
    many: "+{count} повторних продажів",
    other: "+{count} повторного продажу",
  },
  "conversions.digest.registration": {
    one: "+{count} реєстрація",
    few: "+{count} реєстрації",
    many: "+{count} реєстрацій",
    other: "+{count} реєстрації",
  },
  "conversions.digest.deposit": {
    one: "+{count} депозит",
    few: "+{count} депозити",
    many: "+{count} депозитів",
    other: "+{count} депозиту",
  },
  "conversions.digest.trash": {
    one: "{count} у треші",
    few: "{count} у треші",
    many: "{count} у треші",
    other: "{count} у треші",
  },
  "conversions.digest.other": {
    one: "{count} подія",
    few: "{count} події",
    many: "{count} подій",
    other: "{count} події",
  },
  "conversions.digest.corrections": {
    one: "виправлено {count} суму",
    few: "виправлено {count} суми",
    many: "виправлено {count} сум",
    other: "виправлено {count} суми",
  },
  "conversions.digest.more_statuses": {
    one: "і ще {count} вид",
    few: "і ще {count} види",
    many: "і ще {count} видів",
    other: "і ще {count} виду",
  },
} as const satisfies SameShape<typeof en>;
