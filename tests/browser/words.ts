/** Every word that the product may say, for tests to look for: in the app and in chats, in three languages. */
import { app as en } from "@backend/i18n/en/app.ts";
import { translator } from "@backend/i18n/index.ts";
import { app as ru } from "@backend/i18n/ru/app.ts";
import { createTranslator, type Locale } from "@backend/i18n/translator.ts";
import { app as uk } from "@backend/i18n/uk/app.ts";

const app = {
  en: createTranslator<typeof en>("en", en),
  ru: createTranslator<typeof en>("ru", ru, en),
  uk: createTranslator<typeof en>("uk", uk, en),
};

/** Words of the Mini App. */
export const appWords = (locale: Locale) => app[locale];
/** Words of the bot. */
export const botWords = translator;
