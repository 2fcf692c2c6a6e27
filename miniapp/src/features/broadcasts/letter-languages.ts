import { languageTitle } from "@backend/i18n/format.ts";

/** Languages that Telegram's users have, by the two letters that it tells of them. */
const codes =
  "en ru uk ar az be bg bn cs da de el es et fa fi fr he hi hr hu hy id it ja ka kk ko ky lt lv ms nb nl pl pt ro sk sl sq sr sv tg th tk tr uz vi zh".split(
    " ",
  );

/** Every language by its name in the reader's own, in the order of those names. */
export const languagesIn = (locale: string): { value: string; label: string }[] =>
  codes
    .map((value) => ({ value, label: languageTitle(locale, value) }))
    .sort((a, b) => a.label.localeCompare(b.label, locale));
