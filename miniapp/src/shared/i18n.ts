/** Words: one language is loaded, and only that one. */
import type { app as words } from "@backend/i18n/en/app.ts";
import { createTranslator, type Locale, locales, type Translator } from "@backend/i18n/translator.ts";
import { createContext, use } from "react";
import type { ApiError } from "./api-client.ts";

export type AppWords = typeof words;
export type AppTranslator = Translator<AppWords>;
export type AppKey = keyof AppWords & string;
/** Keys whose message takes no parameters: for lists of labels. */
export type { Locale };

const loaders: Record<Locale, () => Promise<{ app: Readonly<Record<AppKey, unknown>> }>> = {
  en: () => import("@backend/i18n/en/app.ts"),
  ru: () => import("@backend/i18n/ru/app.ts"),
  uk: () => import("@backend/i18n/uk/app.ts"),
};

export async function loadTranslator(locale: Locale): Promise<AppTranslator> {
  const { app } = await loaders[locale]();
  return createTranslator<AppWords>(locale, app as AppWords);
}

export const isLocale = (value: unknown): value is Locale => (locales as readonly unknown[]).includes(value);

/** Remembered on this device, so that the next start opens in it before the server has said anything. */
export function rememberLocale(userId: number | undefined, locale: Locale): void {
  try {
    localStorage.setItem(`language:${userId}`, locale);
  } catch {
    // Private mode: the next start begins in Telegram's language and changes when the server has answered.
  }
}

export const WordsContext = createContext<AppTranslator | null>(null);

/** The translator of the language in use: `t("app.tabs.today")`. */
export function useT(): AppTranslator {
  const t = use(WordsContext);
  if (!t) throw new Error("words are used outside of their provider");
  return t;
}

/** The sentence for a failed call: ours for its code, else the server's, else that something went wrong. */
export function sentenceOf(t: AppTranslator, error: unknown): string {
  const { code, message, params, requestId } = (error ?? {}) as Partial<ApiError>;
  return (
    (code ? t.find(code, { requestId: requestId ?? "", ...params }) : undefined) ||
    (code && message) ||
    t("common.internal", { requestId: requestId || "–" })
  );
}
