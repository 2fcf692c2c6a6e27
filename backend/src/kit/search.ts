/**
 * Finding people among a million by what somebody types. What is searched is a generated column of a table, as
 * `subscribers.search_text` (" oksana koval @oksana 700000001"): in lower case, with a blank before every word so that its beginning can be
 * asked for, and with an index over `audience_pieces` of it (a function of the migrations, which knows letters of any script).
 */
import { type Db, plannedForValues } from "@db/client.ts";
import { and, or, type SQL, type SQLWrapper, sql } from "drizzle-orm";

/** More words than a name has narrow nothing. */
const maxWords = 6;
/** So many letters in a row are found anywhere; what is shorter is looked for at the beginning of words. */
const anywhere = 3;

interface Pattern {
  /** For `like`. */
  like: string;
  /** The same without wildcards, of which the index knows every piece. */
  text: string;
}

/** Wildcards of LIKE are characters like any other to whoever searches. */
const escaped = (text: string): string => text.replace(/[\\%_]/g, "\\$&");
const pattern = (text: string): Pattern => ({ like: `%${escaped(text)}%`, text });

/** Every word must be found, in any order; of several patterns of a word one is enough. */
function patternsOf(search: string): Pattern[][] {
  // PostgreSQL has no NUL in texts: a question with one would fail.
  const words = search.replaceAll("\0", "").toWellFormed().trim().split(/\s+/u).filter(Boolean).slice(0, maxWords);
  return words.map((word) =>
    [...word].length >= anywhere ? [pattern(word)] : [pattern(` ${word}`), pattern(` @${word}`)],
  );
}

export interface WordConditions {
  /** What can be seen on a row; undefined when no word was typed. */
  narrow: SQL | undefined;
  /** The same as its index is asked, and too dear to be asked of rows. Only together with `narrow`, since pieces may share a number. */
  indexed: SQL | undefined;
}

/** Words that were typed, as conditions over a column as above. */
export function wordsIn(column: SQLWrapper, search: string): WordConditions {
  const words = patternsOf(search);
  return {
    narrow: and(...words.map((word) => or(...word.map(({ like }) => sql`${column} like lower(${like})`)))),
    indexed: and(
      ...words.map((word) =>
        or(...word.map(({ text }) => sql`audience_pieces(${column}) @> audience_pieces(lower(${text}))`)),
      ),
    ),
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
  const find = async (all: SQL) => {
    const rows = await db.execute<{ id: string }>(
      sql`${planned} select id from (${all}) ${as} where ${narrow ?? sql`true`} order by ${order} limit ${limit}`,
    );
    return rows.map(({ id }) => id);
  };
  const near = await find(sql`select * from ${from} where ${scope} order by ${order} limit ${windowRows}`);
  if (near.length >= limit) return near;
  // `offset 0` keeps the order from being considered before everything that matches is there.
  return find(sql`select * from ${from} where ${and(scope, narrow, indexed)} offset 0`);
}
