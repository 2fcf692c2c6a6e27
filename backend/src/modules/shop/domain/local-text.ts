/** Texts by language. */
type Language = "en" | "ru" | "uk";
type LocalText = Readonly<Partial<Record<Language, string>>>;

const order: readonly Language[] = ["en", "ru", "uk"];

/** In the reader's language, else the workspace's, else any that has words; "" when none has. */
export const textIn = (text: LocalText, locale: Language, workspaceLocale: Language): string =>
  [locale, workspaceLocale, ...order].map((language) => text[language] ?? "").find((words) => words !== "") ?? "";

/** Trimmed, without empty languages. */
export function cleanText(text: LocalText): Partial<Record<Language, string>> {
  const clean: Partial<Record<Language, string>> = {};
  for (const language of order) {
    const words = (text[language] ?? "").trim();
    if (words !== "") clean[language] = words;
  }
  return clean;
}

export const hasWords = (text: LocalText): boolean => order.some((language) => (text[language] ?? "").trim() !== "");
