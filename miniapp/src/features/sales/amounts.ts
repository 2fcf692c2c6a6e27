/** An amount as people type it ("99,90", " 1 200.5 ") as exact decimal text; null when it is none. Never a number: money stays exact. */
export function amountOf(typed: string): string | null {
  const text = typed.replace(/[\s\u00a0\u202f]/g, "").replace(",", ".");
  if (!/^\d{1,15}(\.\d{1,18})?$/.test(text)) return null;
  const [whole = "0", part] = text.split(".");
  const plain = whole.replace(/^0+(?=\d)/, "");
  return part === undefined ? plain : `${plain}.${part}`;
}

/** A whole number as typed; null when it is none, or outside of the bounds. */
export function wholeOf(typed: string, min: number, max: number): number | null {
  const text = typed.replace(/[\s\u00a0\u202f]/g, "");
  if (!/^\d{1,9}$/.test(text)) return null;
  const value = Number(text);
  return value >= min && value <= max ? value : null;
}
