import type { audience as en } from "../en/audience.ts";
import type { SameShape } from "../translator.ts";

export const audience = {
  "audience.subscriber_not_found": "Такого підписника немає.",
  "audience.category_not_found": "Такої категорії немає.",
  "audience.too_many_categories": "Категорій може бути не більше ніж {max}. Спершу приберіть одну в архів.",
  "audience.name_missing": "Бракує назви.",
  "audience.tag_not_found": "Такого тегу немає.",
  "audience.tag_taken": "Тег «{name}» уже є.",
  "audience.too_many_tags": "Тегів може бути не більше ніж {max}.",
  "audience.too_many_tags_of_one": "В однієї людини може бути не більше ніж {max} тегів.",
  "audience.field_not_found": "Такого поля немає.",
  "audience.field_taken": "Поле «{name}» уже є.",
  "audience.too_many_fields": "Полів може бути не більше ніж {max}.",
  "audience.choices_missing": "Вкажіть принаймні один варіант.",
  "audience.value_wrong.text": "«{field}»: потрібен текст до 500 символів.",
  "audience.value_wrong.number": "«{field}»: потрібне число.",
  "audience.value_wrong.date": "«{field}»: потрібна дата, наприклад 2026-05-31.",
  "audience.value_wrong.boolean": "«{field}»: потрібно «так» або «ні».",
  "audience.value_wrong.choice": "«{field}»: виберіть один із варіантів.",
  "audience.time_zone_unknown": "Такого часового поясу немає.",
  "audience.change_not_found": "Такої зміни немає.",
  "audience.choose_one": "Виберіть людей вручну або фільтром і принаймні один тег.",
  "audience.open_subscriptions": "Вибрати, що отримувати",
  "audience.stop.done":
    "Готово: жоден із наших ботів більше не надсилатиме вам розсилок. Надходитимуть лише відповіді на ваші власні дії.",
  "audience.stop.already": "Розсилки від нас вам і так не надходять.",
  "audience.stop.category_done": "Готово: таких повідомлень від нас більше не буде.",
  "audience.stop.way_back": "Передумаєте — повернути все можна тут.",
  "audience.stop.note": "Готово. Таких повідомлень більше не буде.",
  "audience.stop.note_already": "Такі повідомлення вам і так не надходять.",
  "audience.subscriptions.text":
    "Що вам можна надсилати? Виберіть у застосунку. Щоб відмовитися від усього одразу, надішліть /stop.",
  "audience.subscriptions.kinds": "Або відмовтеся одразу від одного виду повідомлень:",
  "audience.subscriptions.refuse": "Не надсилати: {name}",
  "audience.subscriptions.no_app": "Щоб відмовитися від усіх розсилок одразу, надішліть /stop.",
} satisfies SameShape<typeof en>;
