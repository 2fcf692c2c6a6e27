/** Days of a time zone: what a clock on a wall there shows, and moments so many days on. */

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  // sv-SE writes "2026-11-25 09:30:00", which reads as a moment of UTC.
  const made = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  formats.set(zone, made);
  return made;
}

const secondMs = 1_000;
export const dayMs = 86_400_000;

/** What the wall shows, as milliseconds of a clock without a zone. */
const shownAt = (at: number, zone: string): number =>
  Date.parse(`${formatOf(zone).format(new Date(at)).replace(" ", "T")}Z`) + (((at % secondMs) + secondMs) % secondMs);

/** The moment at which the wall shows this: the first of two; what spring leaves out is later by what is left out. */
function momentOf(shown: number, zone: string): number {
  // No zone changes twice within two days: the offsets on both sides are all there are.
  const before = shown - (shownAt(shown - dayMs, zone) - (shown - dayMs));
  const after = shown - (shownAt(shown + dayMs, zone) - (shown + dayMs));
  const fits = [before, after].filter((at) => shownAt(at, zone) === shown);
  return fits.length > 0 ? Math.min(...fits) : before;
}

/** "2026-11-25" there. */
export const dayOf = (moment: Date, zone: string): string => formatOf(zone).format(moment).slice(0, 10);

/** The beginning of a day there. Where spring leaves midnight out, the first moment of that day. */
export const startOfDay = (day: string, zone: string): Date => new Date(momentOf(Date.parse(`${day}T00:00:00Z`), zone));

/** The day so many days on. */
export const shiftDay = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);

/** The end of the day there that a moment lies in, which is the beginning of the next. */
export const endOfDay = (moment: Date, zone: string): Date => startOfDay(shiftDay(dayOf(moment, zone), 1), zone);

/** The same time of day there so many days on: a day with a change of the clocks has 23 or 25 hours. */
export const addDays = (moment: Date, days: number, zone: string): Date =>
  new Date(momentOf(shownAt(moment.getTime(), zone) + days * dayMs, zone));

/** Midnights there between two moments, rounded up to begun days: what people call "days left". */
export const daysBetween = (from: Date, to: Date, zone: string): number =>
  Math.max(0, Math.ceil((shownAt(to.getTime(), zone) - shownAt(from.getTime(), zone)) / dayMs));
