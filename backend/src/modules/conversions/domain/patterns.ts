/**
 * Comparing text by a person's pattern, in time that grows with the text alone: regular expressions run on RE2 (no
 * back-references, no look-around), so that no pattern can stall the reading of calls.
 */
import { RE2JS } from "re2js";

/** A pattern is compared with at most so many characters: what identifies a campaign stands at its beginning. */
const comparedLength = 500;
/** Steps of a compiled pattern: "(a{30}){30}" is small to type and 900 steps for every character to run. */
const maxProgramSize = 500;

/** One spelling for comparisons: what people type and what trackers send differ in case and in how accents are composed. */
export const foldText = (text: string): string => text.normalize("NFC").toLowerCase();

/** `*` any text, `?` one character, the rest as it stands. Both sides folded; the whole text must fit. */
export function matchesGlob(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let retryFrom = 0;
  while (t < text.length) {
    if (pattern[p] === "*") {
      star = p++;
      retryFrom = t;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      // The last star takes one character more; earlier ones never have to.
      p = star + 1;
      t = ++retryFrom;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

export type CompiledPattern =
  | { ok: true; test: (text: string) => boolean }
  | { ok: false; problem: "invalid" | "too_heavy" };

/** Compiling one takes as long as reading a hundred conversions, and most patterns outlive many changes of the routes around them. */
const compiledBefore = new Map<string, CompiledPattern>();
const rememberAtMost = 5_000;

/** Compiles a regular expression; it is looked for anywhere in the text, case aside. */
export function compileRegex(pattern: string): CompiledPattern {
  const known = compiledBefore.get(pattern);
  if (known) return known;
  const compiled = compile(pattern);
  if (compiledBefore.size >= rememberAtMost) compiledBefore.clear();
  compiledBefore.set(pattern, compiled);
  return compiled;
}

function compile(pattern: string): CompiledPattern {
  try {
    const compiled = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
    if (compiled.programSize() > maxProgramSize) return { ok: false, problem: "too_heavy" };
    return { ok: true, test: (text) => compiled.test(text.slice(0, comparedLength)) };
  } catch {
    return { ok: false, problem: "invalid" };
  }
}
