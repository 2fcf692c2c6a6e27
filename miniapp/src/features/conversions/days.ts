/** A list with a heading wherever the day changes. */
export type Dated<T> = { kind: "day"; day: string; iso: string } | { kind: "item"; item: T };

/** `days` in the reader's zone; items come newest first and stay in their order. */
export function withDays<T>(items: readonly T[], momentOf: (item: T) => string, timeZone: string): Dated<T>[] {
  const days = new Intl.DateTimeFormat("en-CA", { timeZone });
  const rows: Dated<T>[] = [];
  let last = "";
  for (const item of items) {
    const iso = momentOf(item);
    const day = days.format(new Date(iso));
    if (day !== last) rows.push({ kind: "day", day, iso });
    last = day;
    rows.push({ kind: "item", item });
  }
  return rows;
}
