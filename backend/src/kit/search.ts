/**
 * Finding people among a million by what somebody types. What is searched is a generated column of a table, as
 * `subscribers.search_text` (" oksana koval @oksana 700000001"), in lower case, cut into words at blanks and at `wordSeparators`, with an
 * index over `searchWords` of it.
 *
 * Every word that is typed begins one of the row's, in any order. What stands in the middle of a word is not found: an index of any three
 * letters in a row took half of an import's time. PostgreSQL's parser of texts is left out of it, since it makes hosts and numbers with
 * decimals of names.
 */
import { type Db, plannedForValues } from "@db/client.ts";
import { searchedChars, searchWords, separated, wordSeparators } from "@db/schema/columns.ts";
import { and, type SQL, type SQLWrapper, sql } from "drizzle-orm";

/** More words than a name has narrow nothing. */
const maxWords = 12;

export interface TypedWord {
  text: string;
  /** Something that cuts words follows it, as "user" in "@user_1": no longer word is meant. */
  isWhole: boolean;
}

const separators = new RegExp(`[${wordSeparators.replace("-", "\\-")}]+`);

/** The words of what somebody typed; none for blanks and for signs alone. */
export function typedWords(search: string): TypedWord[] {
  // PostgreSQL has no NUL in texts: a question with one would fail.
  const parts = search.replaceAll("\0", "").toWellFormed().trim().split(/\s+/u);
  const words = parts.flatMap((part) => {
    const texts = part.split(separators);
    return texts.map((text, index) => ({
      text: text.slice(0, searchedChars).toWellFormed(),
      isWhole: index < texts.length - 1,
    }));
  });
  return words.filter(({ text }) => text !== "").slice(0, maxWords);
}

export interface WordConditions {
  /** What can be seen on a row; undefined when nothing was typed. */
  narrow: SQL | undefined;
  /** The same as its index is asked, and too dear to be asked of rows. */
  indexed: SQL | undefined;
}

/** Wildcards of LIKE are characters like any other to whoever searches. */
const escaped = (text: string): string => text.replace(/[\\%_]/g, "\\$&");
/** A word as a tsquery reads it, whatever signs are in it. */
const quoted = (text: string): string => `'${text.replace(/['\\]/g, "$&$&")}'`;

/** What was typed, as conditions over a column as above. Signs without a word find nobody, since nobody is called so. */
export function wordsIn(column: SQLWrapper, search: string): WordConditions {
  if (search.trim() === "") return { narrow: undefined, indexed: undefined };
  const words = typedWords(search);
  if (words.length === 0) return { narrow: sql`false`, indexed: sql`false` };
  const text = sql`(${separated(column)} || ' ')`;
  const query = words.map(({ text, isWhole }) => quoted(text) + (isWhole ? "" : ":*")).join(" & ");
  const seen = words.flatMap((word) => [
    // Most rows have these letters nowhere, which is told ten times as fast as where their words begin.
    sql`${column} like lower(${`%${escaped(word.text)}%`})`,
    sql`${text} like lower(${`% ${escaped(word.text)}${word.isWhole ? " " : ""}%`})`,
  ]);
  return {
    narrow: and(...seen),
    indexed: sql`${searchWords(column)} @@ lower(${query})::tsquery`,
  };
}

/** So many of a list are looked through before the index is asked instead. */
const windowRows = 10_000;
const planned = sql.raw(plannedForValues);

/** Which rows of a list: `scope` and `order` go along an index, `narrow` and `indexed` are as in `WordConditions`. */
export interface Sought extends WordConditions {
  /** The table with its alias ("persons p"), and the alias, by which the conditions name its columns. */
  from: SQL;
  as: SQL;
  scope: SQL | undefined;
  order: SQL;
  limit: number;
}

/**
 * Ids of the first `limit` rows of a list that match.
 *
 * Words have an index without an order, and PostgreSQL cannot know which way is shorter: to walk the list until enough are found, or to
 * fetch all that match and sort them. It guesses, and a guess that is wrong walks a million rows (3.9 s for a tag that nobody wears). So
 * what is common is found by walking a bounded way, and only what is not found there is fetched and sorted.
 */
export async function idsInOrder(
  db: Db,
  { from, as, scope, narrow, indexed, order, limit }: Sought,
): Promise<string[]> {
  const find = async (all: SQL, where: SQL | undefined) => {
    const rows = await db.execute<{ id: string }>(
      sql`${planned} select id from (${all}) ${as} where ${where ?? sql`true`} order by ${order} limit ${limit}`,
    );
    return rows.map(({ id }) => id);
  };
  const near = await find(sql`select * from ${from} where ${scope} order by ${order} limit ${windowRows}`, narrow);
  if (near.length >= limit) return near;
  // `offset 0` keeps the order from being considered before everything that matches is there.
  return find(sql`select * from ${from} where ${and(scope, indexed)} offset 0`, undefined);
}
