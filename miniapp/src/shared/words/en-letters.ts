import { appLetters } from "@backend/i18n/en/app-letters.ts";
import { appMessage } from "@backend/i18n/en/app-message.ts";
import { letters } from "@backend/i18n/en/letters.ts";

/** What is wrong with a letter is said by the screen in the server's words. */
export const words = { ...letters, ...appMessage, ...appLetters };
