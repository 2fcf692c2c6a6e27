import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { bigint, timestamp, uuid } from "drizzle-orm/pg-core";

/** Random primary key: unguessable in addresses, and no counter to read other people's volumes from. */
export const rowId = () => ({ id: uuid("id").primaryKey().defaultRandom() });

/** Ordered primary key for tables with many rows. Leaves the server as text: it may pass 2^53. */
export const serialId = () => ({ id: bigint("id", { mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity() });

export const timestamps = () => ({
  createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  updatedAt: timestamp("updated_at", { withTimezone: true })
    .notNull()
    .defaultNow()
    .$onUpdate(() => new Date()),
});

export const instant = (name: string) => timestamp(name, { withTimezone: true });

/** Telegram ids pass 32 bits but never 52, so a JS number holds them exactly (Bot API, "User"). */
export const telegramId = (name: string) => bigint(name, { mode: "number" });

/** What cuts the words of a `search_text` apart, beside blanks. */
export const wordSeparators = "@_-.";
/** A word of a tsvector has 2,046 bytes at most, and a row with a longer one would be refused: one of so many letters is never longer. */
export const searchedChars = 500;

/** A `search_text` with a blank for everything that cuts words apart. */
export const separated = (column: SQLWrapper): SQL =>
  [...wordSeparators].reduce(
    (text, sign) => sql`replace(${text}, '${sql.raw(sign)}', ' ')`,
    sql`left(${column}, ${sql.raw(String(searchedChars))})`,
  );

/** Its words, as people are searched by them: what the index is over and what a search asks must be the same expression. */
export const searchWords = (column: SQLWrapper): SQL =>
  sql`array_to_tsvector(array_remove(string_to_array(${separated(column)}, ' '), ''))`;
