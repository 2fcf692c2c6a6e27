/** A stored body as text for a person: never throws, never shows raw controls. */

export interface BodyText {
  text: string;
  /** How it was read; "binary" bodies are shown as hexadecimal. */
  encoding: "utf-8" | "windows-1251" | "binary";
  /** True when `text` is only the beginning. */
  isCut: boolean;
}

const shownBytesOfBinary = 512;
const utf8 = new TextDecoder("utf-8", { fatal: true });
const cyrillic = new TextDecoder("windows-1251");

/** C0 controls except tab and line ends, and DEL: shown as their Unicode pictures so that nothing is hidden. */
const visible = (text: string) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, (char) =>
    char === "\u007f" ? "\u2421" : String.fromCharCode(0x2400 + char.charCodeAt(0)),
  );

/** Bidirectional marks could make a text read as something else. */
const withoutDirection = (text: string) => text.replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/g, "\ufffd");

/** UTF-8 when it is; otherwise windows-1251, which old trackers send, unless it is mostly controls. */
export function bodyText(bytes: Uint8Array): BodyText {
  try {
    return { text: withoutDirection(visible(utf8.decode(bytes))), encoding: "utf-8", isCut: false };
  } catch {
    // Not UTF-8.
  }
  let controls = 0;
  for (const byte of bytes) if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) controls++;
  if (controls <= bytes.length / 50)
    return { text: withoutDirection(visible(cyrillic.decode(bytes))), encoding: "windows-1251", isCut: false };
  return {
    text: Buffer.from(bytes.subarray(0, shownBytesOfBinary))
      .toString("hex")
      .replace(/(..)(?!$)/g, "$1 "),
    encoding: "binary",
    isCut: bytes.length > shownBytesOfBinary,
  };
}
