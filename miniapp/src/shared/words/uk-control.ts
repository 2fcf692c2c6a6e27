import { appControl } from "@backend/i18n/uk/app-control.ts";
import { appMessage } from "@backend/i18n/uk/app-message.ts";

export const words = { ...appControl, ...appMessage };
