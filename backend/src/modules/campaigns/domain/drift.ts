/** What a flow became behind our people's backs. Trackers version nothing, so content is compared; the order of rows is none. */

interface Share {
  id: string;
  share: number;
  state: string;
}

interface Parts<Row> {
  offers: readonly Row[];
  landings: readonly Row[];
}

const sameRows = (left: readonly Share[], right: readonly Share[]): boolean => {
  const known = new Map(left.map((row) => [row.id, row]));
  return (
    left.length === right.length &&
    right.every(({ id, share, state }) => {
      const other = known.get(id);
      return other?.share === share && other.state === state;
    })
  );
};

export const sameParts = (left: Parts<Share>, right: Parts<Share>): boolean =>
  sameRows(left.offers, right.offers) && sameRows(left.landings, right.landings);

export interface Drift<Row extends Share> {
  /** What our people last knew. */
  from: Parts<Row>;
  since: Date;
}

/**
 * The drift of a flow once `read` has been read. A change on top of a change keeps the first `from`: that is what our people
 * still have in mind. A flow that came back to it has not drifted.
 */
export function driftAfter<Row extends Share>(
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
  read: Parts<Pick<Share, "id">>,
): { offers: string[]; landings: string[] } {
  const left = (ids: readonly string[], rows: readonly Pick<Share, "id">[]) =>
    ids.filter((id) => rows.some((row) => row.id === id));
  return { offers: left(pins.offers, read.offers), landings: left(pins.landings, read.landings) };
}
