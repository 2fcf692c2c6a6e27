/**
 * Shares of a flow's offers or landings: whole percents of the active rows that sum to 100. Pinned rows never move; the others are
 * even, at least 1 each, and the first of them take what does not divide. Rows in any other state than "active" are out of the
 * sum and stay as they are. The server and the screen ask the same functions, so that a preview is what is saved.
 */

/** A row as a tracker has it. */
export interface TrackerRow {
  /** The tracker's id of the offer or landing. */
  id: string;
  /** Whole percents; a tracker may hold any number here. */
  share: number;
  /** "active" counts; "disabled" and whatever else a tracker says does not. */
  state: string;
}

export interface ShareRow extends TrackerRow {
  isPinned: boolean;
}

export type ShareChange =
  /** At the end, in this order; those that are there already are left alone. */
  | { kind: "add"; ids: string[] }
  | { kind: "remove"; id: string }
  /** One row gets this share, the others settle. */
  | { kind: "set"; id: string; share: number }
  /** Each row gets the share that is named for it, the others keep theirs: all of it or nothing. */
  | { kind: "assign"; shares: { id: string; share: number }[] }
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
  | "others_are_pinned"
  /** Assigned shares and those that stay are no whole percents that come to 100. */
  | "sum_not_100";

export type Rebalanced =
  | { ok: true; rows: ShareRow[] }
  /** `nearest`: the share that this row could have instead; null where no share would do. */
  | { ok: false; problem: ShareProblem; nearest: number | null };

const whole = 100;
const least = 1;

export const isActive = ({ state }: Pick<ShareRow, "state">): boolean => state === "active";

/** What the active rows come to. */
export const totalOf = (rows: readonly Pick<ShareRow, "share" | "state">[]): number =>
  rows.reduce((sum, row) => sum + (isActive(row) ? row.share : 0), 0);

const isWritable = (share: number) => Number.isInteger(share) && share >= 0;
/** A pin holds what could be written: half a percent in a tracker leaves no whole ones for the others. */
const isHeld = (row: ShareRow) => isActive(row) && row.isPinned && isWritable(row.share);
const refused = (problem: ShareProblem, nearest: number | null = null): Rebalanced => ({ ok: false, problem, nearest });

/**
 * The rows after a change. What does not touch the sum moves no share: a pin, a row that is off and goes, a row that gets the
 * share or the state it has. Assigned shares are taken as they are. Everything else evens all active rows that are neither pinned
 * nor set.
 */
export function rebalance(rows: readonly ShareRow[], change: ShareChange): Rebalanced {
  if (change.kind === "even") return settle(rows);
  if (change.kind === "add") return add(rows, change.ids);
  if (change.kind === "assign") return assign(rows, change.shares);
  const row = rows.find(({ id }) => id === change.id);
  if (!row) return refused("no_such_row");
  const withRow = (changed: Partial<ShareRow>) => rows.map((one) => (one === row ? { ...one, ...changed } : one));
  switch (change.kind) {
    case "pin":
      return { ok: true, rows: withRow({ isPinned: change.isPinned }) };
    case "remove": {
      const left = rows.filter((one) => one !== row);
      return isActive(row) ? settle(left) : { ok: true, rows: left };
    }
    case "switch":
      if (change.isActive === isActive(row)) return { ok: true, rows: [...rows] };
      return settle(withRow({ state: change.isActive ? "active" : "disabled" }));
    case "set":
      return set(rows, row, Math.round(change.share) || 0);
  }
}

function add(rows: readonly ShareRow[], ids: readonly string[]): Rebalanced {
  const known = new Set(rows.map(({ id }) => id));
  const fresh = [...new Set(ids)].filter((id) => !known.has(id));
  if (fresh.length === 0) return { ok: true, rows: [...rows] };
  return settle([...rows, ...fresh.map((id) => ({ id, share: 0, state: "active", isPinned: false }))]);
}

/** A row that keeps its share is no change: it may be pinned or off, and a 0 that a tracker holds stays one. */
function assign(rows: readonly ShareRow[], shares: readonly { id: string; share: number }[]): Rebalanced {
  const wanted = new Map(shares.map(({ id, share }) => [id, share]));
  for (const [id, share] of wanted) {
    const row = rows.find((one) => one.id === id);
    if (!row) return refused("no_such_row");
    if (share === row.share) continue;
    if (!isActive(row)) return refused("row_is_off");
    if (row.isPinned) return refused("row_is_pinned");
    if (share < least) return refused("no_room_for_minimum");
  }
  const assigned = rows.map((row) => ({ ...row, share: wanted.get(row.id) ?? row.share }));
  const active = assigned.filter(isActive);
  if (totalOf(active) !== whole || !active.every(({ share }) => isWritable(share))) return refused("sum_not_100");
  return { ok: true, rows: assigned };
}

function set(rows: readonly ShareRow[], row: ShareRow, share: number): Rebalanced {
  if (!isActive(row)) return refused("row_is_off");
  if (row.isPinned) return refused("row_is_pinned");
  const others = rows.filter((one) => one !== row && isActive(one));
  const held = totalOf(others.filter(isHeld));
  const free = others.filter((one) => !isHeld(one)).length;
  if (held > whole) return refused("pinned_exceed_total");
  const most = whole - held - free * least;
  if (most < least) return refused("no_room_for_minimum");
  if (free === 0 && share !== most) return refused("others_are_pinned", most);
  if (share < least || share > most) return refused("no_room_for_minimum", share < least ? least : most);
  if (share === row.share && problemsOf(rows).length === 0) return { ok: true, rows: [...rows] };
  return settle(
    rows.map((one) => (one === row ? { ...one, share } : one)),
    row.id,
  );
}

