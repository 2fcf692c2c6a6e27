/** Calls of trackers other than Keitaro, and of senders whose names a person has mapped; beside `corpus.ts`. */
import type { CorpusEntry } from "./corpus.ts";
import type { ReadingRules } from "./read-call.ts";

const get = (query: string) => ({ method: "GET", query });
const json = (body: string, query = "") => ({
  method: "POST",
  contentType: "application/json",
  query,
  body: new TextEncoder().encode(body),
});
const of = (kind: NonNullable<ReadingRules["kind"]>) => ({ kind });
const mapped = (parameterMap: NonNullable<ReadingRules["parameterMap"]>, more: Partial<ReadingRules> = {}) => ({
  parameterMap,
  ...more,
});

export const trackerCorpus: CorpusEntry[] = [
  // Binom
  {
    name: "Binom: the handed-out address, filled in",
    call: get(
      "subid=b1&external_id=gclid9&status=approved&campaign_id=12&campaign_name=DE+Nutra&payout=34.5&currency=eur&country=de&sub_id_1=adset&sub_id_2={t2}",
    ),
    rules: of("binom"),
    facts: {
      subid: "b1",
      externalId: "gclid9",
      status: "sale",
      rawStatus: "approved",
      campaignId: "12",
      campaignName: "DE Nutra",
      amount: "34.5",
      currency: "EUR",
      country: "DE",
      subIds: { "1": "adset" },
    },
    notes: ["unresolved:sub_id_2"],
  },
  {
    name: "Binom: its own names",
    call: get("cnv_id=b1&cnv_status=lead&cnv_currency=usd&payout=5&country_code=ua&t1=a&t30=z&t31=no"),
    rules: of("binom"),
    facts: {
      subid: "b1",
      status: "lead",
      rawStatus: "lead",
      amount: "5",
      currency: "USD",
      country: "UA",
      subIds: { "1": "a", "30": "z" },
      extra: { t31: "no" },
    },
  },
  {
    name: "Binom 1: campaign is the campaign's id",
    call: get("clickid=b1&campaign=17&campaign_name=Push"),
    rules: of("binom"),
    facts: { subid: "b1", campaignId: "17", campaignName: "Push" },
  },
  {
    name: "elsewhere campaign is its name",
    call: get("clickid=b1&campaign=17"),
    facts: { subid: "b1", campaignName: "17" },
  },
  {
    name: "Binom: the second status when the first was not filled in",
    call: get("clickid=b1&cnv_status={cnv_status}&cnv_status2=FTD"),
    rules: of("binom"),
    facts: { subid: "b1", status: "deposit", rawStatus: "FTD" },
    notes: ["unresolved:cnv_status"],
  },
  {
    name: "Binom: the country's code beats its name",
    call: get("clickid=b1&country=Germany&country_code=de"),
    rules: of("binom"),
    facts: { subid: "b1", country: "DE", extra: { country: "Germany" } },
  },
  {
    name: "Binom: a free word for a status stays a word",
    call: get("clickid=b1&cnv_status=upsell+2"),
    rules: of("binom"),
    facts: { subid: "b1", rawStatus: "upsell 2" },
  },
  {
    name: "Binom: the address opened in a browser",
    call: get("subid={clickid}&external_id={externalid}&status={cnv_status}&payout={payout}&currency={cnv_currency}"),
    rules: of("binom"),
    refused: { outcome: "ignored", reason: "nothing_resolved" },
  },
  {
    name: "t1 of a sender that is not Binom is no sub id",
    call: get("subid=s1&t1=a"),
    rules: of("voluum"),
    facts: { subid: "s1", extra: { t1: "a" } },
  },

  // Voluum
  {
    name: "Voluum: the handed-out address, filled in",
    call: get("subid=src-77&payout=12.00&status=sale"),
    rules: of("voluum"),
    facts: { subid: "src-77", amount: "12.00", status: "sale", rawStatus: "sale" },
    notes: [],
  },
  {
    name: "Voluum: its own names",
    call: get("cid=w1&txid=t1&payout=7&currency=usd&et=deposit&param1=a&param5=e&param6=no"),
    rules: of("voluum"),
    facts: {
      subid: "w1",
      tid: "t1",
      amount: "7",
      currency: "USD",
      status: "deposit",
      rawStatus: "deposit",
      subIds: { "1": "a", "5": "e" },
      extra: { param6: "no" },
    },
  },
  {
    name: "Voluum: the source's click stands in for its own",
    call: get("externalid=src-77&payout=7"),
    rules: of("voluum"),
    facts: { subid: "src-77", amount: "7" },
  },
  {
    name: "Voluum: its own click beats the source's, which is kept",
    call: get("cid=w1&externalid=src-77"),
    rules: of("voluum"),
    facts: { subid: "w1", externalId: "src-77" },
  },
  {
    name: "Voluum: a typed status is no conversion when nothing else was resolved",
    call: get("subid={externalid}&payout={payout}&status=sale"),
    rules: of("voluum"),
    refused: { outcome: "ignored", reason: "nothing_resolved" },
  },
  {
    name: "Voluum by POST",
    call: json('{"cid":"w1","txid":"t1","et":"registration"}'),
    rules: of("voluum"),
    facts: { subid: "w1", tid: "t1", status: "registration", rawStatus: "registration" },
  },

  // RedTrack
  {
    name: "RedTrack: the handed-out address, filled in",
    call: get("subid=ref-5&payout=40&status=sale"),
    rules: of("redtrack"),
    facts: { subid: "ref-5", amount: "40", status: "sale", rawStatus: "sale" },
  },
  {
    name: "RedTrack: its own names",
    call: get("clickid=r1&sum=19.90&type=Purchase&rdtk_event_id=e1&sub1=a&sub20=t"),
    rules: of("redtrack"),
    facts: {
      subid: "r1",
      tid: "e1",
      amount: "19.90",
      status: "sale",
      rawStatus: "Purchase",
      subIds: { "1": "a", "20": "t" },
    },
  },
  {
    name: "RedTrack: the type beats the status",
    call: get("clickid=r1&status=approved&type=Registration"),
    rules: of("redtrack"),
    facts: { subid: "r1", status: "registration", rawStatus: "Registration", extra: { status: "approved" } },
  },
  {
    name: "RedTrack: ref_id is the click when there is no other",
    call: get("ref_id=ref-5&sum=1"),
    rules: of("redtrack"),
    facts: { subid: "ref-5", amount: "1" },
  },
  {
    name: "RedTrack: a test click with a typed status",
    call: get("subid={ref_id}&payout={payout}&status=sale"),
    rules: of("redtrack"),
    refused: { outcome: "ignored", reason: "nothing_resolved" },
  },

  // BeMob
  {
    name: "BeMob: approved",
    call: get("subid=m1&payout=33&status=Approved"),
    rules: of("bemob"),
    facts: { subid: "m1", amount: "33", status: "sale", rawStatus: "Approved" },
  },
  {
    name: "BeMob: new comes with a payout of 0",
    call: get("subid=m1&payout=0&status=New"),
    rules: of("bemob"),
    facts: { subid: "m1", amount: "0", status: "lead", rawStatus: "New" },
  },
  {
    name: "BeMob: declined comes with a payout of 0",
    call: get("subid=m1&payout=0&status=Declined"),
    rules: of("bemob"),
    facts: { subid: "m1", amount: "0", status: "rejected", rawStatus: "Declined" },
  },
  {
    name: "BeMob: its own names, in its own case",
    call: get("externalId=src1&txid=t1&payout=3"),
    rules: of("bemob"),
    facts: { subid: "src1", tid: "t1", amount: "3" },
  },
  {
    name: "BeMob: a typed status is proof, since it has a macro for it",
    call: get("subid={externalId}&payout={payout}&status=Approved"),
    rules: of("bemob"),
    facts: { status: "sale", rawStatus: "Approved" },
  },

  // Names that a person has mapped
  {
    name: "mapped: names that nobody knows",
    call: get("uid=s1&order=t1&what=ftd&cash=15,50&money=eur&who=fb"),
    rules: mapped({ subid: "uid", tid: "order", rawStatus: "what", amount: "cash", currency: "money", source: "who" }),
    facts: {
      subid: "s1",
      tid: "t1",
      status: "deposit",
      rawStatus: "ftd",
      amount: "15.50",
      currency: "EUR",
      source: "fb",
    },
    notes: [],
  },
  {
    name: "mapped: the map beats every known name",
    call: get("subid=theirs&click=mine"),
    rules: mapped({ subid: "click" }),
    facts: { subid: "mine", extra: { subid: "theirs" } },
  },
  {
    name: "mapped: the known name is used when the mapped one is absent",
    call: get("subid=s1"),
    rules: mapped({ subid: "click" }),
    facts: { subid: "s1" },
  },
  {
    name: "mapped: the known name is used when the mapped one was not filled in",
    call: get("subid=s1&click={click}"),
    rules: mapped({ subid: "click" }),
    facts: { subid: "s1" },
    notes: ["unresolved:click"],
  },
  {
    name: "mapped: a parameter means what the map says and nothing else",
    call: get("subid=s1&type=12.5&event=sale"),
    rules: mapped({ amount: "type" }),
    facts: { subid: "s1", amount: "12.5", status: "sale", rawStatus: "sale" },
  },
  {
    name: "mapped: an unreadable amount gives way, and is not taken for a status",
    call: get("subid=s1&type=soon&payout=3"),
    rules: mapped({ amount: "type" }),
    facts: { subid: "s1", amount: "3", extra: { type: "soon" } },
    notes: ["amount_unreadable:type"],
  },
  {
    name: "mapped: sub ids under any name",
    call: get("subid=s1&buyer=denis&sub_id_2=b&adset=7"),
    rules: mapped({ sub_1: "buyer", sub_30: "adset" }),
    facts: { subid: "s1", subIds: { "1": "denis", "2": "b", "30": "7" } },
  },
  {
    name: "mapped: a mapped sub id beats the numbered one",
    call: get("subid=s1&sub_id_1=a&buyer=denis"),
    rules: mapped({ sub_1: "buyer" }),
    facts: { subid: "s1", subIds: { "1": "denis" } },
  },
  {
    name: "mapped: a numbered sub id that means something else",
    call: get("subid=s1&sub_id_3=Spring"),
    rules: mapped({ campaignName: "sub_id_3" }),
    facts: { subid: "s1", campaignName: "Spring" },
  },
  {
    name: "mapped: nested JSON by its last name",
    call: json('{"order":{"total":"99.90","number":"N-1"},"visitor":{"uid":"s1"}}'),
    rules: mapped({ amount: "total", tid: "number", subid: "uid" }),
    facts: { subid: "s1", tid: "N-1", amount: "99.90" },
  },
  {
    name: "mapped: nested JSON by its whole name",
    call: json('{"order":{"id":"N-1"},"click":{"id":"s1"}}'),
    rules: mapped({ tid: "order_id", subid: "click_id" }),
    facts: { subid: "s1", tid: "N-1" },
  },
  {
    name: "mapped: names are compared without case and brackets",
    call: get("UID[]=s1&Cash=3"),
    rules: mapped({ subid: "uid", amount: "cash" }),
    facts: { subid: "s1", amount: "3" },
  },
  {
    name: "mapped: the map beats the tracker's own names too",
    call: get("clickid=b1&cnv_status=lead&stage=sale"),
    rules: mapped({ rawStatus: "stage" }, { kind: "binom" }),
    facts: { subid: "b1", status: "sale", rawStatus: "sale", extra: { cnv_status: "lead" } },
  },
  {
    name: "mapped: a moment under another name",
    call: get("subid=s1&when=1767225600"),
    rules: mapped({ reportedAt: "when" }),
    facts: { subid: "s1", reportedAt: "2026-01-01T00:00:00.000Z" },
  },
];
