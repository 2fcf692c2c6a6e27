/** Refusals of this room. The code is also the key of the sentence in `i18n/<lang>/reporting.ts`. */
import { conflict, invalid, notFound } from "@backend/kit/errors.ts";

export const watchNotFound = () => notFound("reports.watch_not_found");
export const summaryNotFound = () => notFound("reports.summary_not_found");
export const connectionNotFound = () => notFound("reports.connection_not_found");
export const chooseConnection = () => invalid("reports.choose_connection");
export const targetNotFound = () => notFound("reports.target_not_found");
export const targetMissing = () => conflict("reports.target_missing");
export const nameInvalid = () => invalid("reports.name_invalid");
export const percentInvalid = (limits: { min: number; max: number }) => invalid("reports.percent_invalid", limits);
export const tooMany = (limit: number) => conflict("reports.too_many", { limit });
export const botNotFound = () => notFound("reports.bot_not_found");