/** Evens the active rows that are neither pinned nor `setId`. Without active rows there is nothing to come to 100. */
function settle(rows: readonly ShareRow[], setId?: string): Rebalanced {
  const active = rows.filter(isActive);
  const isFixed = (row: ShareRow) => isHeld(row) || row.id === setId;
  const free = active.filter((row) => !isFixed(row));
  const left = whole - totalOf(active.filter(isFixed));
  if (active.length === 0 || (free.length === 0 && left === 0)) return { ok: true, rows: [...rows] };
  if (left < 0) return refused("pinned_exceed_total");
  if (free.length === 0) return refused("others_are_pinned");
  if (left < free.length * least) return refused("no_room_for_minimum");
  const each = Math.floor(left / free.length);
  const more = left - each * free.length;
  const shares = new Map(free.map((row, n) => [row, each + (n < more ? 1 : 0)]));
  return { ok: true, rows: rows.map((row) => ({ ...row, share: shares.get(row) ?? row.share })) };
}

export type RowsProblem =
  /** The active rows do not come to 100. */
  | "sum_not_100"
  /** An active row has less than 1: it gets no new visitors. */
  | "below_minimum"
  /** A share is no whole percent between 0 and 100: a tracker can hold it, and we do not write it. */
  | "not_whole"
  /** There are rows, and none is active. */
  | "none_active";

/** What of our rules the rows break, in the order of this list; a tracker's own state may break them all. No rows break none. */
export function problemsOf(rows: readonly TrackerRow[]): RowsProblem[] {
  const active = rows.filter(isActive);
  if (active.length === 0) return rows.length === 0 ? [] : ["none_active"];
  const problems: RowsProblem[] = [];
  if (totalOf(active) !== whole) problems.push("sum_not_100");
  if (active.some(({ share }) => share < least)) problems.push("below_minimum");
  if (active.some(({ share }) => !isWritable(share) || share > whole)) problems.push("not_whole");
  return problems;
}

/** A row that is not the same on both sides. */
export type ShareDifference =
  /** Only ours has it. */
  | { kind: "added"; id: string; ours: TrackerRow; theirs: null }
  /** Only theirs has it. */
  | { kind: "removed"; id: string; ours: null; theirs: TrackerRow }
  /** Another share or another state. */
  | { kind: "changed"; id: string; ours: TrackerRow; theirs: TrackerRow };

const plain = ({ id, share, state }: TrackerRow): TrackerRow => ({ id, share, state });

/** What differs, in our order and then what only theirs has. Pins and the order of rows are no difference: trackers know neither. */
export function difference(ours: readonly TrackerRow[], theirs: readonly TrackerRow[]): ShareDifference[] {
  const theirRows = new Map(theirs.map((row) => [row.id, plain(row)]));
  const ourIds = new Set(ours.map(({ id }) => id));
  const differences: ShareDifference[] = [];
  for (const row of ours.map(plain)) {
    const other = theirRows.get(row.id);
    if (!other) differences.push({ kind: "added", id: row.id, ours: row, theirs: null });
    else if (other.share !== row.share || other.state !== row.state)
      differences.push({ kind: "changed", id: row.id, ours: row, theirs: other });
  }
  for (const row of theirRows.values())
    if (!ourIds.has(row.id)) differences.push({ kind: "removed", id: row.id, ours: null, theirs: row });
  return differences;
}

/** Whether a tracker would hold the same after both. */
export const isSame = (ours: readonly TrackerRow[], theirs: readonly TrackerRow[]): boolean =>
  difference(ours, theirs).length === 0;

/**
 * Rows of both sides by choice: ours where the id is in `oursIds` (a row that ours does not have goes), theirs everywhere else.
 * Their order stays, ours come after; pins are ours. The sum is whatever was chosen: it is shown, and mended by the next edit.
 */
export function mergeChoice(
  ours: readonly ShareRow[],
  theirs: readonly TrackerRow[],
  oursIds: ReadonlySet<string>,
): ShareRow[] {
  const ourRows = new Map(ours.map((row) => [row.id, row]));
  const theirIds = new Set(theirs.map(({ id }) => id));
  const kept = theirs.flatMap((row): ShareRow[] => {
    const own = ourRows.get(row.id);
    if (oursIds.has(row.id)) return own ? [own] : [];
    return [{ ...plain(row), isPinned: own?.isPinned ?? false }];
  });
  return [...kept, ...ours.filter(({ id }) => oursIds.has(id) && !theirIds.has(id))];
}

/** One row takes the place, share, state and pin of another; null when the first is not there or the second is already. */
export function replaceRow(rows: readonly ShareRow[], id: string, by: string): ShareRow[] | null {
  if (!rows.some((row) => row.id === id) || rows.some((row) => row.id === by)) return null;
  return rows.map((row) => (row.id === id ? { ...row, id: by } : row));
}

/** A tracker's rows with our pins on them. */
export const withPins = (rows: readonly TrackerRow[], pins: readonly string[]): ShareRow[] =>
  rows.map((row) => ({ ...plain(row), isPinned: pins.includes(row.id) }));

/** Rows as a tracker takes them. */
export const withoutPins = (rows: readonly TrackerRow[]): TrackerRow[] => rows.map(plain);

export const pinsOf = (rows: readonly ShareRow[]): string[] =>
  rows.flatMap(({ id, isPinned }) => (isPinned ? [id] : []));
