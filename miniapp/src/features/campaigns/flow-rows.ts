/** What the editor shows of a flow: its rows as they are about to be, and how they differ from the tracker's. */
import {
  difference,
  problemsOf,
  type RowsProblem,
  rebalance,
  type ShareChange,
  type ShareRow,
  type TrackerRow,
  totalOf,
  withPins,
} from "@backend/modules/campaigns/domain/shares.ts";
import type { Flow, PartName } from "./flow-api.ts";

export const partNames = ["offers", "landings"] as const satisfies readonly PartName[];
export type Parts<Row> = Record<PartName, Row[]>;

/** A change on its way to the server. */
export interface Edit {
  part: PartName;
  change: ShareChange;
}

/** The draft where there is one, else the tracker's rows with our pins. */
export const rowsOf = ({ draft, theirs, pins }: Flow): Parts<ShareRow> =>
  draft?.rows ?? {
    offers: withPins(theirs.offers, pins.offers),
    landings: withPins(theirs.landings, pins.landings),
  };

/** The rows with edits that the server has not answered yet. One that no longer fits is left to the server to refuse. */
export function withEdits(rows: Parts<ShareRow>, edits: readonly Edit[]): Parts<ShareRow> {
  const next = { ...rows };
  for (const { part, change } of edits) {
    const outcome = rebalance(next[part], change);
    if (outcome.ok) next[part] = outcome.rows;
  }
  return next;
}

/** How one row came to differ; `from` null: it is new, `to` null: it is gone. */
export interface RowChange {
  id: string;
  from: TrackerRow | null;
  to: TrackerRow | null;
}

/** The rows that differ, in the order of `to`, those that are gone last. */
export const changesBetween = (from: readonly TrackerRow[], to: readonly TrackerRow[]): RowChange[] =>
  difference(to, from).map(({ id, ours, theirs }) => ({ id, from: theirs, to: ours }));

export interface PushProblem {
  part: PartName;
  problem: Exclude<RowsProblem, "below_minimum"> | "emptied";
  /** What its active rows come to, in percent. */
  total: number;
}

/** What keeps a draft from being pushed. Only what a push would write is looked at, and a part without landings leads to its offers. */
export function pushProblemOf(rows: Parts<ShareRow>, theirs: Parts<TrackerRow>): PushProblem | null {
  for (const part of partNames) {
    if (difference(rows[part], theirs[part]).length === 0) continue;
    const problems = problemsOf(rows[part]).filter((problem) => problem !== "below_minimum");
    const problem = part === "offers" && rows[part].length === 0 ? "emptied" : problems[0];
    if (problem) return { part, problem, total: totalOf(rows[part]) };
  }
  return null;
}
