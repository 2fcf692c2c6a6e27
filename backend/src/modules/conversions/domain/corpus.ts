/**
 * Calls as trackers, networks, browsers and strangers make them, each with what must be read from it. Used by
 * `read-call.test.ts`; a call that surprised us in production is added here with what it should have meant.
 */
import type { CallReading, ConversionFacts, Note, RawCall, ReadingRules } from "./read-call.ts";

export { blankFacts } from "./sample-facts.ts";

export interface CorpusEntry {
  name: string;
  call: Partial<RawCall>;
  rules?: Partial<ReadingRules>;
  /** Facts that differ from "nothing known": every other fact must be absent. */
  facts?: Partial<ConversionFacts>;
  /** The outcome and reason, when there is no conversion. */
  refused?: Pick<Exclude<CallReading, { outcome: "conversion" }>, "outcome" | "reason">;
  /** Exactly these notes, as "kind" or "kind:field"; not checked when left out. */
  notes?: (Note["kind"] | `${Note["kind"]}:${string}`)[];
}

const bytes = (text: string) => new TextEncoder().encode(text);
/** Windows-1251 bytes of "Привет". */
const hello1251 = Uint8Array.of(0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2);
const get = (query: string): Partial<RawCall> => ({ method: "GET", query });
const post = (contentType: string | null, body: string | Uint8Array, query = ""): Partial<RawCall> => ({
  method: "POST",
  contentType,
  query,
  body: typeof body === "string" ? bytes(body) : body,
});
const form = (body: string, query = "") => post("application/x-www-form-urlencoded", body, query);
const json = (body: string, query = "") => post("application/json; charset=utf-8", body, query);
const joined = (...parts: (string | Uint8Array)[]) =>
  Uint8Array.from(parts.flatMap((part) => [...(typeof part === "string" ? bytes(part) : part)]));
const multipart = (fields: Record<string, string>, boundary = "----x9") =>
  `${Object.entries(fields)
    .map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join("")}--${boundary}--\r\n`;

const ids = { subid: "s1", tid: "t1" } as const;
const sale = { ...ids, status: "sale", rawStatus: "sale" } as const;

