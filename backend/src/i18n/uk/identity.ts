import type { identity as en } from "../en/identity.ts";
import type { SameShape } from "../translator.ts";

export const identity = {
  "identity.member_not_found": "Такого учасника немає.",
  "identity.person_not_found": "Такої людини немає.",
  "identity.api_key_not_found": "Такого ключа API немає.",
  "identity.invitation_not_found": "Це запрошення недійсне. Попросіть нове.",
  "identity.invitation_used": "Цим запрошенням уже скористалися. Попросіть нове.",
  "identity.invitation_expired": "Термін запрошення минув. Попросіть нове.",
  "identity.already_member": "Ви вже в команді. Роль можна змінити на сторінці учасників.",
  "identity.last_owner": "Простір має мати власника. Спершу призначте власником когось іншого.",
  "identity.role_above_yours": "Не можна надати, змінити чи забрати роль, вищу за свою.",
  "identity.scope_not_yours": "Не можна дати ключу право «{scope}»: у вас самих його немає.",
  "identity.scope_for_people": "Право «{scope}» — лише для людей, ключу його дати не можна.",
  "identity.time_zone_unknown": "Такого часового поясу немає. Виберіть, наприклад, Europe/Kyiv.",
  "identity.name_invalid": "Назва — від 1 до 80 символів.",
  "identity.workspaces_closed": "Створювати нові простори тут не можна.",
  "identity.too_many_workspaces": "Просторів, до яких ви належите, вже {limit}. Спершу вийдіть із якогось.",
  "identity.too_many_invitations": "Відкритих запрошень уже {limit}. Спершу відкличте зайві.",
  "identity.too_many_api_keys": "Ключів API вже {limit}. Спершу відкличте зайві.",
  "identity.not_yourself": "Заблокувати себе не можна.",
  "identity.still_member": "Ця людина в команді. Спершу вилучіть її звідти, потім зітріть дані.",
  "identity.no_bot": "Простір не має робочого бота. Спершу під’єднайте бота.",

  "identity.role.owner": "власник",
  "identity.role.admin": "адміністратор",
  "identity.role.manager": "менеджер",
  "identity.role.media_buyer": "медіабаєр",
  "identity.role.finance": "фінанси",
  "identity.role.support": "підтримка",
} as const satisfies SameShape<typeof en>;
