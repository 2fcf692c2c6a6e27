/**
 * Words for people: all three languages, for the server and the bot. The Mini App does not import this file; it loads
 * `<lang>/app.ts` of one language and gives it to `createTranslator`.
 *
 * A new domain adds `<lang>/<domain>.ts` in three languages and one line in each `<lang>/index.ts`. Keys are written
 * out in full ("conversions.connection_not_found"), because an error's code is its key and must be found by searching.
 */
import { en } from "./en/index.ts";
import { ru } from "./ru/index.ts";
import { createTranslator, type Locale, type Translator } from "./translator.ts";
import { uk } from "./uk/index.ts";

export { formatDateTime, formatDay, formatMoney, formatNumber, formatTime } from "./format.ts";
export { type Locale, localeOf, locales, type MessageParams } from "./translator.ts";

/** Every key the server can say. */
export type MessageKey = keyof typeof en;
/** The server's translator for one language. */
export type Translate = Translator<typeof en>;

const translators: Readonly<Record<Locale, Translate>> = {
  en: createTranslator<typeof en>("en", en),
  ru: createTranslator<typeof en>("ru", ru, en),
  uk: createTranslator<typeof en>("uk", uk, en),
};

/** `translator("uk")("common.not_found")`: the sentence in that language, English where a translation is missing. */
export function translator(locale: Locale): Translate {
  return translators[locale];
}
