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

interface Ours {
  address: string;
  isFormer(url: string): boolean;
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

const othersIn = <Entry extends PostbackEntry>(list: readonly Entry[], { address, isFormer }: Ours): Entry[] =>
  list.filter((entry) => !isOurs(entry, address) && !isFormer(entry.url));

/**
 * The list with ours at the end, for every status that matters here, and without our own from before the secret was replaced. Null
 * when there is nothing to change.
 */
export function withOurs<Entry extends PostbackEntry>(
  all: readonly Entry[],
  ours: Ours & { url: string },
): (Entry | PostbackEntry)[] | null {
  const list = all.filter(({ url }) => !ours.isFormer(url));
  if (hasOurs(list, ours.address)) return list.length === all.length ? null : list;
  const statuses = [...new Set([...knownStatuses, ...list.flatMap((entry) => entry.statuses)])];
  // Where the data of a POST stand is known for no Keitaro; in a GET they are in the address.
  return [...list, { ref: null, method: "GET", url: ours.url, statuses }];
}

/** The list without ours, also from before the secret was replaced. Null when there is nothing to change. */
export function withoutOurs<Entry extends PostbackEntry>(all: readonly Entry[], ours: Ours): Entry[] | null {
  const list = othersIn(all, ours);
  return list.length === all.length ? null : list;
}

/** Whether what is not ours is there as often as before, whatever ids a tracker gave it. */
export function keepsOthers(before: readonly PostbackEntry[], after: readonly PostbackEntry[], ours: Ours): boolean {
  const others = (list: readonly PostbackEntry[]) =>
    othersIn(list, ours)
      .map(({ method, url, statuses }) => JSON.stringify([method.toUpperCase(), url, [...statuses].sort()]))
      .sort();
  return JSON.stringify(others(before)) === JSON.stringify(others(after));
}
