import type { trackerLogs as en } from "../en/tracker-logs.ts";
import type { SameShape } from "../translator.ts";

export const trackerLogs: SameShape<typeof en> = {
  "conversions.no_tracker_log": "Журнал трекера ще не підключено.",
  "conversions.tracker_log_unsupported": "Поки що вміємо читати журнал лише Keitaro.",
  "conversions.tracker_address_invalid":
    "У цьому тексті немає адреси трекера. Скопіюйте її з браузера: https://tracker.example/admin",
  "conversions.tracker_key_missing": "Введіть і ключ API: збережений не надсилається на іншу адресу.",
  "conversions.days_invalid": "Не вдалося розібрати дні. Пишіть їх як 2026-03-29, спершу раніший.",

  "conversions.tracker.address_refused":
    "За цією адресою звернутися не можна: її ніхто не знає або вона в закритій мережі. Перевірте, чи немає одруку.",
  "conversions.tracker.unreachable": "До трекера не достукатися: сервер вимкнено або порт закрито.",
  "conversions.tracker.certificate":
    "Сертифікат трекера не підходить до цієї адреси. Оновіть сертифікат або перевірте адресу.",
  "conversions.tracker.timed_out": "Трекер не відповів вчасно. Можливо, він перевантажений — спробуємо ще раз самі.",
  "conversions.tracker.not_a_tracker":
    "За цією адресою хтось відповідає, але це не Keitaro. Скопіюйте адресу панелі з браузера.",
  "conversions.tracker.redirected":
    "Ця адреса перенаправляє на іншу. Введіть ту, за якою відкривається панель, разом із https://, якщо він є.",
  "conversions.tracker.key_refused":
    "Трекер не приймає цей ключ. Створіть новий у Keitaro: Обслуговування → Користувачі → Ключі Admin API.",
  "conversions.tracker.no_api": "У цій редакції Keitaro немає Admin API. Він є у старших ліцензіях.",
  "conversions.tracker.not_allowed":
    "Користувачеві цього ключа не видно конверсій. Відкрийте йому доступ до звітів у Keitaro.",
  "conversions.tracker.blocked":
    "Нас не пускає захист перед трекером (Cloudflare). Дозвольте в ньому адресу цього сервера.",
  "conversions.tracker.request_refused": "Трекер не розуміє запитання про журнал. Можливо, версія дуже стара.",
  "conversions.tracker.too_large": "Відповідь трекера завелика, прочитати її не можна.",
  "conversions.tracker.unreadable": "Трекер відповів чимось, що не можна прочитати.",
  "conversions.tracker.busy": "Трекер просить звертатися рідше. Спробуємо ще раз самі.",
  "conversions.tracker.failing": "Трекер повідомляє про власну помилку. Спробуємо ще раз самі.",
  "conversions.tracker.key_unreadable": "Збережений ключ більше не відкривається. Введіть його ще раз.",
};
