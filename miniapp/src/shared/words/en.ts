import { appShell } from "@backend/i18n/en/app-shell.ts";
import { appToday } from "@backend/i18n/en/app-today.ts";
import { conversionStatuses } from "@backend/i18n/en/conversion-statuses.ts";
import { errors } from "@backend/i18n/en/errors.ts";

/** What every start needs. */
export const words = { ...errors, ...appShell, ...appToday, ...conversionStatuses };
