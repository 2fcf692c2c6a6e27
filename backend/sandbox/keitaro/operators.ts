/** Operators of filters, as reports and logs know them. */

type Value = string | number | null;

const number = (value: unknown): number => Number(value);
const text = (value: unknown): string => String(value ?? "");
const isIn = (value: Value, list: unknown): boolean => Array.isArray(list) && list.map(String).includes(text(value));
const matches = (value: Value, pattern: unknown): boolean => {
  try {
    return new RegExp(text(pattern), "i").test(text(value));
  } catch {
    return false;
  }
};

export const compares: Readonly<Record<string, (value: Value, expression: unknown) => boolean>> = {
  EQUALS: (value, expression) => text(value) === text(expression),
  NOT_EQUAL: (value, expression) => text(value) !== text(expression),
  GREATER_THAN: (value, expression) => number(value) > number(expression),
  LESS_THAN: (value, expression) => number(value) < number(expression),
  EQUALS_OR_GREATER_THAN: (value, expression) => number(value) >= number(expression),
  EQUALS_OR_LESS_THAN: (value, expression) => number(value) <= number(expression),
  CONTAINS: (value, expression) => text(value).includes(text(expression)),
  NOT_CONTAIN: (value, expression) => !text(value).includes(text(expression)),
  BEGINS_WITH: (value, expression) => text(value).startsWith(text(expression)),
  ENDS_WITH: (value, expression) => text(value).endsWith(text(expression)),
  MATCH_REGEXP: matches,
  NOT_MATCH_REGEXP: (value, expression) => !matches(value, expression),
  IN_LIST: isIn,
  NOT_IN_LIST: (value, expression) => Array.isArray(expression) && !isIn(value, expression),
  BETWEEN: (value, expression) =>
    Array.isArray(expression) &&
    expression.length === 2 &&
    text(value) >= text(expression[0]) &&
    text(value) <= text(expression[1]),
  IS_SET: (value) => text(value) !== "",
  IS_NOT_SET: (value) => text(value) === "",
};
