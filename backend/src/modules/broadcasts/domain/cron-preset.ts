/** Cron lines as people say them, in both directions. Apart from `cron.ts`: the screen that offers them needs no calendar. */

/** What most plans are, in words that need no cron. Days of the week: 1 = Monday … 7 = Sunday. */
export type Preset =
  | { kind: "daily"; clock: string }
  | { kind: "weekdays"; clock: string }
  | { kind: "weekly"; clock: string; weekday: number }
  | { kind: "monthly"; clock: string; day: number }
  | { kind: "month_end"; clock: string };

export function cronLine(preset: Preset): string {
  const time = `${Number(preset.clock.slice(3, 5))} ${Number(preset.clock.slice(0, 2))}`;
  switch (preset.kind) {
    case "daily":
      return `${time} * * *`;
    case "weekdays":
      return `${time} * * 1-5`;
    case "weekly":
      return `${time} * * ${preset.weekday}`;
    case "monthly":
      return `${time} ${preset.day} * *`;
    case "month_end":
      return `${time} L * *`;
  }
}

/** The preset that a line is; null for a line of its own kind. `presetOf(cronLine(x))` is x. */
export function presetOf(line: string): Preset | null {
  const [minute = "", hour = "", day = "", month = "", weekday = "", ...more] = line.trim().split(/\s+/);
  if (more.length > 0 || !/^\d{1,2}$/.test(minute) || !/^\d{1,2}$/.test(hour) || month !== "*") return null;
  if (Number(minute) > 59 || Number(hour) > 23) return null;
  const clock = `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  if (day === "*" && weekday === "*") return { kind: "daily", clock };
  if (day === "*" && weekday === "1-5") return { kind: "weekdays", clock };
  // Sunday is 0 or 7 to cron.
  if (day === "*" && /^[0-7]$/.test(weekday)) return { kind: "weekly", clock, weekday: Number(weekday) || 7 };
  if (weekday === "*" && day === "L") return { kind: "month_end", clock };
  if (weekday === "*" && /^([1-9]|[12]\d|3[01])$/.test(day)) return { kind: "monthly", clock, day: Number(day) };
  return null;
}
