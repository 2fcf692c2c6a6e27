/** The address a person copies into a tracker, with macros that the tracker's own pages confirm (`tracker-kinds.ts`). */
import type { Signing } from "./signing.ts";
import { type KindName, kinds } from "./tracker-kinds.ts";

/** Where the tracker calls: the address without any parameters. */
export const trackerAddress = (baseUrl: string, secret: string) =>
  `${baseUrl.replace(/\/+$/, "")}/in/${encodeURIComponent(secret)}`;

/**
 * The postback address for a tracker of this kind, method GET. `baseUrl` is this installation's public address. Braces stay
 * as they are: trackers look for them literally.
 */
export function postbackUrl(kind: KindName, baseUrl: string, secret: string): string {
  const query = kinds[kind].template.map(([name, macro]) => `${name}=${macro}`).join("&");
  return `${trackerAddress(baseUrl, secret)}${query && `?${query}`}`;
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

/** For a terminal: fires a sample postback. Safe to paste: nothing in it ends the quotes. */
export function sampleCurl(
  baseUrl: string,
  secret: string,
  sample: SamplePostback,
  signing: Signing | null = null,
): string {
  const address = trackerAddress(baseUrl, secret).replaceAll("'", "%27");
  const query = sampleQuery(sample);
  return signing === null ? `curl '${address}?${query}'` : signedCurl(address, query, signing);
}

/** The same, signed. The key is named and not held: whoever copies this has it, or must not see it here. */
export function signedCurl(address: string, query: string, signing: Signing): string {
  const { name, timestampName } = signing;
  const isHeader = signing.in === "header";
  const lines = ["KEY='the signing key'", `QUERY='${query}'`];
  if (timestampName !== null) lines.push("NOW=$(date +%s)");
  if (timestampName !== null && !isHeader) lines.push(`QUERY="$QUERY&${timestampName}=$NOW"`);
  const signed = timestampName === null ? "$QUERY" : "$NOW.$QUERY";
  lines.push(`SIGNATURE=$(printf %s "${signed}" | openssl dgst -sha256 -hmac "$KEY" -r | cut -d' ' -f1)`);
  const headers = isHeader
    ? [...(timestampName === null ? [] : [`-H "${timestampName}: $NOW"`]), `-H "${name}: $SIGNATURE"`]
    : [];
  const tail = isHeader ? "" : `&${name}=$SIGNATURE`;
  lines.push(["curl", ...headers, `'${address}'"?$QUERY${tail}"`].join(" "));
  return lines.join("\n");
}
