import type { campaigns as en } from "../en/campaigns.ts";
import type { SameShape } from "../translator.ts";

export const campaigns = {
  "campaigns.tracker_not_found": "Такого трекера здесь нет.",
  "campaigns.campaign_not_found": "Такой кампании нет.",
  "campaigns.flow_not_found": "Такого потока нет.",
  "campaigns.not_for_programs": "Избранное есть только у людей, у программ его нет.",
  "campaigns.time_zone_unknown": "Такого часового пояса нет.",
  "campaigns.tracker.not_allowed":
    "Пользователю этого ключа не видны кампании. Дайте ему в Keitaro доступ к кампаниям и офферам.",
  "campaigns.tracker.request_refused":
    "Трекер не понимает вопрос о своих кампаниях. Возможно, это очень старая версия.",

  "campaigns.campaign_is_gone": "В трекере больше нет этой кампании, поэтому её потоки нельзя менять.",
  "campaigns.flow_is_gone": "В трекере больше нет этого потока, или он в архиве.",
  "campaigns.flow_has_no_offers": "Этот поток перенаправляет или действует сам: доли есть только у потоков с офферами.",

  "campaigns.shares.no_such_row": "Этого в потоке уже нет.",
  "campaigns.shares.row_is_off": "Выключено, поэтому доля ничего не значит. Сначала включите.",
  "campaigns.shares.row_is_pinned": "Доля закреплена. Сначала открепите её.",
  "campaigns.shares.pinned_exceed_total": "Одни только закреплённые доли дают больше 100 %. Открепите одну из них.",
  "campaigns.shares.no_room_for_minimum": "Не каждой строке достанется хотя бы 1 %. Открепите или уберите одну.",
  "campaigns.shares.no_room_for_minimum_nearest":
    "Тогда не каждой строке достанется хотя бы 1 %. Ближайшая доля: {nearest} %.",
  "campaigns.shares.others_are_pinned": "Все остальные закреплены, и 100 % из них не выйдет. Открепите одну из них.",
  "campaigns.shares.others_are_pinned_nearest":
    "Все остальные закреплены и оставляют этой {nearest} %. Чтобы изменить долю, открепите одну из них.",
  "campaigns.shares.sum_not_100": "Включённые доли не дали бы 100 % целыми процентами.",
  "campaigns.offer_unknown": "В трекере не видно активного оффера {id}. Синхронизируйте данные или проверьте номер.",
  "campaigns.landing_unknown":
    "В трекере не видно активного лендинга {id}. Синхронизируйте данные или проверьте номер.",
  "campaigns.already_there": "То, что должно встать на это место, уже есть в потоке.",

  "campaigns.draft_changed": "Тем временем это кто-то изменил. Посмотрите, как есть сейчас, и попробуйте снова.",
  "campaigns.no_draft": "В этом потоке нет неотправленных изменений.",
  "campaigns.nothing_to_undo": "Более раннего шага нет.",
  "campaigns.nothing_to_redo": "Более позднего шага нет.",
  "campaigns.nothing_to_change": "В этом потоке ничего не изменится.",
  "campaigns.several_trackers": "Эти потоки из разных трекеров. Меняйте за раз потоки одного трекера.",
  "campaigns.push_open": "Поток как раз отправляется в трекер. Когда это закончится, его снова можно будет менять.",
  "campaigns.sum_not_100": "Сумма активных долей: {total} %. Отправить можно только 100 %.",
  "campaigns.share_not_whole": "Доли должны быть целыми процентами от 0 до 100. Выровняйте их или задайте заново.",
  "campaigns.no_active_offers":
    "Не останется ни одного оффера, куда отправлять посетителей. Оставьте один или выключите поток в трекере.",
  "campaigns.no_active_landings":
    "Не останется ни одного активного лендинга. Оставьте один или уберите все, чтобы посетители шли сразу на офферы.",
  "campaigns.offer_gone": "В трекере больше нет оффера {name}. Уберите его из потока.",
  "campaigns.landing_gone": "В трекере больше нет лендинга {name}. Уберите его из потока.",
  "campaigns.push_not_found": "Такой отправки нет.",
  "campaigns.snapshot_gone": "Каким был поток до той отправки, больше не хранится, поэтому отменить её нельзя.",
  "campaigns.nothing_pushed": "Та отправка ничего не изменила в трекере, отменять нечего.",

  "campaigns.push.changed_meanwhile": "Тем временем кто-то изменил поток в трекере. Ничего не записано.",
  "campaigns.push.not_as_sent":
    "В трекере теперь не то, что было отправлено. Посмотрите на это, прежде чем отправлять снова.",
  "campaigns.push.flow_gone": "В трекере больше нет этого потока.",
  "campaigns.push.no_tracker": "Трекер больше не подключён.",
  "campaigns.push.tracker_replaced": "Тем временем подключили другой трекер, поэтому отправка отменена.",
  "campaigns.push.not_allowed":
    "Пользователь ключа может смотреть этот поток, но не менять его. Дайте ему больше прав в трекере.",
  "campaigns.push.request_refused": "Трекер не принял эти доли и не объяснил почему.",
  "campaigns.push.stumbled":
    "Отправка каждый раз срывается из-за сбоя на нашей стороне, попытки прекращены. Ошибка записана в журнал сервера.",

  "campaigns.drift.text": "Поток «{flow}» кампании «{campaign}» изменили в трекере.",
  "campaigns.drift.open": "Показать поток",

  "campaigns.postback.not_allowed": "Пользователь ключа не может менять кампании. Дайте ему больше прав в трекере.",
  "campaigns.postback.request_refused": "Трекер не принял постбек и не объяснил почему.",
  "campaigns.postback.not_taken":
    "Трекер согласился, но кампания отправляет не то, о чём его просили. Посмотрите её S2S-постбеки.",
  "campaigns.postback.others_changed":
    "Наш постбек такой, как нужно, но трекер изменил и другие постбеки этой кампании. Посмотрите её S2S-постбеки.",
  "campaigns.postback.missing":
    "Кампания «{campaign}» больше не присылает сюда конверсии: нашего адреса нет среди её постбеков в трекере.",
  "campaigns.postback.open": "Показать кампанию",
  "campaigns.sent.not_allowed":
    "Пользователю этого ключа не видно, что отправил трекер. Откройте ему доступ к логам в Keitaro.",
  "campaigns.sent.request_refused": "Трекер не сообщает, какие постбеки отправил. Возможно, это очень старая версия.",
  "campaigns.figures.not_allowed": "Пользователю этого ключа не видны отчёты. Откройте ему доступ к отчётам в Keitaro.",
  "campaigns.figures.request_refused":
    "Трекер не понимает вопрос об этих показателях. Возможно, это очень старая версия.",
  "campaigns.figures.place_missing": "Укажите трекер, кампанию или поток, по которым нужны цифры.",
  "campaigns.figures.period_missing": "Укажите, за какие дни нужны цифры.",
  "campaigns.figures.sheet": "Цифры",
  "campaigns.figures.by.campaign": "Кампания",
  "campaigns.figures.by.flow": "Поток",
  "campaigns.figures.by.offer": "Оффер",
  "campaigns.figures.by.landing": "Лендинг",
  "campaigns.figures.by.country": "Страна",
  "campaigns.figures.by.source": "Источник",
  "campaigns.figures.by.day": "День",
  "campaigns.figures.by.day_in": "День ({zone})",
  "campaigns.figures.by.none": "Всё",
  "campaigns.figures.number": "Номер",
  "campaigns.figures.column.clicks": "Клики",
  "campaigns.figures.column.uniques": "Уникальные клики",
  "campaigns.figures.column.conversions": "Конверсии",
  "campaigns.figures.column.sales": "Продажи",
  "campaigns.figures.column.revenue": "Доход",
  "campaigns.figures.column.cost": "Расход",
  "campaigns.figures.column.profit": "Прибыль",
  "campaigns.figures.column.roi": "ROI",
  "campaigns.figures.column.cr": "CR",
  "campaigns.figures.column.epc": "EPC",
  "campaigns.figures.total": "Итого",
  "campaigns.figures.unnamed": "Не указано",
} as const satisfies SameShape<typeof en>;
