import { appControl } from "@backend/i18n/en/app-control.ts";
import { appMessage } from "@backend/i18n/en/app-message.ts";

export const words = { ...appControl, ...appMessage };
