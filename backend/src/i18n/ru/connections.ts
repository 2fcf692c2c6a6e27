import type { connections as en } from "../en/connections.ts";
import type { SameShape } from "../translator.ts";

export const connections = {
  "conversions.not_yours": "Это чужое подключение. Изменить его может владелец или менеджер.",
  "conversions.owner_not_member": "Владельцем может быть только участник команды.",
  "conversions.parameter_map_invalid":
    "Параметр может означать только что-то одно, а его имя — не длиннее 100 символов.",
  "conversions.sender_invalid": "«{sender}» — не адрес и не сеть. Нужно так: 203.0.113.7 или 203.0.113.0/24.",
  "conversions.signing_invalid":
    "Такое имя не подойдёт: нужны буквы, цифры и дефисы, а имена подписи и её времени должны различаться.",
  "conversions.signing_off": "Это подключение не требует подписи.",
  "conversions.signature_refused": "Вызов подписан не так, как требует подключение.",
} as const satisfies SameShape<typeof en>;
