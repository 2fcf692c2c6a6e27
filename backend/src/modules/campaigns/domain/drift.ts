/** What a flow became behind our people's backs. Trackers version nothing, so content is compared; the order of rows is none. */
import { isSame, type TrackerRow } from "./shares.ts";

interface Parts<Row> {
  offers: readonly Row[];
  landings: readonly Row[];
}

export const sameParts = (left: Parts<TrackerRow>, right: Parts<TrackerRow>): boolean =>
  isSame(left.offers, right.offers) && isSame(left.landings, right.landings);

export interface Drift<Row extends TrackerRow> {
  /** What our people last knew. */
  from: Parts<Row>;
  since: Date;
}

/**
 * The drift of a flow once `read` has been read. A change on top of a change keeps the first `from`: that is what our people
 * still have in mind. A flow that came back to it has not drifted.
 */
export function driftAfter<Row extends TrackerRow>(
  stored: Parts<Row>,
  drift: Drift<Row> | null,
  read: Parts<Row>,
  now: Date,
): Drift<Row> | null {
  const from = drift?.from ?? stored;
  if (sameParts(from, read)) return null;
  return drift ?? { from, since: now };
}

/** Pins of what is still there. */
export function pinsAfter(
  pins: Parts<string>,
  read: Parts<Pick<TrackerRow, "id">>,
): { offers: string[]; landings: string[] } {
  const left = (ids: readonly string[], rows: readonly Pick<TrackerRow, "id">[]) =>
    ids.filter((id) => rows.some((row) => row.id === id));
  return { offers: left(pins.offers, read.offers), landings: left(pins.landings, read.landings) };
}
