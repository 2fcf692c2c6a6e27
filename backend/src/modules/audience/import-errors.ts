/** Refusals of imports. The code is also the key of the sentence in `i18n/<lang>/imports.ts`. */
import { conflict, invalid, notFound } from "@backend/kit/errors.ts";
import type { TableError } from "@backend/kit/table-rows.ts";

export const importNotFound = () => notFound("imports.import_not_found");
export const importBotNotFound = () => notFound("imports.bot_not_found");
export const importFileNotFound = () => notFound("imports.file_not_found");
export const wrongFile = () => invalid("imports.wrong_file");
export const fileGone = () => conflict("imports.file_gone");
export const importBegun = () => conflict("imports.begun");
export const importNotRunning = () => conflict("imports.not_running");
export const idColumnMissing = () => invalid("imports.id_column_missing");
export const consentMissing = () => invalid("imports.consent_missing");
export const columnTwice = (name: string) => invalid("imports.column_twice", { name });
export const columnsDiffer = (columns: number) => invalid("imports.columns_differ", { columns });
export const targetUnknown = () => invalid("imports.target_unknown");
export const tooManyFields = (max: number) => conflict("imports.too_many_fields", { max });
export const tooManyTags = (max: number) => conflict("imports.too_many_tags", { max });
export const unreadableFile = (problem: TableError["problem"] | "empty") => invalid(`imports.problem.${problem}`);
