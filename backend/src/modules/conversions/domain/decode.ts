/**
 * Bytes and percent escapes into text, never failing. UTF-8 first; what is not UTF-8 is read as windows-1251, which
 * Keitaro emits for `{keyword:cp1251}` and older builds for everything (keitaro.md §7.2).
 */

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });
const windows1251 = new TextDecoder("windows-1251");

/** Text of raw bytes; a byte order mark is dropped. */
export function decodeBytes(bytes: Uint8Array): string {
  return decodeUtf8(bytes) ?? windows1251.decode(bytes);
}

/**
 * A name or value of a query or form: `+` is a space, `%XX` a byte, a lone `%` itself. Escapes and characters that were
 * sent raw may be mixed. The answer is well-formed: a broken pair of UTF-16 halves becomes U+FFFD.
 */
export function decodeComponent(text: string): string {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  if (!spaced.includes("%")) return spaced.toWellFormed();
  const runs = /(?:%[0-9a-fA-F]{2})+/g;
  // One charset for the whole value: a single run that is not UTF-8 means that none of them is.
  const isUtf8 = (spaced.match(runs) ?? []).every((run) => decodeUtf8(bytesOf(run)) !== undefined);
  const decode = (run: string) => (isUtf8 ? (decodeUtf8(bytesOf(run)) ?? run) : windows1251.decode(bytesOf(run)));
  return spaced.replace(runs, decode).toWellFormed();
}

function bytesOf(run: string): Uint8Array {
  const bytes = new Uint8Array(run.length / 3);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(run.slice(index * 3 + 1, index * 3 + 3), 16);
  }
  return bytes;
}

/** UTF-8, or nothing. A last letter that a sender cut in half is dropped rather than taken as proof of another charset. */
function decodeUtf8(bytes: Uint8Array): string | undefined {
  const whole = decodeStrictly(bytes);
  if (whole !== undefined) return whole;
  for (let cut = 1; cut <= 3 && cut < bytes.length; cut++) {
    const lead = bytes[bytes.length - cut] ?? 0;
    if (lead < 0xc2 || lead > 0xf4) continue;
    const needed = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const rest = cut < needed ? decodeStrictly(bytes.subarray(0, bytes.length - cut)) : undefined;
    // Only after another letter beyond ASCII: "caf%E9" is one byte of windows-1251, not the beginning of something.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
    if (rest !== undefined && /[^\u0000-\u007f]/.test(rest)) return rest;
  }
  return undefined;
}

function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}
