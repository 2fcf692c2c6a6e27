import type { conversions as en } from "../en/conversions.ts";
import type { SameShape } from "../translator.ts";

export const conversions = {
  "conversions.connection_not_found": "Такого подключения нет.",
  "conversions.conversion_not_found": "Такой конверсии нет.",
  "conversions.name_taken": "Подключение с таким названием уже есть.",
  "conversions.name_invalid": "Дайте подключению название от 1 до 80 символов.",
  "conversions.currency_invalid": "«{currency}» не похоже на код валюты. Нужны буквы, например USD или USDT.",
  "conversions.status_map_invalid": "В карте статусов больше {limit} слов либо есть пустое или слишком длинное слово.",
  "conversions.too_many_connections":
    "В рабочем пространстве может быть не больше {limit} подключений. Удалите ненужное.",
  "conversions.target_not_found": "Бот не знает этот чат. Сначала добавьте туда бота, затем выберите чат ещё раз.",
  "conversions.no_target": "Сначала выберите чат для уведомлений.",
  "conversions.connection_paused": "Подключение на паузе. Сначала возобновите его.",
  "conversions.secret_unreadable": "Адрес показать нельзя: он зашифрован другим ключом. Выпустите новый адрес.",

  "conversions.alert.campaign": "Кампания",
  "conversions.alert.offer": "Оффер",
  "conversions.alert.creative": "Креатив",
  "conversions.alert.landing": "Лендинг",
  "conversions.alert.revenue": "Доход",
  "conversions.alert.source": "Источник",
  "conversions.alert.sub1": "Sub1",
  "conversions.alert.geo": "ГЕО",
  "conversions.alert.tx": "TX",
  "conversions.alert.click": "Клик",
  "conversions.alert.corrected": "сумма исправлена",
  "conversions.alert.was": "было {amount}",
  "conversions.alert.recovered": "восстановлено из журнала трекера",
  "conversions.alert.test": "Проверка: ничего не записано.",
  "conversions.alert.open": "Открыть",

  "conversions.digest.lead": {
    one: "+{count} лид",
    few: "+{count} лида",
    many: "+{count} лидов",
    other: "+{count} лида",
  },
  "conversions.digest.sale": {
    one: "+{count} продажа",
    few: "+{count} продажи",
    many: "+{count} продаж",
    other: "+{count} продажи",
  },
  "conversions.digest.rejected": {
    one: "{count} отказ",
    few: "{count} отказа",
    many: "{count} отказов",
    other: "{count} отказа",
  },
  "conversions.digest.rebill": {
    one: "+{count} повторная продажа",
    few: "+{count} повторные продажи",
    many: "+{count} повторных продаж",
    other: "+{count} повторной продажи",
  },
  "conversions.digest.registration": {
    one: "+{count} регистрация",
    few: "+{count} регистрации",
    many: "+{count} регистраций",
    other: "+{count} регистрации",
  },
  "conversions.digest.deposit": {
    one: "+{count} депозит",
    few: "+{count} депозита",
    many: "+{count} депозитов",
    other: "+{count} депозита",
  },
  "conversions.digest.trash": {
    one: "{count} в треше",
    few: "{count} в треше",
    many: "{count} в треше",
    other: "{count} в треше",
  },
  "conversions.digest.other": {
    one: "{count} событие",
    few: "{count} события",
    many: "{count} событий",
    other: "{count} события",
  },
  "conversions.digest.corrections": {
    one: "исправлена {count} сумма",
    few: "исправлены {count} суммы",
    many: "исправлено {count} сумм",
    other: "исправлено {count} суммы",
  },
  "conversions.digest.more_statuses": {
    one: "и ещё {count} вид",
    few: "и ещё {count} вида",
    many: "и ещё {count} видов",
    other: "и ещё {count} вида",
  },
} as const satisfies SameShape<typeof en>;
