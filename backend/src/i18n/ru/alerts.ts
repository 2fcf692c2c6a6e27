/** Words of routes, templates, the lab and held alerts. */
import type { alerts as english } from "../en/alerts.ts";
import type { SameShape } from "../translator.ts";

export const alerts = {
  "conversions.route_not_found": "Такого маршрута нет.",
  "conversions.route_name_invalid": "Назовите маршрут: от 1 до 80 символов.",
  "conversions.route_no_targets": "Выберите хотя бы один чат или человека.",
  "conversions.route_target_twice": "Этот чат или человек выбран дважды.",
  "conversions.route_order_outdated": "Список тем временем изменился. Посмотрите ещё раз и задайте порядок заново.",
  "conversions.too_many_routes": "В рабочем пространстве может быть не больше {limit} маршрутов. Удалите ненужный.",
  "conversions.condition_empty": "В условии пока нет значения.",
  "conversions.condition_sub_missing": "Укажите, какой Sub ID имеется в виду.",
  "conversions.condition_value_long": "Значение в условии слишком длинное.",
  "conversions.condition_regex_invalid":
    "Это регулярное выражение использовать нельзя. Просмотр вперёд и назад и обратные ссылки не поддерживаются.",
  "conversions.condition_regex_heavy": "Это регулярное выражение слишком тяжёлое. Уберите вложенные повторения.",
  "conversions.condition_amount_open": "Задайте нижнюю или верхнюю границу суммы.",
  "conversions.condition_amount_reversed": "Нижняя граница суммы больше верхней.",
  "conversions.condition_time_empty": "Начало и конец совпадают. Выберите разное время.",
  "conversions.quiet_time_empty": "Начало и конец тихих часов совпадают. Выберите разное время.",
  "conversions.person_not_found": "Этого человека нет в рабочем пространстве.",
  "conversions.template_not_found": "Такого шаблона нет.",
  "conversions.template_default": "Тексты по умолчанию",
  "conversions.template_name_invalid": "Назовите шаблон: от 1 до 80 символов.",
  "conversions.template_name_taken": "Шаблон с таким названием уже есть.",
  "conversions.template_is_default": "Тексты по умолчанию нельзя ни переименовать, ни удалить.",
  "conversions.too_many_templates": "В рабочем пространстве может быть не больше {limit} шаблонов. Удалите ненужный.",
  "conversions.template_variable_unknown": "Поля «{name}» нет.",
  "conversions.call_not_found": "Этого вызова больше нет, или он пришёл через другое подключение.",
  "conversions.lab_nothing_to_read": "Вставьте адрес, строку запроса, команду curl или тело.",
  "conversions.lab_nothing_to_send": "Из этого вызова конверсии не выходит, отправлять нечего.",

  "conversions.held.digest": "{name}: всё вместе",
  "conversions.held.quiet": "{name}: за тихие часы",
  "conversions.held.cap": "{name}: сверх лимита",
  "conversions.held.mute": "{name}: пока было без звука",

  "conversions.mute.muted": "«{name}» молчит здесь до {time}. Всё, что придёт, расскажу потом разом.",
  "conversions.mute.muted_by": "🔇 {person}: «{name}» молчит здесь до {time}.",
  "conversions.mute.unmute": "Снова включить",
  "conversions.mute.unmuted": "«{name}» снова пишет сюда.",
  "conversions.mute.not_muted": "«{name}» и не молчал.",
  "conversions.mute.team_only": "Это может только команда.",
} as const satisfies SameShape<typeof english>;
