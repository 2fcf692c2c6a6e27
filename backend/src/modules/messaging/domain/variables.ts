/**
 * Variables in the texts of letters: `{first_name}`, `{field:city|your city}`. Pure; the screen previews with the same functions
 * that the server sends with.
 *
 * - A value that is known stands in the variable's place, made harmless for that place (text, button, address).
 * - A missing one is replaced by what stands after `|`: plain text, treated as a value is.
 * - Without `|` it vanishes, together with the comma and the spaces before it; at the start of a line with those after it, and a
 *   line that held nothing else vanishes whole. "Hello, {first_name}!" is "Hello!" for somebody without a name.
 *
 * Braces around anything else are a mistake that `checkLetter` tells; a brace that is meant is written `&#123;`.
 */
import { plainHtml } from "./plain-html.ts";

/** Whoever a letter is for, in the words of its variables; null where nothing is known. */
export interface Reader {
  /** Two letters, of any language. */
  language: string | null;
  firstName: string | null;
  lastName: string | null;
  username: string | null;
  /** Custom fields by key: `{field:city|your city}`. */
  fields: Readonly<Record<string, string | number | boolean>>;
  /** The payload that brought them. */
  source: string | null;
  /** The bot that writes. */
  bot: { username: string; name: string };
}

/** Names of variables, besides `field:<key>`. */
export const variableNames = ["first_name", "last_name", "name", "username", "source", "bot"] as const;
export type VariableName = (typeof variableNames)[number];

/** Where a text stands: Telegram HTML, the face of a button or what it copies, an address. */
export type Place = "html" | "plain" | "address";

/** Characters of a value in a text. Longer ones are cut: a field may hold whatever an import brought. */
export const maxValueLength = 200;
/** Of a value inside an address, where one character may take twelve. */
const maxAddressValueLength = 64;

export interface Variable {
  /** As written, braces included. */
  written: string;
  name: string;
  /** Null when there is none; an empty one keeps commas and spaces where they are. */
  fallback: string | null;
}

const braces = /\{([^{}\n]*)\}/g;
const tagOrBraces = /<[^<>]*>|\{[^{}\n]*\}/g;

function read(written: string): Variable {
  const inside = written.slice(1, -1);
  const bar = inside.indexOf("|");
  return {
    written,
    name: (bar < 0 ? inside : inside.slice(0, bar)).trim(),
    fallback: bar < 0 ? null : inside.slice(bar + 1),
  };
}

/** Everything in braces, in order. */
export const variablesIn = (text: string): Variable[] => [...text.matchAll(braces)].map(([written]) => read(written));

/** The tags of a text that contain braces, as written. */
export const tagsWithVariables = (html: string): string[] =>
  [...html.matchAll(tagOrBraces)].flatMap(([found]) => (found.startsWith("<") && /\{/.test(found) ? [found] : []));

/**
 * The id of a click, for a tracker. It is known only when somebody clicks, so in an address it stays as it is written (a counted link
 * fills it in), and anywhere else it is nothing.
 */
const clickMacro = "{click}";

/** Whether a name is one of ours, given the keys of the workspace's fields. */
export const isVariable = (name: string, fieldKeys: ReadonlySet<string>): boolean =>
  (variableNames as readonly string[]).includes(name) ||
  name === "click" ||
  (name.startsWith("field:") && fieldKeys.has(name.slice("field:".length)));

// Written as escapes: the characters themselves are invisible in an editor, which is the trouble with them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly what is looked for
const controls = /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufeff\ufff9-\ufffb]/g;
/** Marks that turn the direction of what follows, so that text reads as something it is not. */
const directionMarks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Names of nothing but characters that nobody sees: Telegram takes a message of them for empty. */
const unseen = /^[\s\p{Cf}\p{Cc}\u115f\u1160\u180e\u2800\u3164\uffa0]*$/u;

