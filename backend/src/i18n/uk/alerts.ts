/** Words of routes, templates, the lab and held alerts. */
import type { alerts as english } from "../en/alerts.ts";
import type { SameShape } from "../translator.ts";

export const alerts = {
  "conversions.route_not_found": "Такого маршруту немає.",
  "conversions.route_name_invalid": "Назвіть маршрут: від 1 до 80 символів.",
  "conversions.route_no_targets": "Оберіть хоча б один чат або людину.",
  "conversions.route_target_twice": "Цей чат або людину обрано двічі.",
  "conversions.route_order_outdated": "Список тим часом змінився. Погляньте ще раз і впорядкуйте заново.",
  "conversions.too_many_routes": "У робочому просторі може бути щонайбільше {limit} маршрутів. Видаліть непотрібний.",
  "conversions.condition_empty": "В умові ще немає значення.",
  "conversions.condition_sub_missing": "Вкажіть, який Sub ID мається на увазі.",
  "conversions.condition_value_long": "Значення в умові задовге.",
  "conversions.condition_regex_invalid":
    "Цей регулярний вираз використати не можна. Перегляд уперед і назад та зворотні посилання не підтримуються.",
  "conversions.condition_regex_heavy": "Цей регулярний вираз заважкий. Приберіть вкладені повторення.",
  "conversions.condition_amount_open": "Задайте нижню або верхню межу суми.",
  "conversions.condition_amount_reversed": "Нижня межа суми більша за верхню.",
  "conversions.condition_time_empty": "Початок і кінець збігаються. Оберіть різний час.",
  "conversions.quiet_time_empty": "Початок і кінець тихих годин збігаються. Оберіть різний час.",
  "conversions.person_not_found": "Цієї людини немає в робочому просторі.",
  "conversions.template_not_found": "Такого шаблону немає.",
  "conversions.template_default": "Типові тексти",
  "conversions.template_name_invalid": "Назвіть шаблон: від 1 до 80 символів.",
  "conversions.template_name_taken": "Шаблон із такою назвою вже є.",
  "conversions.template_is_default": "Типові тексти не можна ні перейменувати, ні видалити.",
  "conversions.too_many_templates": "У робочому просторі може бути щонайбільше {limit} шаблонів. Видаліть непотрібний.",
  "conversions.template_variable_unknown": "Поля «{name}» немає.",
  "conversions.call_not_found": "Цього виклику вже немає, або він надійшов через інше підключення.",
  "conversions.lab_nothing_to_read": "Вставте адресу, рядок запиту, команду curl або тіло.",
  "conversions.lab_nothing_to_send": "З цього виклику конверсії не виходить, надсилати нічого.",

  "conversions.held.digest": "{name}: усе разом",
  "conversions.held.quiet": "{name}: за тихі години",
  "conversions.held.cap": "{name}: понад ліміт",
  "conversions.held.mute": "{name}: поки було без звуку",

  "conversions.mute.muted": "«{name}» мовчить тут до {time}. Усе, що надійде, розповім потім разом.",
  "conversions.mute.muted_by": "🔇 {person}: «{name}» мовчить тут до {time}.",
  "conversions.mute.unmute": "Знову ввімкнути",
  "conversions.mute.unmuted": "«{name}» знову пише сюди.",
  "conversions.mute.not_muted": "«{name}» і не мовчав.",
  "conversions.mute.team_only": "Це може лише команда.",
} as const satisfies SameShape<typeof english>;
