import type { Locale } from "@backend/i18n/translator.ts";

/** "Monday" for 1, "Sunday" for 7, with a capital as at the beginning of a line. */
export function weekdayName(locale: Locale, weekday: number): string {
  // 1 January 2024 was a Monday.
  const name = new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" }).format(Date.UTC(2024, 0, weekday));
  return name.slice(0, 1).toLocaleUpperCase(locale) + name.slice(1);
}
