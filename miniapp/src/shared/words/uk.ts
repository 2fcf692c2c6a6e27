import { appShell } from "@backend/i18n/uk/app-shell.ts";
import { appToday } from "@backend/i18n/uk/app-today.ts";
import { conversionStatuses } from "@backend/i18n/uk/conversion-statuses.ts";
import { errors } from "@backend/i18n/uk/errors.ts";

/** What every start needs. */
export const words = { ...errors, ...appShell, ...appToday, ...conversionStatuses };
