/** The port TrackerCampaigns over Keitaro's Admin API. */
import type {
  TrackerAccess,
  TrackerCampaign,
  TrackerCampaigns,
  TrackerFlow,
  TrackerThing,
} from "@backend/modules/campaigns/ports.ts";
import { readCampaign, readFlow, readPostbacks, readSentPostback, readThing } from "./campaign-transform.ts";
import { type KeitaroClient, trackerFailure } from "./client.ts";
import { isThing } from "./values.ts";

export interface KeitaroCampaignsOptions {
  pageSize?: number;
  /** A list with more of them, or one that takes longer, is nobody's work: pages that never end fill the memory. */
  campaignsAtMost?: number;
  listMs?: number;
}

/** One object is asked for while a person waits, or by a job that comes again: both want to know soon. */
const forOne = { tries: 2, timeoutMs: 6_000 } as const;

const listMaxBytes = 16 * 1024 * 1024;
/** Ten thousand offers with long addresses and notes. An answer is parsed whole: other lists are given no room for that. */
const offersMaxBytes = 48 * 1024 * 1024;

/** Each answers with all that there are: these lists have no pages and no search. */
const thingPaths: Readonly<Record<TrackerThing["kind"], string>> = {
  offer: "/offers",
  landing: "/landing_pages",
  source: "/traffic_sources",
  network: "/affiliate_networks",
  group: "/groups?type=campaigns",
  offer_group: "/groups?type=offers",
};

export function keitaroCampaigns(client: KeitaroClient, options: KeitaroCampaignsOptions = {}): TrackerCampaigns {
  const { pageSize = 500, campaignsAtMost = 50_000, listMs = 3 * 60_000 } = options;

  const readList = async (access: TrackerAccess, path: string, maxBytes = listMaxBytes) =>
    listIn((await client.read(access, { ...get(path), maxBytes })).data);

  return {
    async listCampaigns(access) {
      const found = new Map<string, TrackerCampaign>();
      const until = performance.now() + listMs;
      for (let offset = 0, before = -1; found.size > before; ) {
        const page = await readList(access, `/campaigns?offset=${offset}&limit=${pageSize}`);
        before = found.size;
        offset += page.length;
        for (const campaign of page.flatMap((raw) => readCampaign(raw) ?? [])) found.set(campaign.ref, campaign);
        // A page that is longer than asked is the whole list: old builds know neither offset nor limit.
        if (page.length > pageSize) break;
        if (found.size > campaignsAtMost) throw trackerFailure("too_large");
        if (performance.now() > until) throw trackerFailure("timed_out");
      }
      return [...found.values()].filter(({ state }) => state !== "deleted");
    },
    async listArchived(access) {
      const list = await readList(access, "/campaigns/deleted");
      return list.flatMap((raw) => readCampaign(raw)?.ref ?? []);
    },
    async listFlows(access, campaignRef) {
      const answer = await client.find(access, getOne(`/campaigns/${id(campaignRef)}/streams`));
      // A campaign that is gone has no flows.
      return answer === null ? [] : listIn(answer.data).map((raw) => orUnreadable(readFlow(raw)));
    },
    async readFlow(access, flowRef) {
      const answer = await client.find(access, getOne(`/streams/${id(flowRef)}`));
      return answer && orUnreadable(readFlow(answer.data));
    },
    async listThings(access, kind) {
      const list = await readList(access, thingPaths[kind], kind === "offer" ? offersMaxBytes : listMaxBytes);
      return list.flatMap((raw) => readThing(kind, raw) ?? []);
    },
    async writeShares(access, flowRef, { offers, landings }) {
      const body = {
        ...(offers && { offers: offers.map((row) => ({ offer_id: idToSend(row.id), ...shareToSend(row) })) }),
        ...(landings && { landings: landings.map((row) => ({ landing_id: idToSend(row.id), ...shareToSend(row) })) }),
      };
      const { data } = await client.change(access, { method: "PUT", path: `/streams/${id(flowRef)}`, body });
      return orUnreadable(readFlow(data));
    },
    async listPostbacks(access, campaignRef) {
      const { data } = await client.read(access, getOne(`/campaigns/${id(campaignRef)}`));
      return orUnreadable(readPostbacks(data));
    },
    async writePostbacks(access, campaignRef, list) {
      // Name and alias are required in every update, whatever else it holds.
      const { data } = await client.read(access, getOne(`/campaigns/${id(campaignRef)}`));
      const { name, alias } = orUnreadable(isThing(data) ? data : null);
      const postbacks = list.map(({ ref, ...postback }) =>
        ref === null ? postback : { id: idToSend(ref), ...postback },
      );
      await client.change(access, {
        method: "PUT",
        path: `/campaigns/${id(campaignRef)}`,
        body: { name, alias, postbacks },
        timeoutMs: forOne.timeoutMs,
      });
    },
    async listSentPostbacks(access, { query, limit, offset }) {
      const asked = new URLSearchParams({ limit: String(limit), offset: String(offset), query });
      const { data } = await client.read(access, get(`/logs/sent_postbacks?${asked}`));
      const rows = listIn(isThing(data) ? data.rows : data).flatMap((raw) => readSentPostback(raw) ?? []);
      return rows.sort((left, right) => (left.atText < right.atText ? 1 : left.atText > right.atText ? -1 : 0));
    },
  };
}

const get = (path: string) => ({ method: "GET", path }) as const;
const getOne = (path: string) => ({ ...get(path), ...forOne });

/** An id in a path: it came from a tracker, or from whoever calls. */
const id = (ref: string): string => encodeURIComponent(ref);

/** As the tracker gave it: digits are a number to it. */
const idToSend = (ref: string): number | string => (/^[1-9]\d{0,14}$/.test(ref) ? Number(ref) : ref);

const shareToSend = ({ share, state }: TrackerFlow["offers"][number]) => ({ share, state });

function listIn(data: unknown): unknown[] {
  if (!Array.isArray(data)) throw trackerFailure("unreadable");
  return data;
}

function orUnreadable<Value>(value: Value | null): Value {
  if (value === null) throw trackerFailure("unreadable");
  return value;
}
