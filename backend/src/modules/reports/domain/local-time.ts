/**
 * The clock on a wall of some time zone, and the moments it stands for. On the day the clocks go forward an hour of the wall never
 * comes; on the day they go back one comes twice.
 */

/** A moment of a wall clock, without a zone. */
export interface Wall {
  year: number;
  /** 1 = January. */
  month: number;
  day: number;
  hour: number;
  minute: number;
}

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
    });
  formats.set(timeZone, known);
  return known;
}

/** What the wall shows at a moment. */
export function wallOf(moment: Date, timeZone: string): Wall {
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(moment)) part[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0 } = part;
  return { year, month, day, hour, minute };
}

const asUtc = ({ year, month, day, hour, minute }: Wall): number => Date.UTC(year, month - 1, day, hour, minute);

const isSame = (one: Wall, other: Wall) => asUtc(one) === asUtc(other);

/** When the wall shows this: the first time of two, and null for an hour that never comes. */
export function momentOf(wall: Wall, timeZone: string): Date | null {
  const guess = asUtc(wall);
  // No zone is further from UTC than fourteen hours, and none changes twice within a day: the offsets around it are all there are.
  const offsets = [guess - dayMs, guess, guess + dayMs].map((at) => {
    const shown = asUtc(wallOf(new Date(at), timeZone));
    return shown - Math.floor(at / minuteMs) * minuteMs;
  });
  const found = [...new Set(offsets)]
    .map((offset) => new Date(guess - offset))
    .filter((moment) => isSame(wallOf(moment, timeZone), wall))
    .sort((a, b) => a.getTime() - b.getTime());
  return found[0] ?? null;
}

/** As `momentOf`; for an hour that never comes, the moment at which the clocks jump over it. */
export function momentAtOrAfter(wall: Wall, timeZone: string): Date {
  for (let minutes = 0; minutes <= 24 * 60; minutes += 1) {
    const moment = momentOf(addMinutes(wall, minutes), timeZone);
    if (moment) return moment;
  }
  throw new Error(`the clocks of ${timeZone} jump over more than a day`);
}

const fromUtc = (ms: number): Wall => {
  const date = new Date(ms);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  };
};

const addMinutes = (wall: Wall, minutes: number): Wall => fromUtc(asUtc(wall) + minutes * minuteMs);

/** The same time of day so many days on, or back. */
export const addDays = (wall: Wall, days: number): Wall => fromUtc(asUtc(wall) + days * dayMs);

/** The beginning of the wall's hour that a moment lies in. Not of UTC's: some zones stand half an hour aside. */
export function hourStart(moment: Date, timeZone: string): Date {
  const { minute } = wallOf(moment, timeZone);
  return new Date(Math.floor(moment.getTime() / minuteMs) * minuteMs - minute * minuteMs);
}

export const hourEnd = (start: Date): Date => new Date(start.getTime() + hourMs);

/** "2026-11-25". */
export const dayText = ({ year, month, day }: Wall): string =>
  `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;

/** 1 = Monday, 7 = Sunday. */
export const weekdayOf = (wall: Wall): number => new Date(asUtc(wall)).getUTCDay() || 7;
