/** What an audit entry changed, field by field. */

export interface Change {
  field: string;
  /** Undefined when there was nothing before, or nothing after. */
  before: unknown;
  after: unknown;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isNothing = (value: unknown) =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/**
 * Fields that differ, in the order in which they were written; all fields of something made or deleted. Empty values are no
 * values: a field that went from null to "" or [] has not changed.
 */
export function changesOf(before: unknown, after: unknown): Change[] {
  if (!isRecord(before) && !isRecord(after)) {
    if (isNothing(before) && isNothing(after)) return [];
    return [{ field: "", before: isNothing(before) ? undefined : before, after: isNothing(after) ? undefined : after }];
  }
  const old = isRecord(before) ? before : {};
  const now = isRecord(after) ? after : {};
  const isWhole = !isRecord(before) || !isRecord(after);
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .map((field) => ({
      field,
      before: isNothing(old[field]) ? undefined : old[field],
      after: isNothing(now[field]) ? undefined : now[field],
    }))
    .filter((change) =>
      isWhole ? change.before !== undefined || change.after !== undefined : !same(change.before, change.after),
    );
}
