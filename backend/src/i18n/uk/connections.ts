import type { connections as en } from "../en/connections.ts";
import type { SameShape } from "../translator.ts";

export const connections = {
  "conversions.not_yours": "Це чуже підключення. Змінити його може власник або менеджер.",
  "conversions.owner_not_member": "Власником може бути лише учасник команди.",
  "conversions.parameter_map_invalid":
    "Параметр може означати лише щось одне, а його назва — не довша за 100 символів.",
  "conversions.sender_invalid": "«{sender}» — не адреса й не мережа. Потрібно так: 203.0.113.7 або 203.0.113.0/24.",
  "conversions.signing_invalid":
    "Така назва не підійде: потрібні літери, цифри й дефіси, а назви підпису та його часу мають різнитися.",
  "conversions.signing_off": "Це підключення не вимагає підпису.",
  "conversions.signature_refused": "Виклик підписано не так, як вимагає підключення.",
} as const satisfies SameShape<typeof en>;
