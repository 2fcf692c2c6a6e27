/**
 * The id of a click on a message of ours, as trackers carry it: the code of the link behind a mark, in whatever sub id the
 * workspace chose. It is only read here; what it means, and whether we wrote it, the room of broadcasts knows.
 */
import type { ConversionFacts } from "./read-call.ts";

const clickId = /^sb_([A-Za-z0-9_-]{24})$/;

export const clickIdOf = (code: string): string => `sb_${code}`;

/** The code in a conversion's sub ids, external id or click; null in nearly all of them. */
export function clickCodeIn(facts: Partial<Pick<ConversionFacts, "subIds" | "externalId" | "subid">>): string | null {
  for (const value of [facts.externalId, facts.subid, ...Object.values(facts.subIds ?? {})]) {
    const code = value ? clickId.exec(value)?.[1] : undefined;
    if (code) return code;
  }
  return null;
}
