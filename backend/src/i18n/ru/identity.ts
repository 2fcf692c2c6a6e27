import type { identity as en } from "../en/identity.ts";
import type { SameShape } from "../translator.ts";

export const identity = {
  "identity.member_not_found": "Такого участника нет.",
  "identity.person_not_found": "Такого человека нет.",
  "identity.api_key_not_found": "Такого ключа API нет.",
  "identity.invitation_not_found": "Это приглашение недействительно. Попросите новое.",
  "identity.invitation_used": "Этим приглашением уже воспользовались. Попросите новое.",
  "identity.invitation_expired": "Срок приглашения истёк. Попросите новое.",
  "identity.already_member": "Вы уже в команде. Роль можно изменить на странице участников.",
  "identity.last_owner": "У пространства должен быть владелец. Сначала назначьте владельцем кого-то ещё.",
  "identity.role_above_yours": "Нельзя выдать, изменить или отнять роль выше своей.",
  "identity.scope_not_yours": "Нельзя дать ключу право «{scope}»: у вас самих его нет.",
  "identity.scope_for_people": "Право «{scope}» — только для людей, ключу его дать нельзя.",
  "identity.time_zone_unknown": "Такого часового пояса нет. Выберите, например, Europe/Kyiv.",
  "identity.name_invalid": "Название — от 1 до 80 символов.",
  "identity.workspaces_closed": "Создавать новые пространства здесь нельзя.",
  "identity.too_many_workspaces": "Пространств, в которых вы состоите, уже {limit}. Сначала выйдите из какого-нибудь.",
  "identity.too_many_invitations": "Открытых приглашений уже {limit}. Сначала отзовите лишние.",
  "identity.too_many_api_keys": "Ключей API уже {limit}. Сначала отзовите лишние.",
  "identity.not_yourself": "Заблокировать себя нельзя.",
  "identity.still_member": "Этот человек в команде. Сначала удалите его из неё, потом сотрите данные.",
  "identity.no_bot": "У пространства нет работающего бота. Сначала подключите бота.",

  "identity.role.owner": "владелец",
  "identity.role.admin": "администратор",
  "identity.role.manager": "менеджер",
  "identity.role.media_buyer": "медиабайер",
  "identity.role.finance": "финансы",
  "identity.role.support": "поддержка",
} as const satisfies SameShape<typeof en>;
