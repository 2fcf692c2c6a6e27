/** What somebody types to find a person → patterns over `subscribers.search_text` (" oksana koval @oksana 700000001"). */

/** More words than a name has narrow nothing. */
const maxWords = 6;
/** An index of three letters in a row answers for this length; what is shorter is asked for at the beginning of words. */
const trigram = 3;

const escaped = (word: string): string => word.replace(/[\\%_]/g, "\\$&");

/** Every word must be found, in any order; of several patterns of a word one is enough. */
export function patternsOf(search: string): string[][] {
  const words = search.toWellFormed().trim().split(/\s+/u).filter(Boolean).slice(0, maxWords);
  return words.map((word) =>
    [...word].length >= trigram ? [`%${escaped(word)}%`] : [`% ${escaped(word)}%`, `% @${escaped(word)}%`],
  );
}
