import type { audience as en } from "../en/audience.ts";
import type { SameShape } from "../translator.ts";

export const audience = {
  "audience.subscriber_not_found": "Такого подписчика нет.",
  "audience.category_not_found": "Такой категории нет.",
  "audience.too_many_categories": "Категорий может быть не больше {max}. Сначала уберите одну в архив.",
  "audience.name_missing": "Не хватает названия.",
  "audience.tag_not_found": "Такого тега нет.",
  "audience.tag_taken": "Тег «{name}» уже есть.",
  "audience.too_many_tags": "Тегов может быть не больше {max}.",
  "audience.too_many_tags_of_one": "У одного человека может быть не больше {max} тегов.",
  "audience.field_not_found": "Такого поля нет.",
  "audience.field_taken": "Поле «{name}» уже есть.",
  "audience.too_many_fields": "Полей может быть не больше {max}.",
  "audience.choices_missing": "Укажите хотя бы один вариант.",
  "audience.value_wrong.text": "«{field}»: нужен текст до 500 символов.",
  "audience.value_wrong.number": "«{field}»: нужно число.",
  "audience.value_wrong.date": "«{field}»: нужна дата, например 2026-05-31.",
  "audience.value_wrong.boolean": "«{field}»: нужно «да» или «нет».",
  "audience.value_wrong.choice": "«{field}»: выберите один из вариантов.",
  "audience.time_zone_unknown": "Такого часового пояса нет.",
  "audience.change_not_found": "Такого изменения нет.",
  "audience.choose_one": "Выберите людей вручную или фильтром и хотя бы один тег.",
  "audience.open_subscriptions": "Выбрать, что получать",
  "audience.stop.done":
    "Готово: ни один из наших ботов больше не пришлёт вам рассылок. Приходить будут только ответы на ваши собственные действия.",
  "audience.stop.already": "Рассылки от нас вам и так не приходят.",
  "audience.stop.category_done": "Готово: таких сообщений от нас больше не будет.",
  "audience.stop.way_back": "Передумаете — вернуть всё можно здесь.",
  "audience.stop.note": "Готово. Таких сообщений больше не будет.",
  "audience.stop.note_already": "Такие сообщения вам и так не приходят.",
  "audience.subscriptions.text":
    "Что вам можно присылать? Выберите в приложении. Чтобы отказаться от всего сразу, отправьте /stop.",
  "audience.subscriptions.kinds": "Или откажитесь сразу от одного вида сообщений:",
  "audience.subscriptions.refuse": "Не присылать: {name}",
  "audience.subscriptions.no_app": "Чтобы отказаться от всех рассылок сразу, отправьте /stop.",
} satisfies SameShape<typeof en>;
