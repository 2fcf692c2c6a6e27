/** Words: one language is loaded, and only that one. */
import type { app as words } from "@backend/i18n/en/app.ts";
import {
  type Catalog,
  createTranslator,
  type Locale,
  locales,
  type Message,
  type Translator,
} from "@backend/i18n/translator.ts";
import { createContext, use } from "react";
import type { ApiError } from "./api-client.ts";

export type AppWords = typeof words;
export type AppTranslator = Translator<AppWords>;
export type AppKey = keyof AppWords & string;
export type { Locale };

/** Parts of a catalog: "first" is there from the start, the others come with the section that says them. */
export type WordsOf =
  | "first"
  | "traffic"
  | "connections"
  | "truth"
  | "control"
  | "alerts"
  | "statistics"
  | "reporting"
  | "bots"
  | "audience"
  | "segments"
  | "importing"
  | "broadcasts"
  | "letters"
  | "results"
  | "sequences"
  | "webhooks"
  | "campaigns"
  | "shares"
  | "postbacks"
  | "figures"
  | "shop"
  | "sales"
  | "selling"
  | "payments"
  | "posts"
  | "access";

const loaders: Record<WordsOf, Record<Locale, () => Promise<{ words: Catalog }>>> = {
  first: {
    en: () => import("./words/en.ts"),
    ru: () => import("./words/ru.ts"),
    uk: () => import("./words/uk.ts"),
  },
  traffic: {
    en: () => import("./words/en-traffic.ts"),
    ru: () => import("./words/ru-traffic.ts"),
    uk: () => import("./words/uk-traffic.ts"),
  },
  connections: {
    en: () => import("./words/en-connections.ts"),
    ru: () => import("./words/ru-connections.ts"),
    uk: () => import("./words/uk-connections.ts"),
  },
  truth: {
    en: () => import("./words/en-truth.ts"),
    ru: () => import("./words/ru-truth.ts"),
    uk: () => import("./words/uk-truth.ts"),
  },
  control: {
    en: () => import("./words/en-control.ts"),
    ru: () => import("./words/ru-control.ts"),
    uk: () => import("./words/uk-control.ts"),
  },
  reporting: {
    en: () => import("./words/en-reporting.ts"),
    ru: () => import("./words/ru-reporting.ts"),
    uk: () => import("./words/uk-reporting.ts"),
  },
  alerts: {
    en: () => import("./words/en-alerts.ts"),
    ru: () => import("./words/ru-alerts.ts"),
    uk: () => import("./words/uk-alerts.ts"),
  },
  statistics: {
    en: () => import("./words/en-statistics.ts"),
    ru: () => import("./words/ru-statistics.ts"),
    uk: () => import("./words/uk-statistics.ts"),
  },
  bots: {
    en: () => import("./words/en-bots.ts"),
    ru: () => import("./words/ru-bots.ts"),
    uk: () => import("./words/uk-bots.ts"),
  },
  audience: {
    en: () => import("./words/en-audience.ts"),
    ru: () => import("./words/ru-audience.ts"),
    uk: () => import("./words/uk-audience.ts"),
  },
  segments: {
    en: () => import("./words/en-segments.ts"),
    ru: () => import("./words/ru-segments.ts"),
    uk: () => import("./words/uk-segments.ts"),
  },
  importing: {
    en: () => import("./words/en-importing.ts"),
    ru: () => import("./words/ru-importing.ts"),
    uk: () => import("./words/uk-importing.ts"),
  },
  broadcasts: {
    en: () => import("./words/en-broadcasts.ts"),
    ru: () => import("./words/ru-broadcasts.ts"),
    uk: () => import("./words/uk-broadcasts.ts"),
  },
  letters: {
    en: () => import("./words/en-letters.ts"),
    ru: () => import("./words/ru-letters.ts"),
    uk: () => import("./words/uk-letters.ts"),
  },
  results: {
    en: () => import("./words/en-results.ts"),
    ru: () => import("./words/ru-results.ts"),
    uk: () => import("./words/uk-results.ts"),
  },
  sequences: {
    en: () => import("./words/en-sequences.ts"),
    ru: () => import("./words/ru-sequences.ts"),
    uk: () => import("./words/uk-sequences.ts"),
  },
  webhooks: {
    en: () => import("./words/en-webhooks.ts"),
    ru: () => import("./words/ru-webhooks.ts"),
    uk: () => import("./words/uk-webhooks.ts"),
  },
  campaigns: {
    en: () => import("./words/en-campaigns.ts"),
    ru: () => import("./words/ru-campaigns.ts"),
    uk: () => import("./words/uk-campaigns.ts"),
  },
  shares: {
    en: () => import("./words/en-shares.ts"),
    ru: () => import("./words/ru-shares.ts"),
    uk: () => import("./words/uk-shares.ts"),
  },
  postbacks: {
    en: () => import("./words/en-postbacks.ts"),
    ru: () => import("./words/ru-postbacks.ts"),
    uk: () => import("./words/uk-postbacks.ts"),
  },
  shop: {
    en: () => import("./words/en-shop.ts"),
    ru: () => import("./words/ru-shop.ts"),
    uk: () => import("./words/uk-shop.ts"),
  },
  sales: {
    en: () => import("./words/en-sales.ts"),
    ru: () => import("./words/ru-sales.ts"),
    uk: () => import("./words/uk-sales.ts"),
  },
  selling: {
    en: () => import("./words/en-selling.ts"),
    ru: () => import("./words/ru-selling.ts"),
    uk: () => import("./words/uk-selling.ts"),
  },
  payments: {
    en: () => import("./words/en-payments.ts"),
    ru: () => import("./words/ru-payments.ts"),
    uk: () => import("./words/uk-payments.ts"),
  },
  posts: {
    en: () => import("./words/en-posts.ts"),
    ru: () => import("./words/ru-posts.ts"),
    uk: () => import("./words/uk-posts.ts"),
  },
  access: {
    en: () => import("./words/en-access.ts"),
    ru: () => import("./words/ru-access.ts"),
    uk: () => import("./words/uk-access.ts"),
  },
  figures: {
    en: () => import("./words/en-figures.ts"),
    ru: () => import("./words/ru-figures.ts"),
    uk: () => import("./words/uk-figures.ts"),
  },
};

const inUse = new Set<WordsOf>(["first"]);
/** The catalog of the language in use. It grows as sections are opened; translators look words up in it each time. */
let current: { locale: Locale; catalog: Record<string, Message> } | undefined;

/** The translator of a language, with the words of every section opened so far. */
export async function loadTranslator(locale: Locale): Promise<AppTranslator> {
  const parts = await Promise.all([...inUse].map((part) => loaders[part][locale]()));
  const catalog: Record<string, Message> = Object.assign({}, ...parts.map((part) => part.words));
  current = { locale, catalog };
  return createTranslator<AppWords>(locale, catalog as AppWords);
}

/** Adds a section's words to the language in use. */
export async function loadWords(part: WordsOf): Promise<void> {
  inUse.add(part);
  const asked = current;
  if (!asked) return;
  const { words } = await loaders[part][asked.locale]();
  Object.assign(asked.catalog, words);
  // The language was changed meanwhile; its own translator asked for this part too, or began before it was wanted.
  if (current !== asked && current) await loadWords(part);
}

/** Code together with the words it says. */
export const withWords =
  <Module>(parts: WordsOf | readonly WordsOf[], load: () => Promise<Module>) =>
  async (): Promise<Module> =>
    (await Promise.all([load(), ...[parts].flat().map(loadWords)]))[0];

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
