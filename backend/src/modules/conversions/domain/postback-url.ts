/** The address a person copies into Keitaro, with macros that Keitaro's own pages confirm (keitaro.md §7.3). */

/** Parameter and macro. Names of offers and landings have no macro: they are looked up by id. */
const macros: readonly (readonly [parameter: string, macro: string])[] = [
  ["subid", "{subid}"],
  ["tid", "{tid}"],
  ["status", "{status}"],
  ["campaign_id", "{campaign_id}"],
  ["campaign_name", "{campaign_name}"],
  ["offer_id", "{offer_id}"],
  ["landing_id", "{landing_id}"],
  // Newer builds know the first, all builds the second, where it may mean the click's revenue: the first usable wins.
  ["conversion_revenue", "{conversion_revenue}"],
  ["revenue", "{revenue}"],
  ["currency", "{currency}"],
  ["country", "{country}"],
  ["source", "{source}"],
  ["ts", "{traffic_source_name}"],
  ["creative_id", "{creative_id}"],
  ["external_id", "{external_id}"],
  ...Array.from({ length: 10 }, (_, index) => [`sub_id_${index + 1}`, `{sub_id_${index + 1}}`] as const),
];

/** Where the tracker calls: the address without any parameters. */
export const trackerAddress = (baseUrl: string, secret: string) =>
  `${baseUrl.replace(/\/+$/, "")}/in/${encodeURIComponent(secret)}`;

/**
 * The postback address for Keitaro's S2S form, method GET. `baseUrl` is this installation's public address. Braces stay
 * as they are: Keitaro looks for them literally.
 */
export function keitaroPostbackUrl(baseUrl: string, secret: string): string {
  return `${trackerAddress(baseUrl, secret)}?${macros.map(([name, macro]) => `${name}=${macro}`).join("&")}`;
}

/** What a sample postback says; ids are the caller's, so that each sample can be a conversion of its own. */
export interface SamplePostback {
  subid: string;
  tid: string;
  status: string;
  amount: string;
  currency: string;
  campaignName: string;
}

/** The query of a sample postback, for the test button and for `sampleCurl`. */
export function sampleQuery(sample: SamplePostback): string {
  const values: Readonly<Record<string, string>> = {
    subid: sample.subid,
    tid: sample.tid,
    status: sample.status,
    campaign_id: "15",
    campaign_name: sample.campaignName,
    offer_id: "42",
    landing_id: "7",
    conversion_revenue: sample.amount,
    currency: sample.currency,
    country: "AU",
    source: "facebook",
    creative_id: "video-3",
    sub_id_1: "adset-7",
  };
  const quoted = (value: string) => encodeURIComponent(value).replaceAll("'", "%27");
  return Object.entries(values)
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join("&");
}

/** One line for a terminal that fires a sample postback. Safe to paste: nothing in it ends the quotes. */
export function sampleCurl(baseUrl: string, secret: string, sample: SamplePostback): string {
  return `curl '${trackerAddress(baseUrl, secret).replaceAll("'", "%27")}?${sampleQuery(sample)}'`;
}
