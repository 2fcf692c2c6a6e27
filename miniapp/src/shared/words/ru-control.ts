import { appControl } from "@backend/i18n/ru/app-control.ts";
import { appMessage } from "@backend/i18n/ru/app-message.ts";

export const words = { ...appControl, ...appMessage };
