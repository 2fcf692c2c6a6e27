import { appLetters } from "@backend/i18n/uk/app-letters.ts";
import { appMessage } from "@backend/i18n/uk/app-message.ts";
import { letters } from "@backend/i18n/uk/letters.ts";

/** What is wrong with a letter is said by the screen in the server's words. */
export const words = { ...letters, ...appMessage, ...appLetters };
