import type { webhooks as en } from "../en/webhooks.ts";
import type { SameShape } from "../translator.ts";

export const webhooks = {
  "webhooks.endpoint_not_found": "Такої адреси немає.",
  "webhooks.call_not_found": "Такого виклику немає.",
  "webhooks.name_invalid": "Дайте адресі назву.",
  "webhooks.address_invalid": "Введіть адресу https без імені користувача та частини після #.",
  "webhooks.too_many_endpoints": "Робочий простір може мати щонайбільше {limit} адрес.",
  "webhooks.endpoint_is_off": "Адресу вимкнено. Спершу ввімкніть її.",
  "webhooks.problem.address_refused": "Цю адресу не можна викликати: вона невідома або веде до внутрішньої мережі.",
  "webhooks.problem.unreachable": "Не вдалося з'єднатися з адресою.",
  "webhooks.problem.certificate": "Адреса не має чинного сертифіката.",
  "webhooks.problem.timed_out": "Немає відповіді за десять секунд.",
  "webhooks.problem.too_large": "Відповідь завелика.",
} as const satisfies SameShape<typeof en>;
