import type { paymentProblems as en } from "../en/payment-problems.ts";
import type { SameShape } from "../translator.ts";

export const paymentProblems = {
  "payments.provider.key_refused": "Платёжная система не принимает ключ.",
  "payments.provider.not_allowed": "Платёжная система не разрешает это вашему аккаунту.",
  "payments.provider.not_found": "Платёжная система не знает этого платежа.",
  "payments.provider.request_refused": "Платёжная система отклонила запрос.",
  "payments.provider.amount_refused": "Платёжная система не принимает такую сумму.",
  "payments.provider.not_enough_money": "На счёте в платёжной системе не хватает денег.",
  "payments.provider.too_many_calls": "Платёжная система просит подождать: слишком много запросов.",
  "payments.provider.unreachable": "Платёжная система недоступна.",
  "payments.provider.timed_out": "Платёжная система не ответила вовремя.",
  "payments.provider.server_error": "У платёжной системы сбой.",
  "payments.provider.no_bot": "Нет работающего бота, который принимал бы звёзды.",
  "payments.provider.key_unreadable": "Ключ больше не прочитать: сменился SECRETS_KEY. Введите ключ заново.",
  "payments.provider.account_gone":
    "Этот аккаунт больше не подключён. Подключите его снова; деньги к возврату можно вернуть и на баланс.",
  "payments.provider.bot_gone":
    "Бот, который принял эти звёзды, больше не подключён: подключите его снова или верните их на баланс.",
  "payments.provider.stuck":
    "В продукте пять раз подряд произошёл сбой. Ушли ли деньги, неизвестно: следующая попытка сначала их поищет.",
  "payments.provider.expired": "Время на оплату в платёжной системе вышло.",
  "payments.provider.cancelled": "Платёжная система отменила платёж.",
} satisfies SameShape<typeof en>;
