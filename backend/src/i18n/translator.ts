/**
 * The translator: finds a message, chooses its plural form, puts values into its `{placeholders}`.
 *
 * It holds no words of its own, so the server gives it three languages and the Mini App only the one it loaded.
 * Catalogs hold plain text. Escaping for Telegram HTML or React happens at the edge that knows the format.
 */

/** The languages people can choose. `en` defines the keys and is what everybody falls back to. */
export const locales = ["en", "ru", "uk"] as const;
export type Locale = (typeof locales)[number];

/** Forms of one message, chosen by `{count}` with `Intl.PluralRules`. English needs `one` and `other` only. */
export type PluralForms = Readonly<{ one: string; few?: string; many?: string; other: string }>;
export type Message = string | PluralForms;
export type Catalog = Readonly<Record<string, Message>>;

type NamesIn<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;

/** Names of the `{placeholders}` of a message; a plural is known by its `other` form and always takes `count`. */
export type PlaceholdersOf<M extends Message> = M extends string
  ? NamesIn<M>
  : M extends { readonly other: infer Other extends string }
    ? NamesIn<Other> | "count"
    : never;

type Everything<Union> = (Union extends unknown ? (value: Union) => void : never) extends (value: infer All) => void
  ? All
  : never;

/** Text in which each of the named placeholders occurs. */
type TextWith<Names extends string> = [Names] extends [never]
  ? string
  : Everything<Names extends string ? `${string}{${Names}}${string}` : never>;

/** Slavic plurals have four forms. "one" is also said of 21 and 101, so every form must show the number. */
type SlavicForms<Names extends string> = Readonly<Record<"one" | "few" | "many" | "other", TextWith<Names>>>;

/**
 * What a translation of the English catalog `T` looks like: the same keys, and in each message the same placeholders.
 * A lost key, an invented key (with `satisfies`) or a lost placeholder does not compile.
 */
export type SameShape<T extends Catalog> = {
  readonly [Key in keyof T]: T[Key] extends string
    ? TextWith<NamesIn<T[Key]>>
    : T[Key] extends { readonly other: infer Other extends string }
      ? SlavicForms<NamesIn<Other>>
      : never;
};

/** Numbers are printed by the language's rules ("1,240", "1 240"); ids and codes are therefore given as text. */
export type MessageParams = Readonly<Record<string, string | number>>;

type ParamsOf<M extends Message> = {
  readonly [Name in PlaceholdersOf<M>]: Name extends "count" ? number : string | number;
};
type ParamsTuple<M extends Message> = [PlaceholdersOf<M>] extends [never] ? [] : [params: ParamsOf<M>];

/** Translates into one language. Keys and their parameters are checked by the compiler. */
export interface Translator<C extends Catalog> {
  <Key extends keyof C & string>(key: Key, ...params: ParamsTuple<C[Key]>): string;
  readonly locale: Locale;
  /** Whether `key` names a message: for keys that come from outside the compiler's sight, as error codes do. */
  has(key: string): key is keyof C & string;
  /**
   * The message for a key known only at run time, or `undefined` when there is none.
   * A parameter that is missing leaves its placeholder visible rather than failing.
   */
  find(key: string, params?: MessageParams): string | undefined;
}

const placeholder = /\{([A-Za-z][A-Za-z0-9_]*)\}/g;

/**
 * Makes a translator for `catalog`. A key it lacks is looked up in `fallback` (English on the server), and at last
 * answered with the key itself, so that a screen is never blank.
 */
export function createTranslator<C extends Catalog>(
  locale: Locale,
  catalog: Readonly<Record<keyof C & string, Message>>,
  fallback?: Catalog,
): Translator<C> {
  const own: Catalog = catalog;
  const pluralRules = new Intl.PluralRules(locale);
  const fallbackRules = new Intl.PluralRules("en");
  const numbers = new Intl.NumberFormat(locale);

  const find = (key: string, params: MessageParams = {}): string | undefined => {
    const isOwn = Object.hasOwn(own, key);
    const message = isOwn ? own[key] : fallback && Object.hasOwn(fallback, key) ? fallback[key] : undefined;
    if (message === undefined) return undefined;
    const text =
      typeof message === "string" ? message : formOf(message, params.count, isOwn ? pluralRules : fallbackRules);
    // One pass: a value that itself looks like a placeholder is printed as it came.
    return text.replace(placeholder, (whole, name: string) => {
      const value = Object.hasOwn(params, name) ? params[name] : undefined;
      if (value === undefined) return whole;
      return typeof value === "number" ? numbers.format(value) : value;
    });
  };

  const has = (key: string): key is keyof C & string =>
    Object.hasOwn(own, key) || (fallback !== undefined && Object.hasOwn(fallback, key));
  const translate = (key: string, params?: MessageParams): string => find(key, params) ?? key;
  return Object.assign(translate, { locale, has, find }) as Translator<C>;
}

function formOf(forms: PluralForms, count: string | number | undefined, rules: Intl.PluralRules): string {
  const category = rules.select(Number(count ?? 0));
  switch (category) {
    case "one":
      return forms.one;
    case "few":
      return forms.few ?? forms.other;
    case "many":
      return forms.many ?? forms.other;
    default:
      return forms.other;
  }
}

/** The language of a Telegram `language_code` or browser tag ("uk", "ru-RU"); English for all others and for none. */
export function localeOf(languageTag: string | null | undefined): Locale {
  const language = languageTag?.trim().toLowerCase().split(/[-_]/)[0];
  return locales.find((locale) => locale === language) ?? "en";
}
