/** What a person types into the inbox search, as the patterns that find it in raw calls. */

/** LIKE's own signs are looked for as themselves. */
const likeEscaped = (text: string) => text.replace(/[\\%_]/g, "\\$&");
/** The database lowers ASCII only; the same here, or Cyrillic would be looked for in a case it does not have. */
const asciiLower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

const jsonEscaped = (text: string) =>
  text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/**
 * How `term` may stand in a raw call: as typed, in other case, percent-encoded, with spaces as plus, with JSON's \u escapes.
 * Case of ASCII is left to the comparison.
 */
function spellings(term: string): string[] {
  const all = new Set<string>();
  const capitalised = term.charAt(0).toUpperCase() + term.slice(1).toLowerCase();
  for (const cased of [term, term.toLowerCase(), term.toUpperCase(), capitalised]) {
    const encoded = encodeURIComponent(cased);
    for (const spelling of [cased, encoded, encoded.replaceAll("%20", "+"), jsonEscaped(cased)])
      all.add(asciiLower(spelling));
  }
  return [...all];
}

const asPattern = (text: string) => `%${likeEscaped(text)}%`;

/** LIKE patterns for lowered text. `term` must hold no lone surrogates. */
export const textPatterns = (term: string): string[] => spellings(term).map(asPattern);

/** PostgreSQL's `encode(…, 'escape')`: bytes above 127 and NUL as \ooo, a backslash doubled. */
const asEscape = (text: string) =>
  [...Buffer.from(text, "utf8")]
    .map((byte) =>
      byte === 92
        ? "\\\\"
        : byte === 0 || byte > 127
          ? `\\${byte.toString(8).padStart(3, "0")}`
          : String.fromCharCode(byte),
    )
    .join("");

/** LIKE patterns for a body as `lower(encode(body, 'escape'))` shows it, so that no body can fail to be read. */
export const bytePatterns = (term: string): string[] => spellings(term).map((text) => asPattern(asEscape(text)));
