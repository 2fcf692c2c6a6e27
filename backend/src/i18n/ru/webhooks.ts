import type { webhooks as en } from "../en/webhooks.ts";
import type { SameShape } from "../translator.ts";

export const webhooks = {
  "webhooks.endpoint_not_found": "Такого адреса нет.",
  "webhooks.call_not_found": "Такого вызова нет.",
  "webhooks.name_invalid": "Назовите адрес.",
  "webhooks.address_invalid": "Введите адрес https без имени пользователя и части после #.",
  "webhooks.too_many_endpoints": "У рабочего пространства может быть не больше {limit} адресов.",
  "webhooks.endpoint_is_off": "Адрес выключен. Сначала включите его.",
  "webhooks.problem.address_refused": "Этот адрес нельзя вызывать: он неизвестен или ведёт во внутреннюю сеть.",
  "webhooks.problem.unreachable": "Не удалось соединиться с адресом.",
  "webhooks.problem.certificate": "У адреса нет действительного сертификата.",
  "webhooks.problem.timed_out": "Нет ответа за десять секунд.",
  "webhooks.problem.too_large": "Ответ слишком большой.",
} as const satisfies SameShape<typeof en>;
