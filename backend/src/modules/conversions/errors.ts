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

export const alertRouteNotFound = () => notFound("conversions.route_not_found");
export const tooManyAlertRoutes = (limit: number) => conflict("conversions.too_many_routes", { limit });
export const orderOutdated = () => conflict("conversions.route_order_outdated");
export const personNotFound = () => notFound("conversions.person_not_found");
export const templateNotFound = () => notFound("conversions.template_not_found");
export const templateNameInvalid = () => invalid("conversions.template_name_invalid");
export const templateNameTaken = () => conflict("conversions.template_name_taken");
export const templateIsDefault = () => conflict("conversions.template_is_default");
export const tooManyTemplates = (limit: number) => conflict("conversions.too_many_templates", { limit });
export const callNotFound = () => notFound("conversions.call_not_found");
export const callUnreadable = () => invalid("conversions.lab_nothing_to_read");
export const nothingToSend = () => conflict("conversions.lab_nothing_to_send");
export const noTrackerLog = () => conflict("conversions.no_tracker_log");
export const trackerLogUnsupported = () => conflict("conversions.tracker_log_unsupported");
export const trackerAddressInvalid = () => invalid("conversions.tracker_address_invalid");
export const trackerKeyMissing = () => invalid("conversions.tracker_key_missing");
export const daysInvalid = () => invalid("conversions.days_invalid");
export const batchNotFound = () => notFound("conversions.batch_not_found");
export const batchRunning = () => conflict("conversions.batch_running");
export const batchTooLarge = (limit: number) => conflict("conversions.batch_too_large", { limit });
export const chooseOne = () => invalid("conversions.choose_one");
export const keepDaysInvalid = (least: number) => invalid("conversions.keep_days_invalid", { least });
export const notYours = () => forbidden("conversions.not_yours");
export const ownerNotMember = () => invalid("conversions.owner_not_member");
export const parameterMapInvalid = () => invalid("conversions.parameter_map_invalid");
export const senderInvalid = (sender: string) => invalid("conversions.sender_invalid", { sender: sender.slice(0, 60) });
export const signingInvalid = () => invalid("conversions.signing_invalid");
export const signingOff = () => conflict("conversions.signing_off");
export const signatureRefused = () => new AppError("unauthorized", "conversions.signature_refused");
