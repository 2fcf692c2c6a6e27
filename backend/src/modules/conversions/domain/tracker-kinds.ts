/**
 * What differs between trackers (keitaro.md §8): the names their calls use, the address to hand out with macros that their own
 * pages confirm, and what people must know. Words for statuses do not differ (New, Approved, Declined are in the default map),
 * nor does identity (click id and transaction id), nor the shapes of a macro left unresolved: no tracker's own is confirmed, so
 * `values.ts` knows them for all. No tracker states the currency of an amount that comes without one, so none is assumed.
 */

/** The same as `trackerKinds` of the schema, which a test holds equal. */
export const kindNames = ["keitaro", "binom", "voluum", "redtrack", "bemob", "generic"] as const;
export type KindName = (typeof kindNames)[number];

/** Facts that a call can name, and that a person can map. */
export const callFacts = [
  "subid",
  "tid",
  "rawStatus",
  "amount",
  "currency",
  "campaignId",
  "campaignName",
  "offerId",
  "offerName",
  "flowId",
  "landingId",
  "landingName",
  "creativeId",
  "creativeName",
  "source",
  "trafficSource",
  "externalId",
  "country",
  "reportedAt",
] as const;
export type CallFact = (typeof callFacts)[number];

export interface TrackerKind {
  /** As it writes itself; null for trackers that have no name here. */
  title: string | null;
  /** Its own names for facts, in order of belief, asked before the names that everybody's calls may use. */
  names: Readonly<Partial<Record<CallFact, readonly string[]>>>;
  /** Its own names for sub ids, the number in the first group. */
  subIdName: RegExp | null;
  /** Parameter and macro of the address to hand out. */
  template: readonly (readonly [parameter: string, macro: string])[];
  /**
   * The status stands in the address as a word that a person typed, for want of a confirmed macro: it proves nothing, so a call
   * in which nothing else was resolved is no conversion.
   */
  isStatusTyped: boolean;
  /** Whether the address carries the currency. Where it does not, people should name one. */
  sendsCurrency: boolean;
}

const subIds = (count: number, macro: (number: number) => string) =>
  Array.from({ length: count }, (_, index) => [`sub_id_${index + 1}`, macro(index + 1)] as const);

export const kinds: Readonly<Record<KindName, TrackerKind>> = {
  keitaro: {
    title: "Keitaro",
    names: {},
    subIdName: null,
    // Names of offers and landings have no macro: they are looked up by id.
    template: [
      ["subid", "{subid}"],
      ["tid", "{tid}"],
      ["status", "{status}"],
      ["campaign_id", "{campaign_id}"],
      ["campaign_name", "{campaign_name}"],
      ["offer_id", "{offer_id}"],
      ["landing_id", "{landing_id}"],
      ["stream_id", "{stream_id}"],
      // Newer builds know the first, all builds the second, where it may mean the click's revenue: the first usable wins.
      ["conversion_revenue", "{conversion_revenue}"],
      ["revenue", "{revenue}"],
      ["currency", "{currency}"],
      ["country", "{country}"],
      ["source", "{source}"],
      ["ts", "{traffic_source_name}"],
      ["creative_id", "{creative_id}"],
      ["external_id", "{external_id}"],
      ...subIds(10, (number) => `{sub_id_${number}}`),
    ],
    isStatusTyped: false,
    sendsCurrency: true,
  },
  binom: {
    title: "Binom",
    names: {
      subid: ["clickid", "cnv_id"],
      rawStatus: ["cnv_status", "cnv_status2"],
      currency: ["cnv_currency"],
      // Version 1 calls the campaign's id "campaign", which elsewhere is its name.
      campaignId: ["campaign_id", "campaign"],
      externalId: ["externalid"],
      country: ["country_code", "country"],
    },
    subIdName: /^t([1-9]|[12]\d|30)$/,
    template: [
      ["subid", "{clickid}"],
      ["external_id", "{externalid}"],
      ["status", "{cnv_status}"],
      ["campaign_id", "{campaign_id}"],
      ["campaign_name", "{campaign_name}"],
      ["payout", "{payout}"],
      ["currency", "{cnv_currency}"],
      ["country", "{country_code}"],
      ...subIds(10, (number) => `{t${number}}`),
    ],
    isStatusTyped: false,
    sendsCurrency: true,
  },
  voluum: {
    title: "Voluum",
    // Its postback to a source names the source's click, which then tells conversions apart.
    names: { subid: ["cid", "externalid"], tid: ["txid"], rawStatus: ["et"] },
    subIdName: /^param([1-5])$/,
    template: [
      ["subid", "{externalid}"],
      ["payout", "{payout}"],
      ["status", "sale"],
    ],
    isStatusTyped: true,
    sendsCurrency: false,
  },
  redtrack: {
    title: "RedTrack",
    names: {
      subid: ["clickid", "ref_id"],
      tid: ["rdtk_event_id"],
      rawStatus: ["type", "status"],
      amount: ["sum", "payout"],
    },
    subIdName: null,
    template: [
      ["subid", "{ref_id}"],
      ["payout", "{payout}"],
      ["status", "sale"],
    ],
    isStatusTyped: true,
    sendsCurrency: false,
  },
  bemob: {
    title: "BeMob",
    names: { subid: ["cid", "externalid"], tid: ["txid"] },
    subIdName: null,
    template: [
      ["subid", "{externalId}"],
      ["payout", "{payout}"],
      ["status", "{status}"],
    ],
    isStatusTyped: false,
    sendsCurrency: false,
  },
  generic: { title: null, names: {}, subIdName: null, template: [], isStatusTyped: false, sendsCurrency: true },
};