/** On one line, without control and direction characters and without halves of characters; "" for what nobody would see. */
export function harmless(value: string): string {
  const text = value.toWellFormed().replace(controls, "").replace(directionMarks, "").replace(/\s+/g, " ").trim();
  return unseen.test(text) ? "" : text;
}

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** At most `most` code points, the last of them "…" when something was cut; a letter with its marks is kept or dropped whole. */
export function cut(text: string, most: number): string {
  if (text.length <= most || [...text].length <= most) return text;
  let kept = "";
  let length = 0;
  for (const { segment } of segmenter.segment(text.slice(0, most * 2))) {
    length += [...segment].length;
    if (length > most - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** The value of a variable as plain text; "" when it is missing. */
export function variableValue(name: string, reader: Reader, place: Place): string {
  const known = ((): string | number | boolean | null | undefined => {
    switch (name as VariableName) {
      case "first_name":
        return reader.firstName;
      case "last_name":
        return reader.lastName;
      case "name":
        return [reader.firstName, reader.lastName].map((part) => harmless(part ?? "")).join(" ");
      case "username":
        return at(reader.username, place);
      case "source":
        return reader.source;
      case "bot":
        return at(reader.bot.username, place);
      default: {
        const key = name.startsWith("field:") ? name.slice("field:".length) : "";
        return Object.hasOwn(reader.fields, key) ? reader.fields[key] : null;
      }
    }
  })();
  // A field that is off says as little as one that was never set.
  return known === null || known === undefined || known === false ? "" : harmless(known === true ? "✓" : String(known));
}

/** In a text it is a mention, in an address a part of the path ("https://t.me/{bot}"). */
const at = (username: string | null, place: Place) => {
  const bare = harmless(username ?? "").replace(/^@/, "");
  return bare === "" ? "" : place === "address" ? bare : `@${bare}`;
};

/** What stands for a variable; null when it vanishes. */
function wordsFor(variable: Variable, reader: Reader, place: Place, most: number): string | null {
  const value =
    variableValue(variable.name, reader, place) || (variable.fallback === null ? "" : harmless(variable.fallback));
  if (value === "" && variable.fallback === null) return null;
  const short = cut(value, Math.min(most, place === "address" ? maxAddressValueLength : maxValueLength));
  return place === "html" ? plainHtml(short) : place === "address" ? encodeURIComponent(short) : short;
}

interface Piece {
  kind: "words" | "value" | "tag" | "gone";
  text: string;
}

/**
 * A text with the reader's values in it, each of at most `most` characters. In Telegram HTML a variable inside a tag is part of
 * an address. What stands around the variables is taken as it is.
 */
export function fill(text: string, reader: Reader, place: Place, most = maxValueLength): string {
  if (place === "address")
    return text.replace(braces, (written) =>
      written === clickMacro ? written : (wordsFor(read(written), reader, place, most) ?? ""),
    );
  const pieces: Piece[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(place === "html" ? tagOrBraces : braces)) {
    pieces.push({ kind: "words", text: text.slice(from, index) });
    from = index + found.length;
    if (found.startsWith("<")) pieces.push({ kind: "tag", text: fill(found, reader, "address", most) });
    else {
      const words = wordsFor(read(found), reader, place, most);
      pieces.push(words === null ? { kind: "gone", text: "" } : { kind: "value", text: words });
    }
  }
  pieces.push({ kind: "words", text: text.slice(from) });
  pieces.forEach((piece, index) => {
    if (piece.kind === "gone") closeGap(pieces, index);
  });
  return pieces.map((piece) => piece.text).join("");
}

/** Takes away what would be left around a variable that vanished. Tags are looked through; values keep what belongs to them. */
function closeGap(pieces: readonly Piece[], gone: number): void {
  for (let index = gone - 1; index >= 0; index--) {
    const piece = pieces[index] as Piece;
    if (piece.kind === "value" && piece.text !== "") return;
    if (piece.kind !== "words") continue;
    piece.text = piece.text.replace(/,?[ \t\u00a0]*$/, "");
    if (piece.text.endsWith("\n")) break;
    if (piece.text !== "") return;
  }
  for (let index = gone + 1; index < pieces.length; index++) {
    const piece = pieces[index] as Piece;
    if (piece.kind === "value" && piece.text !== "") return;
    if (piece.kind === "gone") return;
    if (piece.kind !== "words") continue;
    piece.text = piece.text.replace(/^,?[ \t\u00a0]*\n?/, "");
    if (piece.text !== "") return;
  }
}
