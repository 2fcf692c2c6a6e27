/**
 * Our address among the postbacks that a campaign sends. A tracker is given its whole list anew, so what is not ours goes back as it
 * came, and is looked for afterwards.
 */

export interface PostbackEntry {
  /** The tracker's id; null for one that it does not have yet. */
  ref: string | null;
  method: string;
  url: string;
  statuses: readonly string[];
}

/** What every Keitaro knows; what else a campaign's other postbacks are sent for is its own. */
const knownStatuses = ["lead", "sale", "rejected", "rebill"] as const;

/** `address`: ours, up to its parameters: somebody may have added or taken some. */
export const isOurs = ({ url }: Pick<PostbackEntry, "url">, address: string): boolean =>
  url
    .trim()
    .replace(/[?#].*$/s, "")
    .replace(/\/+$/, "") === address;

export const hasOurs = (list: readonly PostbackEntry[], address: string): boolean =>
  list.some((entry) => isOurs(entry, address));

/** The list with ours at the end, for every status that matters here. Null when it is among them already. */
export function withOurs<Entry extends PostbackEntry>(
  list: readonly Entry[],
  ours: { url: string; address: string },
): (Entry | PostbackEntry)[] | null {
  if (hasOurs(list, ours.address)) return null;
  const statuses = [...new Set([...knownStatuses, ...list.flatMap((entry) => entry.statuses)])];
  // Where the data of a POST stand is known for no Keitaro; in a GET they are in the address.
  return [...list, { ref: null, method: "GET", url: ours.url, statuses }];
}

/** The list without ours. Null when it is not among them. */
export const withoutOurs = <Entry extends PostbackEntry>(list: readonly Entry[], address: string): Entry[] | null =>
  hasOurs(list, address) ? list.filter((entry) => !isOurs(entry, address)) : null;

/** Whether what is not ours is there as often as before, whatever ids a tracker gave it. */
export function keepsOthers(
  before: readonly PostbackEntry[],
  after: readonly PostbackEntry[],
  address: string,
): boolean {
  const others = (list: readonly PostbackEntry[]) =>
    list
      .filter((entry) => !isOurs(entry, address))
      .map(({ method, url, statuses }) => JSON.stringify([method.toUpperCase(), url, [...statuses].sort()]))
      .sort();
  return JSON.stringify(others(before)) === JSON.stringify(others(after));
}
