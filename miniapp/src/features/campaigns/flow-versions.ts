/** Two versions of a flow, the tracker's and ours, where both were changed. */
import type { ShareRow, TrackerRow } from "@backend/modules/campaigns/domain/shares.ts";
import type { Flow, PartName } from "./flow-api.ts";
import { changesBetween, type Parts, partNames, rowsOf } from "./flow-rows.ts";

export interface Versions {
  /** What ours began from; null where that is not known. */
  base: Parts<TrackerRow> | null;
  theirs: Parts<TrackerRow>;
  ours: Parts<ShareRow>;
}

export const versionsOf = (flow: Flow): Versions => ({
  base: (flow.push?.state === "conflict" ? flow.push.base : flow.drift?.from) ?? null,
  theirs: flow.theirs,
  ours: rowsOf(flow),
});

export type Side = "theirs" | "ours";
/** By `Clash.key`. */
export type Choices = Readonly<Record<string, Side>>;

/** A row of which two versions exist; null: it is not there in that one, undefined: nobody knows. */
export interface Clash {
  key: string;
  part: PartName;
  id: string;
  base: TrackerRow | null | undefined;
  theirs: TrackerRow | null;
  ours: TrackerRow | null;
}

export const clashesOf = ({ base, theirs, ours }: Versions): Clash[] =>
  partNames.flatMap((part) =>
    changesBetween(theirs[part], ours[part]).map(({ id, from, to }) => ({
      ...{ key: `${part} ${id}`, part, id, theirs: from, ours: to },
      base: base === null ? undefined : (base[part].find((row) => row.id === id) ?? null),
    })),
  );

const isSameRow = (one: TrackerRow | null, other: TrackerRow | null): boolean =>
  one?.share === other?.share && one?.state === other?.state;

/** What only one side has changed is that side's; the rest is for the person to decide. */
export function obviousChoices(clashes: readonly Clash[]): Choices {
  const choices: Record<string, Side> = {};
  for (const { key, base, theirs, ours } of clashes) {
    if (base === undefined) continue;
    if (isSameRow(base, theirs)) choices[key] = "ours";
    else if (isSameRow(base, ours)) choices[key] = "theirs";
  }
  return choices;
}
