/** Calls a tracker makes, for the postback panel. */
import type { PostbackCall } from "./api.ts";

export interface Parameter {
  name: string;
  value: string;
}

export const SAMPLES = ["registration", "deposit", "correction", "rebill", "rejection", "broken", "cyrillic"] as const;
export type SampleId = (typeof SAMPLES)[number];
export type Encoding = "utf-8" | "windows-1251";

/** One visitor's click: samples of one click tell one story. */
export interface Click {
  subid: string;
  tid: string;
}

export function newClick(): Click {
  const word = () => Math.random().toString(36).slice(2, 10);
  return { subid: `${word()}${word()}`, tid: String(Math.floor(Math.random() * 900_000) + 100_000) };
}

const pairs = (values: Record<string, string>): Parameter[] =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

/** The parameters a tracker sends in that case. */
export function sampleParameters(id: SampleId, click: Click): Parameter[] {
  const common = {
    campaign_id: "15",
    campaign_name: "Spring AU",
    offer_id: "101",
    landing_id: "9",
    country: "AU",
    source: "facebook.com",
    ts: "Facebook",
    sub_id_1: "creative_7",
    sub_id_2: "denis",
  };
  const money = (status: string, amount: string, tid = click.tid) => ({
    subid: click.subid,
    tid,
    status,
    // A registration brings nothing, and a tracker without an amount sends none.
    ...(amount === "0" ? {} : { conversion_revenue: amount, currency: "USD" }),
    ...common,
  });
  switch (id) {
    case "registration":
      return pairs(money("lead", "0"));
    case "deposit":
      return pairs(money("sale", "120.50"));
    case "correction":
      return pairs(money("sale", "121.04"));
    case "rebill":
      return pairs(money("rebill", "75", `${click.tid}-2`));
    case "rejection":
      return pairs(money("rejected", "0"));
    case "broken":
      return pairs({
        subid: click.subid,
        status: "{status}",
        conversion_revenue: "{conversion_revenue}",
        currency: "{currency:usd}",
        campaign_name: "{campaign_name}",
        offer_name: "{offer_name}",
        country: "",
      });
    case "cyrillic":
      return pairs({ ...money("sale", "99,90"), campaign_name: "Весна Київ & Одеса", source: "вконтакте" });
    default:
      return id satisfies never;
  }
}

export const encodingOf = (id: SampleId): Encoding => (id === "cyrillic" ? "windows-1251" : "utf-8");

const CP1251: Record<string, number> = {
  Ё: 0xa8,
  ё: 0xb8,
  Є: 0xaa,
  є: 0xba,
  І: 0xb2,
  і: 0xb3,
  Ї: 0xaf,
  ї: 0xbf,
  Ґ: 0xa5,
  ґ: 0xb4,
  "№": 0xb9,
};

/** Percent-escapes text in windows-1251, as `{keyword_cp1251}` does. What the code page lacks becomes "?". */
export function escapeCp1251(text: string): string {
  return [...text]
    .map((char) => {
      const code = char.codePointAt(0) ?? 0;
      if (code < 0x80) return encodeURIComponent(char);
      const byte = code >= 0x410 && code <= 0x44f ? code - 0x410 + 0xc0 : (CP1251[char] ?? 0x3f);
      return `%${byte.toString(16).toUpperCase()}`;
    })
    .join("");
}

/** The query string as it goes over the wire. */
export function encodeQuery(parameters: readonly Parameter[], encoding: Encoding): string {
  const escapeValue = encoding === "utf-8" ? encodeURIComponent : escapeCp1251;
  return parameters
    .filter(({ name }) => name !== "")
    .map(({ name, value }) => `${encodeURIComponent(name)}=${escapeValue(value)}`)
    .join("&");
}

/** The same call for a terminal. */
export function curlOf(address: string, { method, query }: PostbackCall): string {
  if (method === "POST") return `curl -X POST '${address}' --data '${query}'`;
  return `curl '${address}${address.includes("?") ? "&" : "?"}${query}'`;
}