export const corpus: CorpusEntry[] = [
  // Where parameters stand
  {
    name: "GET with every usual macro resolved",
    call: get(
      "subid=1dad2cg1br22spja1&tid=T-77&status=deposit&campaign_id=15&campaign_name=Spring%20AU&offer_id=42&landing_id=7&stream_id=5002" +
        "&conversion_revenue=120.50&revenue=120.50&currency=usd&country=au&source=fb.com&ts=Facebook&creative_id=9&external_id=fbclid1&sub_id_1=a&sub_id_10=j",
    ),
    facts: {
      subid: "1dad2cg1br22spja1",
      tid: "T-77",
      status: "deposit",
      rawStatus: "deposit",
      campaignId: "15",
      campaignName: "Spring AU",
      offerId: "42",
      flowId: "5002",
      landingId: "7",
      amount: "120.50",
      currency: "USD",
      country: "AU",
      source: "fb.com",
      trafficSource: "Facebook",
      creativeId: "9",
      externalId: "fbclid1",
      subIds: { "1": "a", "10": "j" },
      extra: { revenue: "120.50" },
    },
    notes: [],
  },
  { name: "POST with a form", call: form("subid=s1&tid=t1&status=sale"), facts: sale, notes: [] },
  {
    name: "POST with everything in the query and no body",
    call: { method: "POST", query: "subid=s1&tid=t1&status=sale" },
    facts: sale,
  },
  { name: "POST with an empty body", call: form("", "subid=s1&tid=t1&status=sale"), facts: sale, notes: [] },
  { name: "query and body complete each other", call: form("tid=t1&status=sale", "subid=s1"), facts: sale },
  { name: "GET with a body", call: { ...form("tid=t1&status=sale", "subid=s1"), method: "GET" }, facts: sale },
  { name: "method in lower case", call: { method: "get", query: "subid=s1&tid=t1&status=sale" }, facts: sale },
  {
    name: "both usable: the query wins",
    call: form("subid=body&status=sale", "subid=query"),
    facts: { subid: "query", status: "sale", rawStatus: "sale" },
  },
  { name: "an empty value never beats a usable one", call: form("subid=s1&tid=t1", "subid=&tid="), facts: ids },
  {
    name: "an unresolved value never beats a usable one",
    call: form("subid=s1", "subid={subid}"),
    facts: { subid: "s1" },
    notes: [],
  },
  { name: "JSON", call: json('{"subid":"s1","tid":"t1","status":"sale"}'), facts: sale, notes: [] },
  {
    name: "JSON sent as a form (curl -d)",
    call: form('{"subid":"s1","tid":"t1","status":"sale"}'),
    facts: sale,
    notes: [],
  },
  {
    name: "JSON without content type, after a byte order mark",
    call: post(null, '\ufeff {"subid":"s1","tid":"t1"}\n'),
    facts: ids,
  },
  { name: "a form sent as JSON", call: json("subid=s1&tid=t1&status=sale"), facts: sale, notes: [] },
  { name: "a form sent as text/plain", call: post("text/plain", "subid=s1&tid=t1&status=sale"), facts: sale },
  { name: "a form without content type", call: post(null, "subid=s1&tid=t1"), facts: ids },
  { name: "a form under a nonsense content type", call: post("???;;=", "subid=s1&tid=t1"), facts: ids },
  {
    name: "multipart",
    call: post("multipart/form-data; boundary=----x9", multipart({ subid: "s1", tid: "t1", status: "sale" })),
    facts: sale,
    notes: [],
  },
  {
    name: "multipart with a quoted boundary",
    call: post('multipart/form-data; boundary="a b"', multipart(ids, "a b")),
    facts: ids,
  },
  { name: "multipart without content type", call: post(null, multipart(ids)), facts: ids },
  {
    name: "multipart with bare line feeds",
    call: post("multipart/form-data; boundary=----x9", multipart(ids).replaceAll("\r\n", "\n")),
    facts: ids,
  },
  {
    name: "multipart with a file: the file is not read",
    call: post(
      "multipart/form-data; boundary=b",
      '--b\r\nContent-Disposition: form-data; name="tid"; filename="a.txt"\r\n\r\nsubid=evil\r\n--b\r\nContent-Disposition: form-data; name="subid"\r\n\r\ns1\r\n--b--',
    ),
    facts: { subid: "s1" },
  },
  {
    name: "multipart values in windows-1251",
    call: post(
      "multipart/form-data; boundary=b",
      joined('--b\r\nContent-Disposition: form-data; name="campaign_name"\r\n\r\n', hello1251, "\r\n--b--"),
    ),
    facts: { campaignName: "Привет" },
  },

  // Numbers and shapes of JSON
  {
    name: "JSON integer beyond a float keeps its digits",
    call: json('{"subid":9007199254740993}'),
    facts: { subid: "9007199254740993" },
  },
  {
    name: "JSON decimal keeps its zeros",
    call: json('{"subid":"s1","payout":12.10}'),
    facts: { subid: "s1", amount: "12.10" },
  },
  { name: "JSON text keeps leading zeros", call: json('{"tid":"007"}'), facts: { tid: "007" } },
  { name: "JSON number with leading zeros keeps them", call: json('{"tid":007}'), facts: { tid: "007" } },
  {
    name: "JSON amount with an exponent is not an amount",
    call: json('{"subid":"s1","payout":1e3}'),
    facts: { subid: "s1", extra: { payout: "1e3" } },
    notes: ["amount_unreadable:payout"],
  },
  {
    name: "JSON amount 1e400",
    call: json('{"subid":"s1","payout":1e400}'),
    facts: { subid: "s1", extra: { payout: "1e400" } },
  },
  {
    name: "JSON duplicate keys: the first usable wins",
    call: json('{"subid":"","subid":"s1","subid":"s2"}'),
    facts: { subid: "s1" },
  },
  {
    name: "JSON null and booleans",
    call: json('{"subid":null,"tid":"t1","is_bot":false}'),
    facts: { tid: "t1", extra: { is_bot: "false" } },
  },
  {
    name: "JSON nested by topic",
    call: json('{"campaign":{"id":5,"name":"X"},"status":"sale"}'),
    facts: { campaignId: "5", campaignName: "X", status: "sale", rawStatus: "sale" },
  },
  { name: "JSON inside an envelope", call: json('{"data":{"subid":"s1","tid":"t1"}}'), facts: ids },
  {
    name: "JSON list for a scalar: the first usable item",
    call: json('{"subid":["{subid}","s1","s2"]}'),
    facts: { subid: "s1" },
  },
  {
    name: "JSON list of events: only the first is read, and said so",
    call: json('[{"subid":"s1"},{"subid":"s2"}]'),
    facts: { subid: "s1" },
    notes: ["only_first_event_read"],
  },
  {
    name: "JSON with __proto__ and constructor",
    call: json('{"__proto__":{"subid":"evil"},"constructor":{"prototype":{"tid":"evil"}},"subid":"s1"}'),
    facts: { subid: "s1" },
  },
  { name: "JSON with a value the template left empty", call: json('{"subid":"s1","payout":,"tid":"t1",}'), facts: ids },
  {
    name: "JSON with an unquoted unresolved macro",
    call: json('{"subid":"s1","payout": {conversion_revenue}, "status": sale}'),
    facts: { subid: "s1", status: "sale", rawStatus: "sale" },
    notes: ["unresolved:payout"],
  },
  {
    name: "JSON escapes and a lone surrogate",
    call: json('{"campaign_name":"\\u041f\\n\\ud800","subid":"s1"}'),
    facts: { subid: "s1", campaignName: "П\n\ufffd" },
  },
  {
    name: "JSON 10,000 levels deep",
    call: json(`${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`),
    refused: { outcome: "malformed", reason: "json_too_deep" },
    notes: ["body_unreadable"],
  },
  {
    name: "deep JSON cannot spoil a good query",
    call: json("[".repeat(10_000), "subid=s1"),
    facts: { subid: "s1" },
    notes: ["body_unreadable"],
  },
  { name: "broken JSON", call: json('{"subid":"s1"'), refused: { outcome: "malformed", reason: "json_unreadable" } },
  {
    name: "JSON that is only a word",
    call: json('"hello"'),
    refused: { outcome: "malformed", reason: "body_unreadable" },
  },
  {
    name: "XML",
    call: post("text/xml", "<postback><subid>s1</subid></postback>"),
    refused: { outcome: "malformed", reason: "body_unreadable" },
  },
  {
    name: "binary rubbish",
    call: post(null, Uint8Array.of(0, 255, 254, 1, 2, 3, 200)),
    refused: { outcome: "malformed", reason: "body_unreadable" },
  },

  // Encoding
  {
    name: "plus is a space",
    call: get("subid=s1&campaign_name=Spring+AU"),
    facts: { subid: "s1", campaignName: "Spring AU" },
  },
  {
    name: "UTF-8 escapes",
    call: get("subid=s1&campaign_name=%D0%9F%D1%80%D0%B8%D0%B2%D0%B5%D1%82"),
    facts: { subid: "s1", campaignName: "Привет" },
  },
  {
    name: "windows-1251 escapes",
    call: get("subid=s1&campaign_name=%CF%F0%E8%E2%E5%F2"),
    facts: { subid: "s1", campaignName: "Привет" },
  },
  {
    name: "windows-1251 words parted by a plus",
    call: get("subid=s1&campaign_name=%CF%F0%E8%E2%E5%F2+%CF%F0"),
    facts: { subid: "s1", campaignName: "Привет Пр" },
  },
  {
    name: "UTF-8 cut in the middle of a letter",
    call: get("subid=s1&campaign_name=%D0%9F%D1%80%D0"),
    facts: { subid: "s1", campaignName: "Пр" },
  },
  {
    name: "raw UTF-8 in the query",
    call: get("subid=s1&campaign_name=Привет"),
    facts: { subid: "s1", campaignName: "Привет" },
  },
  {
    name: "a form of raw windows-1251 bytes",
    call: post("application/x-www-form-urlencoded", joined("subid=s1&campaign_name=", hello1251)),
    facts: { subid: "s1", campaignName: "Привет" },
  },
  {
    name: "a percent sign that escapes nothing",
    call: get("subid=s1&campaign_name=50%25+off+100%&tid=%zz"),
    facts: { subid: "s1", campaignName: "50% off 100%", tid: "%zz" },
  },
  {
    name: "a raw value with spaces, quotes and a hash",
    call: get(`subid=s1&campaign_name=Tom "the #1" <b>&tid=t1`),
    facts: { ...ids, campaignName: 'Tom "the #1" <b>' },
  },
  {
    name: "a raw ampersand with spaces is put back",
    call: get("subid=s1&campaign_name=Tom & Jerry&tid=t1"),
    facts: { ...ids, campaignName: "Tom & Jerry" },
  },
  {
    name: "a raw ampersand with escaped spaces is put back",
    call: get("subid=s1&campaign_name=Tom%20&%20Jerry&tid=t1"),
    facts: { ...ids, campaignName: "Tom & Jerry" },
  },
  { name: "a flag without a value belongs to nobody", call: get("subid=s1&debug&tid=t1"), facts: ids },
  { name: "an address copied out of HTML", call: get("subid=s1&amp;tid=t1&amp;status=sale"), facts: sale },
  { name: "an equals sign inside a value", call: get("subid=a=b==&tid=t1"), facts: { subid: "a=b==", tid: "t1" } },
  { name: "NUL and spaces around an id", call: get("subid=%00s1%20&tid=%20t1"), facts: ids },

  // Macros that nobody resolved
  ...[
    "{subid}",
    "%7Bsubacc4%7D",
    "%257Bsubid%257D",
    "{status:lead=0%20sale=1}",
    "##CLICK_ID##",
    "%23s2%23",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a macro of another tracker, not ours
    "${visit_id}",
    "{{income}}",
    "[[[subid]]]",
    "REPLACE",
    "[REPLACE]",
    "null",
    "NULL",
    "undefined",
    "unknown",
    "",
  ].map(
    (literal): CorpusEntry => ({
      name: `no value: ${literal || "(empty)"}`,
      call: get(`tid=t1&subid=${literal}`),
      facts: { tid: "t1" },
    }),
  ),
  {
    name: "unresolved parameters are named",
    call: get("tid=t1&offer_name={offer_name}&subid="),
    facts: { tid: "t1" },
    notes: ["unresolved:offer_name"],
  },
  {
    name: "brackets inside a real name stay",
    call: get("tid=t1&campaign_name=[UA] {test} nutra"),
    facts: { tid: "t1", campaignName: "[UA] {test} nutra" },
  },
  {
    name: "a test click in a browser: nothing resolved",
    call: get("subid={subid}&tid={tid}&status={status}&campaign_name={campaign_name}&revenue={revenue}"),
    refused: { outcome: "ignored", reason: "nothing_resolved" },
  },
  {
    name: "constants of the address alone are no event",
    call: get("subid={subid}&currency=USD&country=UA&source=fb&utm=1"),
    refused: { outcome: "ignored", reason: "nothing_resolved" },
  },
  { name: "an empty GET", call: get(""), refused: { outcome: "ignored", reason: "empty" } },
  {
    name: "HEAD from a link checker",
    call: { method: "HEAD", query: "subid=s1" },
    refused: { outcome: "ignored", reason: "not_a_postback" },
  },

  // Names
  { name: "clickid and txid", call: get("clickid=s1&txid=t1&type=sale"), facts: sale },
  { name: "sub_id and transaction_id", call: get("sub_id=s1&transaction_id=t1&event=sale"), facts: sale },
  { name: "cid and conversion_status, in capitals", call: get("CID=s1&TID=t1&Conversion_Status=sale"), facts: sale },
  { name: "names with brackets", call: get("subid[]=s1&tid[]=t1&status[]=sale&status[]=lead"), facts: sale },
  {
    name: "aliases of the amount, in order",
    call: get("subid=s1&revenue=5&payout=7&conversion_revenue="),
    facts: { subid: "s1", amount: "7", extra: { revenue: "5" } },
  },
  {
    name: "an unreadable first choice gives way",
    call: get("subid=s1&payout=soon&revenue=5"),
    facts: { subid: "s1", amount: "5", extra: { payout: "soon" } },
    notes: ["amount_unreadable:payout"],
  },
  {
    name: "campaign, offer, geo by their short names",
    call: get("subid=s1&campaign=C&offer=O&geo=ua&landing=L&creative=K"),
    facts: { subid: "s1", campaignName: "C", offerName: "O", country: "UA", landingName: "L", creativeName: "K" },
  },
  {
    name: "sub ids in all spellings",
    call: get("subid=s1&sub_id_1=a&sub2=b&subid3=c&sub_id30=z&sub_id_31=no"),
    facts: { subid: "s1", subIds: { "1": "a", "2": "b", "3": "c", "30": "z" }, extra: { sub_id_31: "no" } },
  },
  { name: "a country by its name", call: get("subid=s1&country=Україна"), facts: { subid: "s1", country: "Україна" } },
  {
    name: "prototype names in a query",
    call: get("subid=s1&__proto__=1&a[__proto__][x]=1&constructor=2"),
    facts: { subid: "s1" },
  },

  // Statuses
  {
    name: "no status is never guessed to be a sale",
    call: get("subid=s1&payout=5"),
    facts: { subid: "s1", amount: "5" },
  },
  {
    name: "an unknown status keeps its word",
    call: get("subid=s1&status=KYC%20passed"),
    facts: { subid: "s1", rawStatus: "KYC passed" },
  },
  {
    name: "status in capitals with spaces",
    call: get("subid=s1&status=+SALE+"),
    facts: { subid: "s1", status: "sale", rawStatus: "SALE" },
  },
  {
    name: "status in Russian",
    call: get("subid=s1&status=Регистрация"),
    facts: { subid: "s1", status: "registration", rawStatus: "Регистрация" },
  },
  {
    name: "status in Ukrainian",
    call: get("subid=s1&status=відхилено"),
    facts: { subid: "s1", status: "rejected", rawStatus: "відхилено" },
  },
  {
    name: "ftd is a deposit",
    call: get("subid=s1&status=ftd"),
    facts: { subid: "s1", status: "deposit", rawStatus: "ftd" },
  },
  {
    name: "the connection's own word wins",
    call: get("subid=s1&status=sale"),
    rules: { statusMap: { sale: "deposit" } },
    facts: { subid: "s1", status: "deposit", rawStatus: "sale" },
  },
  {
    name: "status named like an object's method",
    call: get("subid=s1&status=constructor"),
    facts: { subid: "s1", rawStatus: "constructor" },
  },

  // Amounts, currencies, moments
  { name: "comma decimals", call: get("subid=s1&payout=12,50"), facts: { subid: "s1", amount: "12.50" } },
  { name: "spaces and a comma", call: get("subid=s1&payout=1+240,50"), facts: { subid: "s1", amount: "1240.50" } },
  {
    name: "no-break space and a dot",
    call: get("subid=s1&payout=1%C2%A0240.50"),
    facts: { subid: "s1", amount: "1240.50" },
  },
  { name: "a negative amount", call: get("subid=s1&payout=-0.01"), facts: { subid: "s1", amount: "-0.01" } },
  {
    name: "an amount with its sign of currency",
    call: get("subid=s1&payout=%2412.5"),
    facts: { subid: "s1", amount: "12.5", currency: "USD" },
  },
  {
    name: "the currency parameter beats the sign",
    call: get("subid=s1&payout=%2412.5&currency=aud"),
    facts: { subid: "s1", amount: "12.5", currency: "AUD" },
  },
  {
    name: "the default currency is assumed and said",
    call: get("subid=s1&payout=5"),
    rules: { defaultCurrency: "EUR" },
    facts: { subid: "s1", amount: "5", currency: "EUR" },
    notes: ["currency_assumed"],
  },
  {
    name: "no amount, no assumed currency",
    call: get("subid=s1"),
    rules: { defaultCurrency: "EUR" },
    facts: { subid: "s1" },
    notes: [],
  },
  {
    name: "a currency that is none",
    call: get("subid=s1&payout=5&currency=12"),
    facts: { subid: "s1", amount: "5", extra: { currency: "12" } },
    notes: ["currency_unreadable:currency"],
  },
  {
    name: "1e99 is no amount",
    call: get("subid=s1&payout=1e99"),
    facts: { subid: "s1", extra: { payout: "1e99" } },
    notes: ["amount_unreadable:payout"],
  },
  {
    name: "hexadecimal is no amount",
    call: get("subid=s1&payout=0x10"),
    facts: { subid: "s1", extra: { payout: "0x10" } },
  },
  {
    name: "unix seconds",
    call: get("subid=s1&date=1767225600"),
    facts: { subid: "s1", reportedAt: "2026-01-01T00:00:00.000Z" },
  },
  {
    name: "a moment with a zone",
    call: get("subid=s1&conversion_time=2026-01-01T02:00:00%2B02:00"),
    facts: { subid: "s1", reportedAt: "2026-01-01T00:00:00.000Z" },
  },
  {
    name: "a day that does not exist",
    call: get("subid=s1&date=31.02.2026"),
    facts: { subid: "s1", extra: { date: "31.02.2026" } },
    notes: ["moment_unreadable:date"],
  },

  // Limits and secrets
  {
    name: "300 parameters and more",
    call: get(`subid=s1&${Array.from({ length: 400 }, (_, index) => `p${index}=`).join("&")}&tid=late`),
    facts: { subid: "s1" },
    notes: ["parameters_cut"],
  },
  {
    name: "a value of 60,000 characters is cut",
    call: get(`subid=s1&campaign_name=${"x".repeat(60_000)}`),
    facts: { subid: "s1", campaignName: "x".repeat(2_000) },
    notes: ["value_cut:campaign_name"],
  },
  { name: "the secret is not a fact", call: get("secret=abcDEF123&subid=s1"), facts: { subid: "s1" } },
  {
    name: "the secret inside another value is cut out",
    call: get("subid=s1&referrer=https://our.example/in/abcDEF123?x=1"),
    rules: { secrets: ["abcDEF123"] },
    facts: { subid: "s1", extra: { referrer: "https://our.example/in/…?x=1" } },
    notes: ["secret_removed:referrer"],
  },
  {
    name: "markup is a value like any other",
    call: get("subid=<script>&tid=%3Cb%3E"),
    facts: { subid: "<script>", tid: "<b>" },
  },
];
