/** Segments: conditions over subscribers. Pure; `segment-sql.ts` turns them into a question to the database. */

/** `all`: every one holds (none = everybody). `any`: at least one holds. `not`: does not hold. */
export type Condition =
  | { kind: "all"; of: readonly Condition[] }
  | { kind: "any"; of: readonly Condition[] }
  | { kind: "not"; of: Condition };
