/** Custom fields: what a value may be, and the key that files and variables name a field by. */

export type FieldKind = "text" | "number" | "date" | "boolean" | "choice";
export type FieldValue = string | number | boolean;

/** Characters of a text value: an address or a sentence, not a document. */
export const maxFieldText = 500;
/** Beyond it a number in JavaScript is no longer the number that was written. */
export const maxFieldNumber = Number.MAX_SAFE_INTEGER;
export const maxKeyLength = 32;

/** "2026-02-30" has the form of a day and is none. */
export function isDay(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return false;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  if (year < 1) return false;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/**
 * Whether a value is one of the field's kind, exactly: "5" is no number and "yes" no answer to yes or no. Reading such words is
 * the business of whoever reads a file.
 */
export function fits(field: { kind: FieldKind; choices: readonly string[] }, value: FieldValue): boolean {
  switch (field.kind) {
    case "text":
      return typeof value === "string" && value.trim() !== "" && [...value].length <= maxFieldText;
    case "number":
      return typeof value === "number" && Number.isFinite(value) && Math.abs(value) <= maxFieldNumber;
    case "date":
      return typeof value === "string" && isDay(value);
    case "boolean":
      return typeof value === "boolean";
    case "choice":
      return typeof value === "string" && field.choices.includes(value);
  }
}

/** Letter by letter, as Ukraine's transliteration (2010) has it where Russian does not differ. */
const cyrillic: ReadonlyMap<string, string> = new Map(
  "а a б b в v г g ґ g д d е e ё e є ie ж zh з z и i і i ї i й i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ shch ы y э e ю iu я ia"
    .split(" ")
    .flatMap((letter, index, all) => (index % 2 === 0 ? [[letter, all[index + 1] ?? ""] as const] : [])),
);

/** A key made of a field's name, in Latin letters: "Город" → "gorod". Never one of `taken`. */
export function keyOf(name: string, taken: ReadonlySet<string>): string {
  const letters = [...name.normalize("NFC").toLowerCase()].map((letter) => cyrillic.get(letter) ?? letter);
  // Accents fall off ("é" is "e" and a mark), hard and soft signs too.
  const latin = letters
    .join("")
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\p{M}ъь]/gu, "");
  const words = latin.replace(/[^a-z0-9]+/g, "_").replace(/^[_0-9]+|_+$/g, "");
  const base = words.slice(0, maxKeyLength) || "field";
  if (!taken.has(base)) return base;
  for (let number = 2; ; number++) {
    const key = `${base.slice(0, maxKeyLength - 1 - String(number).length)}_${number}`;
    if (!taken.has(key)) return key;
  }
}
