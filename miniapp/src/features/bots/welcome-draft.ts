/** A welcome message while it is written. Pure: values in, values out. */
import { buttonsOf, emptyLetter, filesOf, textOf } from "../broadcasts/letter-draft.ts";
import type { Letter } from "../broadcasts/letters-api.ts";
import type { SaveTexts } from "./api.ts";

type Content = NonNullable<SaveTexts["welcome"]>;

/** As the composer takes it: a letter of one language. */
export const asLetter = (language: string, welcome: Content | null): Letter =>
  welcome ? { fallback: language, messages: { [language]: welcome } } : emptyLetter(language);

/** Whether anything was written: words, a file or a button. */
export const written = (welcome: Content): boolean =>
  textOf(welcome).trim() !== "" || filesOf(welcome).some(({ media }) => media !== "") || buttonsOf(welcome).length > 0;
