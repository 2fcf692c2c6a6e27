import { expect, test } from "bun:test";
import { keitaroPostbackUrl, sampleCurl, sampleQuery } from "./postback-url.ts";
import { readCall } from "./read-call.ts";

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
  /^\{(subid|tid|status|campaign_id|campaign_name|offer_id|landing_id|conversion_revenue|revenue|currency|country|source|traffic_source_name|creative_id|external_id|sub_id_(?:[1-9]|10))\}$/;

test("the address holds only macros that Keitaro knows, unescaped", () => {
  const address = keitaroPostbackUrl("https://our.example/", "abc");
  expect(address).toStartWith("https://our.example/in/abc?subid={subid}&tid={tid}&status={status}");
  for (const part of address.slice(address.indexOf("?") + 1).split("&"))
    expect(part.slice(part.indexOf("=") + 1)).toMatch(confirmed);
});

test("opened in a browser as it is, the address makes no conversion", () => {
  const query = new URL(keitaroPostbackUrl("https://our.example", "abc")).search;
  expect(readCall({ method: "GET", query, contentType: null, body: null }, rules)).toMatchObject({
    outcome: "ignored",
    reason: "nothing_resolved",
  });
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
