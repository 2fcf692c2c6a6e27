import { t } from "elysia";

/**
 * One of several words. Elysia's own `t.UnionEnum` must not be used for what callers send: it carries its first value as a
 * default and fills it in where nothing was sent, so a missing role would become "owner" and a missing filter a filter.
 */
export const oneOf = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  t.Unsafe<Names[number]>(t.Union(names.map((name) => t.Literal(name))));
