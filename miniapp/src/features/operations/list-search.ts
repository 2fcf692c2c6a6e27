/** Looking for something in a list that is here whole. Lists that are read page by page ask the server instead. */

/** Fewer rows than this are seen at a glance: a field above them would only be in the way. */
export const searchedFrom = 8;

const fold = (text: string) => text.toLocaleLowerCase();

/** What holds each of the words that are typed, in any order and case; everything while none is. */
export function matching<T>(items: readonly T[], typed: string, wordsIn: (item: T) => string): readonly T[] {
  const wanted = fold(typed).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return items;
  return items.filter((item) => {
    const words = fold(wordsIn(item));
    return wanted.every((word) => words.includes(word));
  });
}
