/** What single values mean: a macro left unresolved, an amount, a currency, a country, a moment. */

const unresolvedShapes: readonly RegExp[] = [
  /^\{+[^{}]*\}+$/, // {subid}, {{income}}, {status:lead=0 sale=1}
  /^\$\{[^{}]*\}$/, // ${visit_id}
  /^#+[\w.:-]+#+$/, // ##CLICK_ID##, #s2#
  /^\[\[+[^[\]]*\]\]+$/, // [[[subid]]]
  /^(?:%7b)+.*(?:%7d)+$/i, // escaped twice
  /^%[A-Z_]{3,}%$/, // %CLICK_ID%
];
const emptyWords: ReadonlySet<string> = new Set([
  "null",
  "(null)",
  "undefined",
  "unknown",
  "replace",
  "[replace]",
  "none",
  "n/a",
]);

/**
 * True for text that stands where a value should have been: nothing, a macro that the tracker did not know, or a word
 * left by a template (keitaro.md §7.4).
 */
export function isUnresolved(value: string): boolean {
  const text = value.trim();
  return text === "" || emptyWords.has(text.toLowerCase()) || unresolvedShapes.some((shape) => shape.test(text));
}

export interface Money {
  /** Exact decimal text: an optional minus, digits, and the fraction as it was sent ("12.10"). */
  amount: string;
  /** Set when the value named its own currency ("$12", "12 EUR"). */
  currency: string | null;
}

const currencySigns: Readonly<Record<string, string>> = {
  $: "USD",
  "€": "EUR",
  "£": "GBP",
  "₽": "RUB",
  "₴": "UAH",
  "₸": "KZT",
  "₹": "INR",
  "₺": "TRY",
};
const maxWholeDigits = 30;
const maxFractionDigits = 20;

/**
 * An amount as people and trackers write it: comma or dot decimals, thousands parted by space, no-break space,
 * apostrophe, or by the mark that is not the decimal one; a sign; a currency before or after. Undefined for anything
 * else, `1e3`, `0x10` and `NaN` included: an unreadable amount is "not known", never 0.
 */
export function readAmount(value: string): Money | undefined {
  const text = value.trim().replace(/\u2212/g, "-");
  const match =
    /^([-+]?)\s*([$€£₽₴₸₹₺]|[A-Za-z]{3,5}(?=[\s\d.]))?\s*([-+]?)((?:\d|[.,]\d)[\d.,'’\u00a0\u2009\u202f ]*)\s*([$€£₽₴₸₹₺]|[A-Za-z]{3,5})?$/.exec(
      text,
    );
  if (!match) return undefined;
  const [, outerSign, before, innerSign, digits = "", after] = match;
  if ((outerSign && innerSign) || (before && after)) return undefined;
  const plain = readDigits(digits.trim());
  if (plain === undefined) return undefined;
  const named = before ?? after;
  const isNegative = (outerSign || innerSign) === "-" && /[1-9]/.test(plain);
  return {
    amount: isNegative ? `-${plain}` : plain,
    currency: named === undefined ? null : (readCurrency(named) ?? null),
  };
}

function readDigits(digits: string): string | undefined {
  const commas = digits.split(",").length - 1;
  const dots = digits.split(".").length - 1;
  // With both marks the last one is decimal. One kind, once: decimal. One kind, repeated: it parts thousands.
  const decimal =
    commas > 0 && dots > 0
      ? digits.lastIndexOf(",") > digits.lastIndexOf(".")
        ? ","
        : "."
      : commas === 1
        ? ","
        : dots === 1
          ? "."
          : undefined;
  const at = decimal === undefined ? -1 : digits.indexOf(decimal);
  if (at >= 0 && digits.indexOf(decimal as string, at + 1) >= 0) return undefined;
  const whole = at < 0 ? digits : digits.slice(0, at);
  const fraction = at < 0 ? "" : digits.slice(at + 1);
  if (!/^\d*$/.test(fraction) || fraction.length > maxFractionDigits) return undefined;
  // The same mark throughout, three digits after each; "12 34" is two numbers, not one.
  if (!/^(?:\d*|\d{1,3}(?:([.,'’\u00a0\u2009\u202f ])\d{3})(?:\1\d{3})*)$/.test(whole)) return undefined;
  const significant = whole.replace(/\D/g, "").replace(/^0+(?=\d)/, "") || "0";
  if (significant.length > maxWholeDigits) return undefined;
  return fraction === "" ? significant : `${significant}.${fraction}`;
}

/** Whether two decimal texts are the same number: "12.1" and "12.10" are. */
export function isSameAmount(left: string, right: string): boolean {
  const bare = (amount: string) => (amount.includes(".") ? amount.replace(/\.?0+$/, "") : amount);
  return bare(left) === bare(right);
}

/** A currency code of 3 to 5 letters upper-cased (USD, USDT), or the code of a sign ("$" is US dollars). */
export function readCurrency(value: string): string | undefined {
  const text = value.trim();
  const sign = Object.hasOwn(currencySigns, text) ? currencySigns[text] : undefined;
  return sign ?? (/^[A-Za-z]{3,5}$/.test(text) ? text.toUpperCase() : undefined);
}

/** Two letters are a country code and are upper-cased; a country's name stays the text it is. */
export function readCountry(value: string): string {
  const text = value.trim();
  return /^[A-Za-z]{2}$/.test(text) ? text.toUpperCase() : text;
}

const earliest = Date.UTC(2000, 0, 1);
const latest = Date.UTC(2100, 0, 1);

/**
 * A moment as ISO text in UTC: unix seconds or milliseconds, ISO 8601, `2026-01-31 10:00:00`, `31.01.2026 10:00`.
 * A time without zone is read as UTC, the default of Keitaro's `{date}`. Undefined for days that do not exist and for
 * years before 2000 or from 2100: those are placeholders, not moments.
 */
export function readMoment(value: string): string | undefined {
  const text = value.trim();
  if (/^\d{9,10}$/.test(text)) return momentText(Number(text) * 1000);
  if (/^\d{12,13}$/.test(text)) return momentText(Number(text));
  const clock = String.raw`(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?`;
  const iso = new RegExp(String.raw`^(\d{4})-(\d{2})-(\d{2})${clock}\s?(Z|[+-]\d{2}:?\d{2})?$`).exec(text);
  const european = new RegExp(String.raw`^(\d{2})\.(\d{2})\.(\d{4})${clock}$`).exec(text);
  if (iso) return momentOf(iso[1], iso[2], iso[3], iso.slice(4, 7), iso[7]);
  if (european) return momentOf(european[3], european[2], european[1], european.slice(4, 7), undefined);
  return undefined;
}

function momentOf(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  clock: readonly (string | undefined)[],
  zone: string | undefined,
): string | undefined {
  const [hours, minutes, seconds] = clock.map((part) => Number(part ?? 0));
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day), hours, minutes, seconds);
  const isReal = new Date(time).getUTCDate() === Number(day) && Number(month) <= 12 && Number(month) >= 1;
  const isClock = (hours ?? 0) < 24 && (minutes ?? 0) < 60 && (seconds ?? 0) < 60;
  if (!isReal || !isClock) return undefined;
  const offset = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? "");
  const offsetMinutes = offset ? (Number(offset[2]) * 60 + Number(offset[3])) * (offset[1] === "-" ? -1 : 1) : 0;
  return momentText(time - offsetMinutes * 60_000);
}

function momentText(time: number): string | undefined {
  return time >= earliest && time < latest ? new Date(time).toISOString() : undefined;
}
