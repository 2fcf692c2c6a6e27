import { expect, test } from "bun:test";
import { trackerKinds } from "@db/schema/conversions.ts";
import { postbackUrl, sampleCurl, sampleQuery } from "./postback-url.ts";
import { explainCall, readCall } from "./read-call.ts";
import { type KindName, kindNames } from "./tracker-kinds.ts";

const rules = { statusMap: {}, defaultCurrency: null };
const sample = {
  subid: "s-1",
  tid: "t-1",
  status: "deposit",
  amount: "120.50",
  currency: "USD",
  campaignName: "Tom & Jerry's 100% <b>",
};

/** Macros that Keitaro's S2S page or its own articles confirm; anything else arrives as literal text. */
const confirmed =
  /^\{(subid|tid|status|campaign_id|campaign_name|offer_id|landing_id|stream_id|conversion_revenue|revenue|currency|country|source|traffic_source_name|creative_id|external_id|sub_id_(?:[1-9]|10))\}$/;

test("the address holds only macros that Keitaro knows, unescaped", () => {
  const address = postbackUrl("keitaro", "https://our.example/", "abc");
  expect(address).toStartWith("https://our.example/in/abc?subid={subid}&tid={tid}&status={status}");
  for (const part of address.slice(address.indexOf("?") + 1).split("&"))
    expect(part.slice(part.indexOf("=") + 1)).toMatch(confirmed);
});

/** Of the others, what their own pages name (keitaro.md §8). */
const confirmedOf: Readonly<Record<Exclude<KindName, "keitaro" | "generic">, RegExp>> = {
  binom:
    /^\{(externalid|clickid|campaign_id|campaign_name|cnv_status|cnv_status2|cnv_currency|country|country_code|payout|t\d+)\}$/,
  voluum: /^(\{(externalid|payout)\}|sale)$/,
  redtrack: /^(\{(ref_id|payout)\}|sale)$/,
  bemob: /^\{(externalId|payout|status)\}$/,
};

test("the addresses of other trackers hold only macros that these confirm; the generic one holds none", () => {
  for (const [kind, macros] of Object.entries(confirmedOf)) {
    const address = postbackUrl(kind as KindName, "https://our.example", "abc");
    const parts = address.slice(address.indexOf("?") + 1).split("&");
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect(part.slice(part.indexOf("=") + 1)).toMatch(macros);
  }
  expect(postbackUrl("generic", "https://our.example", "abc")).toBe("https://our.example/in/abc");
});

test.each(kindNames.filter((kind) => kind !== "generic"))(
  "opened in a browser as it is, the address for %s makes no conversion",
  (kind) => {
    const query = new URL(postbackUrl(kind, "https://our.example", "abc")).search;
    expect(readCall({ method: "GET", query, contentType: null, body: null }, { ...rules, kind })).toMatchObject({
      outcome: "ignored",
      reason: "nothing_resolved",
    });
  },
);

test.each(kindNames.filter((kind) => kind !== "generic"))(
  "filled in, the address for %s is read whole: nothing of it is left without a meaning",
  (kind) => {
    let filled = 0;
    const query = new URL(
      postbackUrl(kind, "https://our.example", "abc").replace(/\{\w+\}/g, (macro) =>
        macro.includes("currency") ? "USD" : String(++filled),
      ),
    ).search;
    const { parameters } = explainCall({ method: "GET", query, contentType: null, body: null }, { ...rules, kind });
    // The click's revenue stands in for the conversion's where a tracker does not know the latter.
    expect(parameters.filter(({ name, readAs }) => readAs === null && name !== "revenue")).toEqual([]);
  },
);

test("kinds are the ones the database knows", () => {
  expect([...kindNames]).toEqual([...trackerKinds]);
});

test("the sample is read back as what it says", () => {
  const reading = readCall({ method: "GET", query: sampleQuery(sample), contentType: null, body: null }, rules);
  expect(reading).toMatchObject({
    outcome: "conversion",
    facts: {
      subid: "s-1",
      tid: "t-1",
      status: "deposit",
      amount: "120.50",
      currency: "USD",
      campaignName: sample.campaignName,
      extra: {},
    },
  });
});

test("nothing in the sample ends the shell's quotes", () => {
  const command = sampleCurl("http://127.0.0.1:3000", "a'b", sample);
  expect(command).toMatch(/^curl '[^']*'$/);
});
