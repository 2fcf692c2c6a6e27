/** Refusals of this room. Each code is also the i18n key of its sentence. */
import { conflict, invalid, notFound } from "@backend/kit/errors.ts";

export const eventNotFound = () => notFound("operations.event_not_found");
export const replayNotFound = () => notFound("operations.replay_not_found");
export const replayRunning = () => conflict("operations.replay_running");
export const recipientUnknown = () => invalid("operations.recipient_unknown");
export const chooseOne = () => invalid("operations.choose_one");
