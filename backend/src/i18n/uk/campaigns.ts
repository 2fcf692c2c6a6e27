import type { campaigns as en } from "../en/campaigns.ts";
import type { SameShape } from "../translator.ts";

export const campaigns = {
  "campaigns.tracker_not_found": "Такого трекера тут немає.",
  "campaigns.campaign_not_found": "Такої кампанії немає.",
  "campaigns.flow_not_found": "Такого потоку немає.",
  "campaigns.not_for_programs": "Обране є лише в людей, у програм його немає.",
  "campaigns.time_zone_unknown": "Такого часового поясу немає.",
  "campaigns.tracker.not_allowed":
    "Користувачеві цього ключа не видно кампаній. Дайте йому в Keitaro доступ до кампаній та оферів.",
  "campaigns.tracker.request_refused": "Трекер не розуміє запитання про свої кампанії. Можливо, це дуже стара версія.",

  "campaigns.campaign_is_gone": "У трекері більше немає цієї кампанії, тому її потоки не можна змінювати.",
  "campaigns.flow_is_gone": "У трекері більше немає цього потоку, або він в архіві.",
  "campaigns.flow_has_no_offers": "Цей потік перенаправляє або діє сам: частки є лише в потоків з оферами.",

  "campaigns.shares.no_such_row": "Цього в потоці вже немає.",
  "campaigns.shares.row_is_off": "Вимкнено, тому частка нічого не означає. Спершу увімкніть.",
  "campaigns.shares.row_is_pinned": "Частку закріплено. Спершу відкріпіть її.",
  "campaigns.shares.pinned_exceed_total": "Самі лише закріплені частки дають понад 100 %. Відкріпіть одну з них.",
  "campaigns.shares.no_room_for_minimum": "Не кожному рядку дістанеться хоча б 1 %. Відкріпіть або приберіть один.",
  "campaigns.shares.no_room_for_minimum_nearest":
    "Тоді не кожному рядку дістанеться хоча б 1 %. Найближча частка: {nearest} %.",
  "campaigns.shares.others_are_pinned": "Усі інші закріплено, і 100 % з них не вийде. Відкріпіть одну з них.",
  "campaigns.shares.others_are_pinned_nearest":
    "Усі інші закріплено, і вони лишають цій {nearest} %. Щоб змінити частку, відкріпіть одну з них.",
  "campaigns.shares.sum_not_100": "Увімкнені частки не дали б 100 % цілими відсотками.",
  "campaigns.offer_unknown": "У трекері не видно активного офера {id}. Синхронізуйте дані або перевірте номер.",
  "campaigns.landing_unknown": "У трекері не видно активного лендинга {id}. Синхронізуйте дані або перевірте номер.",
  "campaigns.already_there": "Те, що має стати на це місце, вже є в потоці.",

  "campaigns.draft_changed": "Тим часом це хтось змінив. Подивіться, як є зараз, і спробуйте ще раз.",
  "campaigns.no_draft": "У цьому потоці немає ненадісланих змін.",
  "campaigns.nothing_to_undo": "Ранішого кроку немає.",
  "campaigns.nothing_to_redo": "Пізнішого кроку немає.",
  "campaigns.nothing_to_change": "У цьому потоці нічого не зміниться.",
  "campaigns.several_trackers": "Ці потоки з різних трекерів. Змінюйте за раз потоки одного трекера.",
  "campaigns.push_open": "Потік саме надсилається в трекер. Коли це закінчиться, його знову можна буде змінювати.",
  "campaigns.sum_not_100": "Сума активних часток: {total} %. Надіслати можна лише 100 %.",
  "campaigns.share_not_whole": "Частки мають бути цілими відсотками від 0 до 100. Вирівняйте їх або задайте заново.",
  "campaigns.no_active_offers":
    "Не лишиться жодного офера, куди надсилати відвідувачів. Залиште один або вимкніть потік у трекері.",
  "campaigns.no_active_landings":
    "Не лишиться жодного активного лендинга. Залиште один або приберіть усі, щоб відвідувачі йшли одразу на офери.",
  "campaigns.offer_gone": "У трекері більше немає офера {name}. Приберіть його з потоку.",
  "campaigns.landing_gone": "У трекері більше немає лендинга {name}. Приберіть його з потоку.",
  "campaigns.push_not_found": "Такого надсилання немає.",
  "campaigns.snapshot_gone": "Яким був потік до того надсилання, більше не зберігається, тому скасувати його не можна.",
  "campaigns.nothing_pushed": "Те надсилання нічого не змінило в трекері, скасовувати нічого.",

  "campaigns.push.changed_meanwhile": "Тим часом хтось змінив потік у трекері. Нічого не записано.",
  "campaigns.push.not_as_sent": "У трекері тепер не те, що було надіслано. Подивіться на це, перш ніж надсилати знову.",
  "campaigns.push.flow_gone": "У трекері більше немає цього потоку.",
  "campaigns.push.no_tracker": "Трекер більше не підключено.",
  "campaigns.push.tracker_replaced": "Тим часом підключили інший трекер, тому надсилання скасовано.",
  "campaigns.push.not_allowed":
    "Користувач ключа може переглядати цей потік, але не змінювати його. Дайте йому більше прав у трекері.",
  "campaigns.push.request_refused": "Трекер не прийняв ці частки й не пояснив чому.",
  "campaigns.push.stumbled":
    "Надсилання щоразу зривається через збій на нашому боці, спроби припинено. Помилку записано в журнал сервера.",

  "campaigns.drift.text": "Потік «{flow}» кампанії «{campaign}» змінили в трекері.",
  "campaigns.drift.open": "Показати потік",

  "campaigns.postback.not_allowed": "Користувач ключа не може змінювати кампанії. Дайте йому більше прав у трекері.",
  "campaigns.postback.request_refused": "Трекер не прийняв постбек і не пояснив чому.",
  "campaigns.postback.not_taken":
    "Трекер погодився, але кампанія надсилає не те, про що його просили. Подивіться її S2S-постбеки.",
  "campaigns.postback.others_changed":
    "Наш постбек такий, як треба, але трекер змінив і інші постбеки цієї кампанії. Подивіться її S2S-постбеки.",
  "campaigns.postback.missing":
    "Кампанія «{campaign}» більше не надсилає сюди конверсії: нашої адреси немає серед її постбеків у трекері.",
  "campaigns.postback.open": "Показати кампанію",
  "campaigns.sent.not_allowed":
    "Користувачеві цього ключа не видно, що надіслав трекер. Відкрийте йому доступ до логів у Keitaro.",
  "campaigns.sent.request_refused": "Трекер не повідомляє, які постбеки надіслав. Можливо, це дуже стара версія.",
  "campaigns.figures.not_allowed":
    "Користувачеві цього ключа не видно звітів. Відкрийте йому доступ до звітів у Keitaro.",
  "campaigns.figures.request_refused": "Трекер не розуміє запитання про ці показники. Можливо, це дуже стара версія.",
  "campaigns.figures.place_missing": "Вкажіть трекер, кампанію або потік, за якими потрібні цифри.",
  "campaigns.figures.period_missing": "Вкажіть, за які дні потрібні цифри.",
  "campaigns.figures.sheet": "Цифри",
  "campaigns.figures.by.campaign": "Кампанія",
  "campaigns.figures.by.flow": "Потік",
  "campaigns.figures.by.offer": "Офер",
  "campaigns.figures.by.landing": "Лендинг",
  "campaigns.figures.by.country": "Країна",
  "campaigns.figures.by.source": "Джерело",
  "campaigns.figures.by.day": "День",
  "campaigns.figures.by.day_in": "День ({zone})",
  "campaigns.figures.by.none": "Усе",
  "campaigns.figures.number": "Номер",
  "campaigns.figures.column.clicks": "Кліки",
  "campaigns.figures.column.uniques": "Унікальні кліки",
  "campaigns.figures.column.conversions": "Конверсії",
  "campaigns.figures.column.sales": "Продажі",
  "campaigns.figures.column.revenue": "Дохід",
  "campaigns.figures.column.cost": "Витрати",
  "campaigns.figures.column.profit": "Прибуток",
  "campaigns.figures.column.roi": "ROI",
  "campaigns.figures.column.cr": "CR",
  "campaigns.figures.column.epc": "EPC",
  "campaigns.figures.total": "Разом",
  "campaigns.figures.unnamed": "Не вказано",
} as const satisfies SameShape<typeof en>;
