/** Refusals of this room, and the reasons that stand on a delivery or chat. Each is also the i18n key of its sentence. */
import { conflict, invalid, notFound } from "@backend/kit/errors.ts";
import type { ChatState } from "@db/schema/messaging.ts";

export const chatNotFound = () => notFound("messaging.chat_not_found");
export const deliveryNotFound = () => notFound("messaging.delivery_not_found");
export const chatNotWritable = () => conflict("messaging.chat_not_writable");
export const labelInvalid = () => invalid("messaging.label_invalid");
export const notCancellable = () => conflict("messaging.not_cancellable");
export const notUnknown = () => conflict("messaging.not_unknown");

/** Why a delivery did not arrive, as its row keeps it. */
export const failureCodes = [
  "messaging.failed.chat_blocked",
  "messaging.failed.chat_deactivated",
  "messaging.failed.chat_kicked",
  "messaging.failed.chat_deleted",
  "messaging.failed.chat_no_rights",
  "messaging.failed.chat_unreachable",
  "messaging.failed.chat_removed",
  "messaging.failed.bot_gone",
  "messaging.failed.topic_gone",
  "messaging.failed.topic_closed",
  "messaging.failed.text_refused",
  "messaging.failed.too_long",
  "messaging.failed.empty",
  "messaging.failed.file_refused",
  "messaging.failed.buttons_refused",
  "messaging.failed.refused",
  "messaging.failed.message_gone",
  "messaging.failed.too_old",
  "messaging.failed.not_editable",
  "messaging.failed.other_kind",
  "messaging.failed.gave_up",
  "messaging.failed.unsendable",
  "messaging.unknown.answer_lost",
  "messaging.unknown.interrupted",
  "messaging.cancelled.by_member",
  "messaging.cancelled.no_longer_needed",
] as const;
export type FailureCode = (typeof failureCodes)[number];

export const chatFailure = (state: Exclude<ChatState, "active">): FailureCode => `messaging.failed.chat_${state}`;
