import type { Condition } from "@backend/modules/conversions/domain/conditions.ts";

/**
 * Whether a route may ever fit a conversion of this connection. A pattern is not tried here: what cannot be ruled out by
 * comparing words is shown rather than hidden.
 */
export function concerns(
  route: { conditions: readonly Condition[] },
  connection: { id: string; name: string },
): boolean {
  const own = [connection.id, connection.name].map((text) => text.toLocaleLowerCase());
  return route.conditions.every((condition) => {
    if (condition.kind !== "text" || condition.field !== "connection") return true;
    if (condition.operator === "absent") return condition.not;
    if (condition.operator !== "is") return true;
    return condition.values.some((value) => own.includes(value.toLocaleLowerCase())) !== condition.not;
  });
}
