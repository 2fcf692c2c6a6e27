import type { paymentProblems as en } from "../en/payment-problems.ts";
import type { SameShape } from "../translator.ts";

export const paymentProblems = {
  "payments.provider.key_refused": "Платіжна система не приймає ключ.",
  "payments.provider.not_allowed": "Платіжна система не дозволяє цього вашому обліковому запису.",
  "payments.provider.not_found": "Платіжна система не знає цього платежу.",
  "payments.provider.request_refused": "Платіжна система відхилила запит.",
  "payments.provider.amount_refused": "Платіжна система не приймає такої суми.",
  "payments.provider.not_enough_money": "На рахунку в платіжній системі бракує грошей.",
  "payments.provider.too_many_calls": "Платіжна система просить зачекати: забагато запитів.",
  "payments.provider.unreachable": "Платіжна система недоступна.",
  "payments.provider.timed_out": "Платіжна система не відповіла вчасно.",
  "payments.provider.server_error": "У платіжної системи збій.",
  "payments.provider.no_bot": "Немає бота, який приймав би зірки.",
  "payments.provider.key_unreadable": "Ключ більше не прочитати: змінився SECRETS_KEY. Введіть ключ ще раз.",
  "payments.provider.account_gone":
    "Цей обліковий запис більше не підключено. Підключіть його знову; гроші до повернення можна повернути й на баланс.",
  "payments.provider.bot_gone":
    "Бота, який прийняв ці зірки, більше не підключено: підключіть його знову або поверніть їх на баланс.",
  "payments.provider.stuck":
    "У продукті п’ять разів поспіль стався збій. Чи пішли гроші, невідомо: наступна спроба спершу їх пошукає.",
  "payments.provider.expired": "Час на оплату в платіжній системі минув.",
  "payments.provider.cancelled": "Платіжна система скасувала платіж.",
} satisfies SameShape<typeof en>;
