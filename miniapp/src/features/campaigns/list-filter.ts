/** What narrows the list, as it stands in the address: text only. */
import type { CampaignFilter } from "./api.ts";

export const filterNames = [
  "search",
  "connectionId",
  "groupRef",
  "sourceRef",
  "state",
  "isFavourite",
  "hasDraft",
  "isDrifted",
] as const;
export type ListFilter = { [Name in (typeof filterNames)[number]]?: string | undefined };

export const isNarrowing = (filter: ListFilter): boolean => Object.values(filter).some((value) => value !== undefined);

/** How many of the sheet's filters are on. */
export const countOn = ({ search: _, ...filter }: ListFilter): number =>
  Object.values(filter).filter((value) => value !== undefined).length;

/** What the server is asked. A flag that is off is not asked for: "not favourites" is no filter of the screen. */
export function toQuestion({ isFavourite, hasDraft, isDrifted, ...texts }: ListFilter): CampaignFilter {
  const flags = Object.entries({ isFavourite, hasDraft, isDrifted }).flatMap(([name, value]) =>
    value === "true" ? [[name, true]] : [],
  );
  const given = Object.entries(texts).filter(([, value]) => value !== undefined);
  return Object.fromEntries([...given, ...flags]);
}
