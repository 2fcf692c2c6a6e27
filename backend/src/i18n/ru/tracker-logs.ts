import type { trackerLogs as en } from "../en/tracker-logs.ts";
import type { SameShape } from "../translator.ts";

export const trackerLogs: SameShape<typeof en> = {
  "conversions.no_tracker_log": "Журнал трекера ещё не подключён.",
  "conversions.tracker_log_unsupported": "Пока умеем читать журнал только Keitaro.",
  "conversions.tracker_address_invalid":
    "В этом тексте нет адреса трекера. Скопируйте его из браузера: https://tracker.example/admin",
  "conversions.tracker_key_missing": "Введите и ключ API: сохранённый не отправляется на другой адрес.",
  "conversions.days_invalid": "Не получилось разобрать дни. Пишите их как 2026-03-29, сначала более ранний.",

  "conversions.tracker.address_refused":
    "По этому адресу обратиться нельзя: его никто не знает или он в закрытой сети. Проверьте, нет ли опечатки.",
  "conversions.tracker.unreachable": "До трекера не достучаться: сервер выключен или порт закрыт.",
  "conversions.tracker.certificate":
    "Сертификат трекера не подходит к этому адресу. Обновите сертификат или проверьте адрес.",
  "conversions.tracker.timed_out": "Трекер не ответил вовремя. Возможно, он перегружен — попробуем ещё раз сами.",
  "conversions.tracker.not_a_tracker":
    "По этому адресу кто-то отвечает, но это не Keitaro. Скопируйте адрес панели из браузера.",
  "conversions.tracker.redirected":
    "Этот адрес перенаправляет на другой. Введите тот, по которому открывается панель, вместе с https://, если он есть.",
  "conversions.tracker.key_refused":
    "Трекер не принимает этот ключ. Создайте новый в Keitaro: Обслуживание → Пользователи → Ключи Admin API.",
  "conversions.tracker.no_api": "В этой редакции Keitaro нет Admin API. Он есть в старших лицензиях.",
  "conversions.tracker.not_allowed":
    "Пользователю этого ключа не видны конверсии. Откройте ему доступ к отчётам в Keitaro.",
  "conversions.tracker.blocked":
    "Нас не пускает защита перед трекером (Cloudflare). Разрешите в ней адрес этого сервера.",
  "conversions.tracker.request_refused": "Трекер не понимает вопрос о журнале. Возможно, версия очень старая.",
  "conversions.tracker.too_large": "Ответ трекера слишком большой, прочитать его нельзя.",
  "conversions.tracker.unreadable": "Трекер ответил чем-то, что нельзя прочитать.",
  "conversions.tracker.busy": "Трекер просит обращаться реже. Попробуем ещё раз сами.",
  "conversions.tracker.failing": "Трекер сообщает о своей ошибке. Попробуем ещё раз сами.",
  "conversions.tracker.key_unreadable": "Сохранённый ключ больше не открывается. Введите его ещё раз.",
};
