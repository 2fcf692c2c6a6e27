/**
 * Shares of a flow's offers or landings: whole percents of the active rows that sum to 100. Pinned rows never move; the others are
 * even, at least 1 each, and the first of them take what does not divide. Rows in any other state than "active" are out of the
 * sum and stay as they are. The server and the screen ask the same functions, so that a preview is what is saved.
 */

export interface ShareRow {
  /** The tracker's id of the offer or landing. */
  id: string;
  /** Whole percents; a tracker may hold any number here. */
  share: number;
  /** "active" counts; "disabled" and whatever else a tracker says does not. */
  state: string;
  isPinned: boolean;
}

export type ShareChange =
  /** At the end, in this order; those that are there already are left alone. */
  | { kind: "add"; ids: string[] }
  | { kind: "remove"; id: string }
  /** One row gets this share, the others settle. */
  | { kind: "set"; id: string; share: number }
  | { kind: "pin"; id: string; isPinned: boolean }
  | { kind: "switch"; id: string; isActive: boolean }
  | { kind: "even" };

export type ShareProblem =
  /** The row is not in the flow. */
  | "no_such_row"
  /** The row is disabled: its share counts for nothing. */
  | "row_is_off"
  | "row_is_pinned"
  /** Pinned shares alone come to more than 100. */
  | "pinned_exceed_total"
  /** More rows than percents are left for. */
  | "no_room_for_minimum"
  /** Every other row is pinned: this one is what they leave. */
  | "others_are_pinned";

export type Rebalanced =
  | { ok: true; rows: ShareRow[] }
  /** `nearest`: the share that this row could have instead; null where no share would do. */
  | { ok: false; problem: ShareProblem; nearest: number | null };

export const isActive = ({ state }: Pick<ShareRow, "state">): boolean => state === "active";

/** What the active rows come to. */
export const totalOf = (rows: readonly Pick<ShareRow, "share" | "state">[]): number =>
  rows.reduce((sum, row) => sum + (isActive(row) ? row.share : 0), 0);
