import { appShell } from "@backend/i18n/ru/app-shell.ts";
import { appToday } from "@backend/i18n/ru/app-today.ts";
import { conversionStatuses } from "@backend/i18n/ru/conversion-statuses.ts";
import { errors } from "@backend/i18n/ru/errors.ts";

/** What every start needs. */
export const words = { ...errors, ...appShell, ...appToday, ...conversionStatuses };
