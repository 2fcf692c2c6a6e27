/** What somebody types to find a person → patterns over `subscribers.search_text` (" oksana koval @oksana 700000001"). */

/** More words than a name has narrow nothing. */
const maxWords = 6;
/** So many letters in a row are found anywhere; what is shorter is looked for at the beginning of words. */
const anywhere = 3;

export interface Pattern {
  /** For `like`. */
  like: string;
  /** The same without wildcards, of which the index knows every piece. */
  text: string;
}

const escaped = (text: string): string => text.replace(/[\\%_]/g, "\\$&");
const pattern = (text: string): Pattern => ({ like: `%${escaped(text)}%`, text });

/** Every word must be found, in any order; of several patterns of a word one is enough. */
export function patternsOf(search: string): Pattern[][] {
  const words = search.toWellFormed().trim().split(/\s+/u).filter(Boolean).slice(0, maxWords);
  return words.map((word) =>
    [...word].length >= anywhere ? [pattern(word)] : [pattern(` ${word}`), pattern(` @${word}`)],
  );
}
