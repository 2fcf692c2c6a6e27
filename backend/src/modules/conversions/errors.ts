/** Refusals of this room. The code is also the key of the sentence in `i18n/<lang>/conversions.ts`. */
import { AppError, conflict, forbidden, invalid, notFound } from "@backend/kit/errors.ts";

export const connectionNotFound = () => notFound("conversions.connection_not_found");
export const conversionNotFound = () => notFound("conversions.conversion_not_found");
export const targetNotFound = () => notFound("conversions.target_not_found");
export const nameTaken = () => conflict("conversions.name_taken");
export const nameInvalid = () => invalid("conversions.name_invalid");
export const currencyInvalid = (currency: string) =>
  invalid("conversions.currency_invalid", { currency: currency.slice(0, 20) });
export const statusMapInvalid = (limit: number) => invalid("conversions.status_map_invalid", { limit });
export const noTarget = () => conflict("conversions.no_target");
export const connectionPaused = () => conflict("conversions.connection_paused");
export const secretUnreadable = (cause: unknown) =>
  new AppError("conflict", "conversions.secret_unreadable", {}, { cause });
export const tooManyConnections = (limit: number) => conflict("conversions.too_many_connections", { limit });
export const notYours = () => forbidden("conversions.not_yours");
export const ownerNotMember = () => invalid("conversions.owner_not_member");
export const parameterMapInvalid = () => invalid("conversions.parameter_map_invalid");
export const senderInvalid = (sender: string) => invalid("conversions.sender_invalid", { sender: sender.slice(0, 60) });
export const signingInvalid = () => invalid("conversions.signing_invalid");
export const signingOff = () => conflict("conversions.signing_off");
export const signatureRefused = () => new AppError("unauthorized", "conversions.signature_refused");
