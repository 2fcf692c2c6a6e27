/** Lists page by key: a cursor names the last row seen, so pages stay right while rows arrive and old pages cost no more than new. */
import { type TSchema, t } from "elysia";
import { invalid } from "./errors.ts";

export const pageQuery = {
  cursor: t.Optional(t.String({ maxLength: 200 })),
  limit: t.Optional(t.Integer({ minimum: 1, maximum: 200 })),
};
export const pageOf = <S extends TSchema>(item: S) =>
  t.Object({ items: t.Array(item), nextCursor: t.Nullable(t.String()) });

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export const defaultLimit = 50;

/** Cursors carry only values of the row's own key; another workspace's cursor finds nothing, since scope is in the query. */
export const encodeCursor = (parts: readonly (string | number | bigint)[]): string =>
  Buffer.from(JSON.stringify(parts.map(String))).toString("base64url");

export function decodeCursor(cursor: string | undefined, length: number): string[] | null {
  if (!cursor) return null;
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (Array.isArray(parts) && parts.length === length && parts.every((part) => typeof part === "string"))
      return parts;
  } catch {
    // Falls through to the refusal: a cursor is ours or it is nothing.
  }
  throw invalid("common.bad_cursor");
}

/** A cursor whose one part is a bigint id. */
export function decodeIdCursor(cursor: string | undefined): bigint | null {
  const parts = decodeCursor(cursor, 1);
  if (!parts) return null;
  // 18 digits always fit PostgreSQL's bigint; no sequence of ours gets further.
  if (!/^\d{1,18}$/.test(parts[0] ?? "")) throw invalid("common.bad_cursor");
  return BigInt(parts[0] as string);
}

/** A moment as our rows write it. The year 0 and 30 February read well and are none to PostgreSQL. */
function isMoment(text: string): boolean {
  if (!/^(?!0000)\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(text)) return false;
  const moment = new Date(text);
  return !Number.isNaN(moment.getTime()) && moment.toISOString() === text;
}

/** A cursor of a moment, in milliseconds, and what tells rows of the same moment apart. */
export function decodeMomentCursor(
  cursor: string | undefined,
  isOther: (text: string) => boolean,
): [moment: string, other: string] | null {
  const parts = decodeCursor(cursor, 2);
  if (!parts) return null;
  const [moment = "", other = ""] = parts;
  if (!isMoment(moment) || !isOther(other)) throw invalid("common.bad_cursor");
  return [moment, other];
}

/** Cuts the row fetched beyond `limit` (queries ask for limit + 1) and names where the next page starts. */
export function toPage<Row, T>(
  rows: Row[],
  limit: number,
  key: (row: Row) => readonly (string | number | bigint)[],
  present: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(present),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(key(last)) : null,
  };
}
