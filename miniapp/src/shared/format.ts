/** Numbers, money and times for screens, in the reader's language and zone. */
import { formatDateTime, formatDay, formatMoney, formatNumber, formatTime } from "@backend/i18n/format.ts";
import type { Locale } from "@backend/i18n/translator.ts";
import { createContext, use, useMemo } from "react";

export { languageName } from "@backend/i18n/format.ts";

export interface Format {
  locale: Locale;
  timeZone: string;
  money(amount: string, currency: string | null): string;
  number(value: number): string;
  /** "14:05" for today, "21 Nov" for this year, else the whole date: what a list has room for. */
  moment(iso: string): string;
  /** "21 Nov, 14:05" in this year, else "21 Nov 2026, 14:05". */
  dateTime(iso: string): string;
  day(iso: string): string;
  time(iso: string): string;
  /** "2 min ago", from seconds to days. */
  ago(iso: string, now?: Date): string;
  /** "1.4 s", "3 min": how long something took, in milliseconds. */
  duration(milliseconds: number): string;
  /** "12 %" of a fraction. */
  percent(fraction: number): string;
  /** "+12 %" of a fraction: what came or went. */
  change(fraction: number): string;
  /** "1.2K": a number where there is little room. */
  short(value: number): string;
}

/** English dates are written day first, as on the server. */
const dateLocale = (locale: Locale) => (locale === "en" ? "en-GB" : locale);

export function createFormat(locale: Locale, timeZone: string): Format {
  // Made once: making one takes a slow phone longer than all the rest of a row.
  const days = new Intl.DateTimeFormat("en-CA", { timeZone });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  const short = new Intl.DateTimeFormat(dateLocale(locale), { day: "numeric", month: "short", timeZone });
  const dated = new Intl.DateTimeFormat(dateLocale(locale), {
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone,
  });
  const shortWithTime = new Intl.DateTimeFormat(dateLocale(locale), {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone,
  });
  const percents = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const changes = new Intl.NumberFormat(locale, {
    style: "percent",
    maximumFractionDigits: 0,
    signDisplay: "exceptZero",
  });
  const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  const units = (value: number, unit: string) =>
    new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 }).format(
      value,
    );
  return {
    locale,
    timeZone,
    money: (amount, currency) => formatMoney(amount, currency, locale),
    number: (value) => formatNumber(value, locale),
    moment(iso) {
      const date = new Date(iso);
      const now = new Date();
      if (days.format(date) === days.format(now)) return formatTime(date, locale, timeZone);
      return (date.getUTCFullYear() === now.getUTCFullYear() ? short : dated).format(date);
    },
    dateTime(iso) {
      const date = new Date(iso);
      if (date.getUTCFullYear() !== new Date().getUTCFullYear()) return formatDateTime(date, locale, timeZone);
      return shortWithTime.format(date);
    },
    day: (iso) => formatDay(new Date(iso), locale, timeZone),
    time: (iso) => formatTime(new Date(iso), locale, timeZone),
    ago(iso, now = new Date()) {
      const seconds = Math.round((new Date(iso).getTime() - now.getTime()) / 1000);
      const size = Math.abs(seconds);
      if (size < 60) return relative.format(seconds, "second");
      if (size < 3600) return relative.format(Math.trunc(seconds / 60), "minute");
      if (size < 86_400) return relative.format(Math.trunc(seconds / 3600), "hour");
      return relative.format(Math.trunc(seconds / 86_400), "day");
    },
    duration(milliseconds) {
      if (milliseconds < 1000) return units(Math.round(milliseconds), "millisecond");
      if (milliseconds < 60_000) return units(milliseconds / 1000, "second");
      if (milliseconds < 3_600_000) return units(Math.round(milliseconds / 60_000), "minute");
      return units(Math.round(milliseconds / 3_600_000), "hour");
    },
    percent: (fraction) => percents.format(fraction),
    change: (fraction) => changes.format(fraction),
    short: (value) => compact.format(value),
  };
}

export const FormatContext = createContext<Format | null>(null);

export function useFormat(): Format {
  const format = use(FormatContext);
  if (!format) throw new Error("formats are used outside of their provider");
  return format;
}

export const useCreatedFormat = (locale: Locale, timeZone: string): Format =>
  useMemo(() => createFormat(locale, timeZone), [locale, timeZone]);
