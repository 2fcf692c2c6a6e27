/** Words of statistics: what is wrong with a period. */
export const statistics = {
  "reports.statistics.day_unreadable": "Pick both days of the period.",
  "reports.statistics.period_backwards": "The period ends before it begins.",
  "reports.statistics.period_too_long": "A period may be at most {days} days long.",
  "reports.statistics.hours_too_long": "By the hour, a period may be at most {days} days long.",
} as const;
