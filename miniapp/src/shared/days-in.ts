/** "3 – 9 November": days know no zone. */
export function daysIn(locale: string, { from, to }: { from: string; to: string }): string {
  const noon = (day: string) => new Date(`${day}T12:00:00Z`);
  return new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, {
    day: "numeric",
    month: "long",
    timeZone: "UTC",
  }).formatRange(noon(from), noon(to));
}
