/** Many rows in one parameter. */
import { type SQL, sql } from "drizzle-orm";

/** PostgreSQL refuses NUL and halves of characters in JSON; names in a tracker may hold either. */
const storable = (_: string, value: unknown) =>
  typeof value === "string" ? value.toWellFormed().replaceAll("\0", "") : value;

/** For `jsonb_to_recordset` and a `jsonb` column. */
export const json = (value: unknown): SQL => sql`${JSON.stringify(value, storable)}::jsonb`;

export const textsIn = (values: readonly string[]): SQL => sql`(select jsonb_array_elements_text(${json(values)}))`;

export const uuidsIn = (values: readonly string[]): SQL =>
  sql`(select value::uuid from jsonb_array_elements_text(${json(values)}))`;

export const at = (moment: Date): SQL => sql`${moment.toISOString()}::timestamptz`;
