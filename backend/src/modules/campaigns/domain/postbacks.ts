/**
 * Our address among the postbacks that a campaign sends. A tracker is given its whole list anew, so what is not ours goes back as it
 * came, and is looked for afterwards.
 */

/** A postback that a campaign sends. The address may hold a secret: it is never stored and never logged. */
export interface CampaignPostback {
  /** The tracker's id; null for one that it does not have yet. */
  ref: string | null;
  method: string;
  url: string;
  statuses: string[];
}

interface Ours {
  address: string;
  isFormer(url: string): boolean;
}

/** What every Keitaro knows; what else a campaign's other postbacks are sent for is its own. */
const knownStatuses = ["lead", "sale", "rejected", "rebill"] as const;

/** `address`: ours, up to its parameters: somebody may have added or taken some. */
export const isOurs = ({ url }: Pick<CampaignPostback, "url">, address: string): boolean =>
  url
    .trim()
    .replace(/[?#].*$/s, "")
    .replace(/\/+$/, "") === address;

export const hasOurs = (list: readonly CampaignPostback[], address: string): boolean =>
  list.some((entry) => isOurs(entry, address));

const othersIn = (list: readonly CampaignPostback[], { address, isFormer }: Ours): CampaignPostback[] =>
  list.filter((entry) => !isOurs(entry, address) && !isFormer(entry.url));

/**
 * The list with ours at the end, for every status that matters here, and without our own from before the secret was replaced. Null
 * when there is nothing to change.
 */
export function withOurs(all: readonly CampaignPostback[], ours: Ours & { url: string }): CampaignPostback[] | null {
  const list = all.filter(({ url }) => !ours.isFormer(url));
  if (hasOurs(list, ours.address)) return list.length === all.length ? null : list;
  const statuses = [...new Set([...knownStatuses, ...list.flatMap((entry) => entry.statuses)])];
  // Where the data of a POST stand is known for no Keitaro; in a GET they are in the address.
  return [...list, { ref: null, method: "GET", url: ours.url, statuses }];
}

/** The list without ours, also from before the secret was replaced. Null when there is nothing to change. */
export function withoutOurs(all: readonly CampaignPostback[], ours: Ours): CampaignPostback[] | null {
  const list = othersIn(all, ours);
  return list.length === all.length ? null : list;
}

/** Whether what is not ours is there as often as before, whatever ids a tracker gave it. */
export function keepsOthers(
  before: readonly CampaignPostback[],
  after: readonly CampaignPostback[],
  ours: Ours,
): boolean {
  const others = (list: readonly CampaignPostback[]) =>
    othersIn(list, ours)
      .map(({ method, url, statuses }) => JSON.stringify([method.toUpperCase(), url, [...statuses].sort()]))
      .sort();
  return JSON.stringify(others(before)) === JSON.stringify(others(after));
}
