/**
 * An array as PostgreSQL reads it from text: `{"a","b",NULL}`. One bound value carries ten thousand rows of a column where a list
 * of parameters ends at 65 535, and `unnest` of several makes a table of them.
 */
export const pgArray = (values: readonly (string | number | null)[]): string =>
  `{${values.map((value) => (value === null ? "NULL" : typeof value === "number" ? String(value) : quoted(value))).join(",")}}`;

const quoted = (text: string) => `"${/["\\]/.test(text) ? text.replace(/["\\]/g, "\\$&") : text}"`;
