/**
 * Keitaro's campaigns, flows and what they refer to, in our words. Words that are not known survive as they are; of a campaign only
 * what is named here is taken, since its body holds the click token and addresses of postbacks.
 */
import type {
  CampaignPostback,
  SentPostback,
  TrackerCampaign,
  TrackerFlow,
  TrackerThing,
} from "@backend/modules/campaigns/ports.ts";
import { idOf, isThing, membersOf, nameOf, numberOf, type Thing, textOf } from "./values.ts";

type Share = TrackerFlow["offers"][number];
type Filter = TrackerFlow["filters"][number];

/** Null for what has no id that can be one. */
export function readCampaign(raw: unknown): TrackerCampaign | null {
  if (!isThing(raw)) return null;
  const ref = idOf(raw.id);
  if (ref === null) return null;
  return {
    ref,
    name: nameOf(raw.name) ?? `#${ref}`,
    alias: textOf(raw.alias),
    state: textOf(raw.state) ?? "active",
    type: textOf(raw.type),
    groupRef: idOf(raw.group_id),
    sourceRef: idOf(raw.traffic_source_id),
    bindsVisitors: textOf(raw.bind_visitors),
    position: wholeOf(raw.position),
    changedText: textOf(raw.updated_at),
  };
}

/**
 * Null for what is no flow, and for a flow with an offer or a landing that cannot be read: a set is written whole, so that a row
 * which was passed over here would be removed from the tracker by the next push.
 */
export function readFlow(raw: unknown): TrackerFlow | null {
  if (!isThing(raw)) return null;
  const ref = idOf(raw.id);
  const campaignRef = idOf(raw.campaign_id);
  const offers = readShares(raw.offers, "offer_id");
  const landings = readShares(raw.landings, "landing_id");
  if (ref === null || campaignRef === null || offers === null || landings === null) return null;
  return {
    ref,
    campaignRef,
    name: nameOf(raw.name) ?? `#${ref}`,
    type: textOf(raw.type),
    state: textOf(raw.state) ?? "active",
    schema: textOf(raw.schema) ?? "",
    position: wholeOf(raw.position),
    weight: wholeOf(raw.weight),
    filters: membersOf(raw.filters).flatMap((filter) => readFilter(filter) ?? []),
    offers,
    landings,
  };
}

function readShares(raw: unknown, idName: "offer_id" | "landing_id"): Share[] | null {
  if (raw !== undefined && raw !== null && typeof raw !== "object") return null;
  const rows = membersOf(raw).map((row) => (isThing(row) ? readShare(row, idName) : null));
  return rows.every((row) => row !== null) ? rows : null;
}

function readShare(row: Thing, idName: "offer_id" | "landing_id"): Share | null {
  const id = idOf(row[idName]);
  const share = textOf(row.share) === null ? 0 : numberOf(row.share);
  return id === null || share === null ? null : { id, share, state: textOf(row.state) ?? "active" };
}

function readFilter(raw: unknown): Filter | null {
  if (!isThing(raw)) return null;
  const name = textOf(raw.name);
  return name === null ? null : { name, mode: textOf(raw.mode) ?? "accept", values: readPayload(raw.payload) };
}

/** A list by the write schema, text by the read schema, sometimes that list as JSON; a few filters have named settings. */
function readPayload(payload: unknown): string[] {
  if (typeof payload === "string" && payload.startsWith("[")) {
    try {
      return readPayload(JSON.parse(payload));
    } catch {
      return [payload];
    }
  }
  if (Array.isArray(payload)) return payload.flatMap((value) => wordOf(value) ?? []);
  if (isThing(payload))
    return Object.entries(payload).flatMap(([name, value]) => {
      const word = wordOf(value);
      // A list that lost a member: {"0":"AU","2":"PL"}.
      return word === null ? [] : [/^\d+$/.test(name) ? word : `${name}: ${word}`];
    });
  const word = wordOf(payload);
  return word === null ? [] : [word];
}

const wordOf = (value: unknown): string | null =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : textOf(value);

/** A thing of any kind; its fields are those of offers, which the others have some of. */
export function readThing(kind: TrackerThing["kind"], raw: unknown): TrackerThing | null {
  if (!isThing(raw)) return null;
  const ref = idOf(raw.id);
  if (ref === null) return null;
  return {
    kind,
    ref,
    name: nameOf(raw.name) ?? `#${ref}`,
    state: textOf(raw.state) ?? "active",
    groupRef: idOf(raw.group_id),
    networkRef: idOf(raw.affiliate_network_id),
    countries: wordsOf(raw.country),
  };
}

/** Null where the campaign does not show its postbacks: writing replaces the list, and an empty one must not be guessed. */
export function readPostbacks(raw: unknown): CampaignPostback[] | null {
  if (!isThing(raw) || typeof raw.postbacks !== "object" || raw.postbacks === null) return null;
  return membersOf(raw.postbacks)
    .filter(isThing)
    .map((postback) => ({
      ref: idOf(postback.id),
      method: textOf(postback.method) ?? "GET",
      // Whole, however long: it is written back.
      url: typeof postback.url === "string" ? postback.url : "",
      statuses: wordsOf(postback.statuses),
    }));
}

/** A line holds a whole address with all its parameters, and is matched by every one of them. */
const longestLine = 16_384;

export function readSentPostback(raw: unknown): SentPostback | null {
  if (!isThing(raw)) return null;
  const at = textOf(raw.datetime);
  const message = textOf(raw.message, longestLine);
  return at === null || message === null ? null : { atText: at.replace(/^(\d{4}-\d\d-\d\d) /, "$1T"), message };
}

const wordsOf = (value: unknown): string[] =>
  (typeof value === "string" ? value.split(",") : membersOf(value)).flatMap((word) => textOf(word) ?? []);

const wholeOf = (value: unknown): number | null => {
  const number = numberOf(value);
  return number === null ? null : Math.round(number);
};
