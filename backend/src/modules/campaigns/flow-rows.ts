/** Offers and landings of a flow, side by side, in the forms that they have here. */
import type { StoredDraftShare, StoredParts, StoredShare } from "@db/schema/campaigns.ts";
import { isSame, pinsOf, withoutPins, withPins } from "./domain/shares.ts";
import { type PartName, partNames } from "./flow-contracts.ts";

/** As a tracker has them. */
export type FlowParts = StoredParts<StoredShare>;
/** As a draft has them. */
export type DraftRows = StoredParts<StoredDraftShare>;

export const eachPart = <T>(of: (part: PartName) => T): Record<PartName, T> => ({
  offers: of("offers"),
  landings: of("landings"),
});

export const partsOf = ({ offers, landings }: FlowParts): FlowParts => ({ offers, landings });

/** What a write has to name: a tracker leaves alone what it is not given. */
export const changedParts = (from: FlowParts, to: FlowParts): PartName[] =>
  partNames.filter((part) => !isSame(from[part], to[part]));

/** Where a draft stands. */
export function rowsOfDraft({ history, cursor }: { history: readonly DraftRows[]; cursor: number }): DraftRows {
  const rows = history[cursor];
  if (!rows) throw new Error("a draft's cursor points at nothing");
  return rows;
}

export const pinned = (parts: FlowParts, pins: StoredParts<string>): DraftRows =>
  eachPart((part) => withPins(parts[part], pins[part]));

export const unpinned = (rows: DraftRows): FlowParts => eachPart((part) => withoutPins(rows[part]));

export const pinsIn = (rows: DraftRows): StoredParts<string> => eachPart((part) => pinsOf(rows[part]));
