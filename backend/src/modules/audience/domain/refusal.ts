/** Refusals: what a person does not want to be sent. Category 0 stands for everything. */

export const everything = 0;

/** Data of a button by which a reader refuses a category; 64 bytes are Telegram's limit. */
export const optOutButton = (categoryId: number): string => `optout:${categoryId}`;

/** The category that such a button names; null for data of any other button. */
export function readOptOutData(data: string): number | null {
  const match = /^optout:(0|[1-9]\d{0,8})$/.exec(data);
  return match ? Number(match[1]) : null;
}

/** The name of a category for a reader; the first there is when his language has none. */
export function nameIn(names: Readonly<Partial<Record<string, string>>>, locale: string): string {
  return names[locale] ?? Object.values(names).find((name) => name !== undefined) ?? "";
}
