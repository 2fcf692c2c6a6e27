/**
 * Numbers, money and dates the way each language writes them. Amounts are exact decimal text ("1240.50") from end to
 * end: they are never turned into a float on the way to a screen.
 */
import type { Locale } from "./translator.ts";

const decimalText = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * An exact decimal text with its currency: `("1240.5", "USD", "ru")` → "1 240,50 $".
 * At least as many fraction digits as the currency has, and every further digit that says something. A currency that
 * `Intl` does not know (USDT) stands after the number. Text that is not a decimal is given back as it is.
 */
export function formatMoney(amount: string, currency: string | null | undefined, locale: Locale): string {
  const match = decimalText.exec(amount);
  if (!match) return currency ? `${amount} ${currency}` : amount;
  const [, sign = "", whole = "0", fraction = ""] = match;
  const isNegative = sign === "-" && /[1-9]/.test(whole + fraction);
  const pattern = currency ? currencyPattern(locale, currency, isNegative) : undefined;
  const digits = fraction.replace(/0+$/, "").padEnd(pattern?.fractionDigits ?? 2, "0");
  const plain = exactNumber(whole, digits, locale);
  if (pattern) return pattern.before + plain + pattern.after;
  return `${isNegative ? "-" : ""}${plain}${currency ? ` ${currency}` : ""}`;
}

/** A number of things, grouped: 12 345. */
export function formatNumber(value: number | bigint, locale: Locale): string {
  return numberFormat(locale).format(value);
}

/** "21 November 2026" in the person's time zone (IANA name). */
export function formatDay(date: Date, locale: Locale, timeZone: string): string {
  return dateFormat(locale, timeZone, { day: "numeric", month: "long", year: "numeric" }).format(date);
}

/** "14:05" in the person's time zone; a 24-hour clock in every language. */
export function formatTime(date: Date, locale: Locale, timeZone: string): string {
  return dateFormat(locale, timeZone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(date);
}

/** "21 Nov 2026, 14:05" in the person's time zone. */
export function formatDateTime(date: Date, locale: Locale, timeZone: string): string {
  return dateFormat(locale, timeZone, {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(date);
}

/** English dates are written day first here: the team reads "3 Nov", not "Nov 3" or, worse, 11/3. */
const dateLocales: Readonly<Record<Locale, string>> = { en: "en-GB", ru: "ru-RU", uk: "uk-UA" };

/**
 * Currencies written by their sign alone in every language (left to itself, `Intl` says "1 240,00 EUR" in Ukrainian).
 * "$" alone means US dollars to this audience; the dollars of Australia or Canada keep their letters.
 */
const knownBySymbol: ReadonlySet<string> = new Set(["USD", "EUR", "GBP", "UAH", "RUB", "KZT", "INR", "TRY", "PLN"]);

/** Telegram's Stars: whole ones only, and `Intl` would write the code of "no currency" with two decimals. */
const stars = "XTR";

interface CurrencyPattern {
  before: string;
  after: string;
  fractionDigits: number;
}

const currencyPatterns = new Map<string, CurrencyPattern | undefined>();
const numberFormats = new Map<Locale, Intl.NumberFormat>();
const dateFormats = new Map<string, Intl.DateTimeFormat>();

/** What stands before and after the digits, learnt from `Intl` by formatting 1; `undefined` for a code it refuses. */
function currencyPattern(locale: Locale, currency: string, isNegative: boolean): CurrencyPattern | undefined {
  const key = `${locale} ${currency} ${isNegative}`;
  if (currency === stars) return { before: isNegative ? "-" : "", after: "\u00a0★", fractionDigits: 0 };
  if (currencyPatterns.has(key)) return currencyPatterns.get(key);
  const pattern = /^[A-Z]{3}$/.test(currency) ? readPattern(locale, currency, isNegative) : undefined;
  // Currency codes come from postbacks, so the memory for them is bounded.
  if (currencyPatterns.size > 1000) currencyPatterns.clear();
  currencyPatterns.set(key, pattern);
  return pattern;
}

function readPattern(locale: Locale, currency: string, isNegative: boolean): CurrencyPattern {
  const currencyDisplay = knownBySymbol.has(currency) ? "narrowSymbol" : "symbol";
  const format = new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay });
  const parts = format.formatToParts(isNegative ? -1 : 1);
  const isDigits = (type: string) => type === "integer" || type === "decimal" || type === "fraction";
  const first = parts.findIndex((part) => isDigits(part.type));
  const last = parts.findLastIndex((part) => isDigits(part.type));
  const text = (some: Intl.NumberFormatPart[]) => some.map((part) => part.value).join("");
  return {
    before: text(parts.slice(0, first)),
    after: text(parts.slice(last + 1)),
    fractionDigits: format.resolvedOptions().maximumFractionDigits ?? 2,
  };
}

function exactNumber(whole: string, fraction: string, locale: Locale): string {
  const grouped = numberFormat(locale).format(BigInt(whole));
  return fraction === "" ? grouped : grouped + decimalMark(locale) + fraction;
}

function decimalMark(locale: Locale): string {
  return (
    numberFormat(locale)
      .formatToParts(0.5)
      .find((part) => part.type === "decimal")?.value ?? "."
  );
}

function numberFormat(locale: Locale): Intl.NumberFormat {
  const known = numberFormats.get(locale) ?? new Intl.NumberFormat(locale);
  numberFormats.set(locale, known);
  return known;
}

function dateFormat(locale: Locale, timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone} ${Object.keys(options).join()} ${options.month}`;
  const known = dateFormats.get(key) ?? new Intl.DateTimeFormat(dateLocales[locale], { ...options, timeZone });
  dateFormats.set(key, known);
  return known;
}
