/** A segment, or a condition of one's own, as the address of the list keeps it. */
import type { Condition } from "@backend/modules/audience/domain/segment.ts";
import { href } from "@miniapp/app/paths.ts";

export interface Whom {
  segmentId?: string | undefined;
  condition?: Condition | undefined;
}

/** The parameters of an address; undefined takes one away. */
export const whomParams = ({ segmentId, condition }: Whom): Record<"segment" | "who", string | undefined> => ({
  segment: segmentId,
  who: segmentId === undefined && condition ? JSON.stringify(condition) : undefined,
});

/** What an address says; what cannot be read asks for nothing, and what means nothing the server refuses. */
export function whomOf(get: (name: string) => string | undefined): Whom {
  const segmentId = /^[0-9a-f-]{36}$/.exec(get("segment") ?? "")?.[0];
  if (segmentId) return { segmentId };
  try {
    const condition: unknown = JSON.parse(get("who") ?? "null");
    return condition !== null && typeof condition === "object" ? { condition: condition as Condition } : {};
  } catch {
    return {};
  }
}

/** The list of those whom it means and who can be written to. */
export function listOf(whom: Whom): string {
  const given = Object.entries(whomParams(whom)).flatMap(([name, value]) => (value ? [[name, value]] : []));
  return `${href("audience")}?${new URLSearchParams([["state", "active"], ...given])}`;
}
