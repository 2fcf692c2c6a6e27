/** The tracker's log of conversions, asked as Keitaro is asked: two spellings, its own columns, moments in UTC, pages. */
import { ApiFailure } from "./failure.ts";
import { compares } from "./operators.ts";
import { flowOf } from "./visits.ts";
import type { TrackerWorld } from "./world.ts";

export interface TrackerConversion {
  /** Keitaro's conversion id. */
  id: number;
  subid: string;
  tid: string;
  status: string;
  previousStatus: string;
  originalStatus: string;
  revenue: string;
  campaignId: number;
  campaign: string;
  offerId: number;
  offer: string;
  landingId: number;
  landing: string;
  source: string;
  trafficSource: string;
  creativeId: string;
  externalId: string;
  country: string;
  subIds: Record<string, string>;
  clickedAt: Date;
  /** When the network's postback with the present status came, by the tracker's clock. */
  postbackAt: Date;
}

export type Dialect = "new" | "old" | "both";

type Row = Record<string, string | number | null>;

/** Keitaro writes moments without a zone. */
export const moment = (at: Date): string => at.toISOString().slice(0, 19).replace("T", " ");

const fullRow = (c: TrackerConversion, flowId: number): Row => ({
  conversion_id: c.id,
  sub_id: c.subid,
  tid: c.tid === "" ? null : c.tid,
  status: c.status,
  previous_status: c.previousStatus,
  original_status: c.originalStatus,
  // The API gives money as a number.
  revenue: Number(c.revenue),
  campaign_id: c.campaignId,
  campaign: c.campaign,
  offer_id: c.offerId,
  offer: c.offer,
  stream_id: flowId,
  landing_id: c.landingId,
  landing: c.landing,
  source: c.source,
  ts: c.trafficSource,
  creative_id: c.creativeId,
  external_id: c.externalId,
  country_code: c.country,
  click_datetime: moment(c.clickedAt),
  postback_datetime: moment(c.postbackAt),
  sale_datetime: c.status === "sale" ? moment(c.postbackAt) : null,
  ...Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`sub_id_${n + 1}`, c.subIds[n + 1] ?? null])),
});

const newColumns: ReadonlySet<string> = new Set([
  ..."conversion_id sub_id tid status previous_status original_status revenue campaign_id campaign offer_id offer".split(
    " ",
  ),
  ..."stream_id landing_id landing source ts creative_id external_id country_code click_datetime postback_datetime".split(
    " ",
  ),
  "sale_datetime",
  ...Array.from({ length: 30 }, (_, n) => `sub_id_${n + 1}`),
]);
/** An old build knows fewer. */
const oldColumns: ReadonlySet<string> = new Set(
  [...newColumns].filter(
    (name) => !/^(stream_id|landing|landing_id|ts|creative_id|external_id|sub_id_(1[6-9]|[23]\d))$/.test(name),
  ),
);

const bad = (error: string) => new ApiFailure(400, { error });

/** Answers `POST /conversions/log` over these conversions. Throws an ApiFailure for what Keitaro refuses. */
export function answerLog(
  { conversions, world, dialect }: { conversions: readonly TrackerConversion[]; world: TrackerWorld; dialect: Dialect },
  body: unknown,
  maxPage: number,
): { rows: Row[]; total: number } {
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw bad("Request must be an object");
  const asked = body as Record<string, unknown>;
  const spellings = { new: ["sort"], old: ["order"], both: ["sort", "order"] }[dialect];
  const known = new Set(["range", "limit", "offset", "columns", "filters", ...spellings]);
  for (const name of Object.keys(asked)) if (!known.has(name)) throw bad(`Unknown field "${name}"`);

  const columns = stringsIn(asked.columns, "columns");
  const columnsKnown = dialect === "old" ? oldColumns : newColumns;
  const unknown = columns.find((name) => !columnsKnown.has(name));
  if (unknown) throw bad(`Unknown column "${unknown}". Valid: ${[...columnsKnown].join(", ")}`);

  const { from, to, timezone } = (asked.range ?? {}) as Record<string, unknown>;
  if (!isMoment(from) || !isMoment(to)) throw bad("range: from and to must be dates");
  if (timezone !== "UTC") throw bad("range: this stand-in knows the time zone UTC only");
  const limit = asked.limit === undefined ? maxPage : Number(asked.limit);
  const offset = asked.offset === undefined ? 0 : Number(asked.offset);
  if (!Number.isInteger(limit) || limit < 1 || !Number.isInteger(offset) || offset < 0)
    throw bad("limit, offset: wrong");

  const filters = listIn(asked.filters, "filters").map((filter) => {
    const { name, operator, expression } = filter as Record<string, unknown>;
    const compare = Object.hasOwn(compares, String(operator)) ? compares[String(operator)] : undefined;
    if (typeof name !== "string" || !newColumns.has(name)) throw bad(`Unknown filter "${String(name)}"`);
    if (!compare) throw bad(`Unknown operator "${String(operator)}"`);
    return (row: Row) => compare(row[name] ?? null, expression);
  });
  // `range` selects by the time of the click, not by that of the postback.
  const flowIdOf = (c: TrackerConversion) => {
    const campaign = world.campaigns.get(c.campaignId);
    return (campaign && flowOf(campaign, c)?.id) ?? 0;
  };
  const found = conversions
    .filter(({ clickedAt }) => moment(clickedAt) >= `${from}` && moment(clickedAt) <= `${to}:59`)
    .map((conversion) => fullRow(conversion, flowIdOf(conversion)))
    .filter((row) => filters.every((fits) => fits(row)));
  for (const { name, isDown } of orderOf(asked).reverse())
    found.sort((left, right) => (String(left[name]) < String(right[name]) ? -1 : 1) * (isDown ? -1 : 1));
  return {
    rows: found
      .slice(offset, offset + Math.min(limit, maxPage))
      .map((row) => Object.fromEntries(columns.map((name) => [name, row[name] ?? null]))),
    total: found.length,
  };
}

function orderOf({ sort, order }: Record<string, unknown>): { name: string; isDown: boolean }[] {
  const pairs = [
    ...listIn(sort, "sort").map((one) => one as { name?: unknown; order?: unknown }),
    ...listIn(order, "order").map((one) => ({ name: (one as unknown[])[0], order: (one as unknown[])[1] })),
  ];
  return pairs.map(({ name, order: way }) => {
    if (typeof name !== "string" || !newColumns.has(name)) throw bad(`Unknown column to sort by "${String(name)}"`);
    if (way !== "ASC" && way !== "DESC") throw bad("sort: ASC or DESC");
    return { name, isDown: way === "DESC" };
  });
}

const isMoment = (value: unknown): value is string =>
  typeof value === "string" && /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$/.test(value);

function listIn(value: unknown, name: string): unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw bad(`${name} must be a list`);
  return value;
}

function stringsIn(value: unknown, name: string): string[] {
  const list = listIn(value, name);
  if (list.length === 0 || !list.every((one) => typeof one === "string")) throw bad(`${name} must be a list of names`);
  return list as string[];
}
