/** `POST /report/build`: two spellings, every name of the published list, refusals that list what is valid. */
import { ApiFailure } from "./failure.ts";
import type { Dialect, TrackerConversion } from "./log.ts";
import { type Measure, measures } from "./measures.ts";
import { compares } from "./operators.ts";
import { type Counts, clicksOf, conversionsOf, type DayPart, noCounts, type Visits } from "./visits.ts";
import type { TrackerWorld, WorldFlow } from "./world.ts";

type Value = string | number | null;
type Row = Record<string, Value>;
type Dimension = (visits: Visits, world: TrackerWorld) => Value;

const dayMs = 86_400_000;
const named = (things: ReadonlyMap<number, { name: string }>, id: number): string => things.get(id)?.name ?? "";
const countryNames = new Intl.DisplayNames("en", { type: "region" });
const dated = (day: string) => new Date(`${day}T00:00:00Z`);

/** ISO week: the one that holds its Thursday. */
function weekOf(day: string): string {
  const at = dated(day);
  const thursday = new Date(at.getTime() + (3 - ((at.getUTCDay() + 6) % 7)) * dayMs);
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * dayMs));
  return `${year}-${String(week).padStart(2, "0")}`;
}

const dimensions: Readonly<Record<string, Dimension>> = {
  campaign_id: ({ campaign }) => campaign.id,
  campaign: ({ campaign }) => campaign.name,
  campaign_group_id: ({ campaign }) => campaign.groupId,
  campaign_group: ({ campaign }, world) => named(world.groups, campaign.groupId),
  stream_id: ({ flow }) => flow?.id ?? 0,
  stream: ({ flow }) => flow?.name ?? "",
  offer_id: ({ offerId }) => offerId,
  offer: ({ offerId }, world) => named(world.offers, offerId),
  landing_id: ({ landingId }) => landingId,
  landing: ({ landingId }, world) => named(world.landings, landingId),
  ts_id: ({ campaign }) => campaign.sourceId,
  ts: ({ campaign }, world) => named(world.sources, campaign.sourceId),
  affiliate_network_id: ({ offerId }, world) => world.offers.get(offerId)?.networkId ?? 0,
  affiliate_network: ({ offerId }, world) => named(world.networks, world.offers.get(offerId)?.networkId ?? 0),
  country_code: ({ country }) => country,
  country: ({ country }) => country && (countryNames.of(country) ?? country),
  source: ({ source }) => source,
  creative_id: ({ creativeId }) => creativeId,
  day: ({ day }) => day,
  week: ({ day }) => weekOf(day),
  weekday: ({ day }) => dated(day).getUTCDay(),
  month: ({ day }) => day.slice(0, 7),
  year: ({ day }) => Number(day.slice(0, 4)),
  ...Object.fromEntries(
    Array.from({ length: 30 }, (_, n): [string, Dimension] => [`sub_id_${n + 1}`, ({ subIds }) => subIds[n + 1] ?? ""]),
  ),
  // Known to the real one; here nobody has them.
  ...Object.fromEntries(
    "parent_campaign parent_campaign_id language device_type connection_type ip region city os os_version browser browser_version device_model isp operator referrer keyword destination sub_id ad_campaign_id external_id hour day_hour datetime"
      .split(" ")
      .map((name): [string, Dimension] => [name, () => ""]),
  ),
};

const intervals: Readonly<Record<string, (today: Date) => Date>> = {
  today: (today) => today,
  yesterday: (today) => new Date(today.getTime() - dayMs),
  "7_days_ago": (today) => new Date(today.getTime() - 7 * dayMs),
  first_day_of_this_week: (today) => new Date(today.getTime() - ((today.getUTCDay() + 6) % 7) * dayMs),
  "1_month_ago": (today) => new Date(today.getTime() - 30 * dayMs),
  first_day_of_this_month: (today) => new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), 1)),
  "1_year_ago": (today) => new Date(today.getTime() - 365 * dayMs),
  first_day_of_this_year: (today) => new Date(Date.UTC(today.getUTCFullYear(), 0, 1)),
};

const countNames = Object.keys(noCounts) as (keyof Counts)[];

/** Days that one report may span: more than two years, so that a wrong year does not count for ever. */
const mostDays = 800;

const bad = (error: string) => new ApiFailure(400, { error });

export interface ReportGround {
  world: TrackerWorld;
  conversions: readonly TrackerConversion[];
  dialect: Dialect;
  now: Date;
}

/** Throws an ApiFailure for what Keitaro refuses. What saw nobody has no row; without dimensions there is one. */
export function answerReport({ world, conversions, dialect, now }: ReportGround, body: unknown): unknown {
  const asked = askedIn(body, dialect);
  const { by, wanted } = columnsIn(asked);
  const filters = filtersIn(asked.filters);
  const { days, dayOf } = rangeIn(asked.range, now);

  const valuesBy = by.map((name) => dimensions[name] as Dimension);
  const groups = new Map<string, { key: Value[]; counts: Counts }>();
  const count = (visits: Visits) => {
    if (!filters.every(({ name, fits }) => fits(dimensions[name]?.(visits, world) ?? null))) return;
    const key = valuesBy.map((read) => read(visits, world));
    const label = key.join("\0");
    const group = groups.get(label) ?? { key, counts: { ...noCounts } };
    groups.set(label, group);
    for (const name of countNames) group.counts[name] += visits[name];
  };
  if (by.length === 0) groups.set("", { key: [], counts: { ...noCounts } });
  const visited = days.filter(({ day }) => world.beganOn === null || day >= world.beganOn);
  for (const visits of clicksOf(world.campaigns.values(), visited, flowsFitting(filters))) count(visits);
  const isInside = new Set(days.map(({ day }) => day));
  for (const visits of conversionsOf(world, conversions, dayOf)) if (isInside.has(visits.day)) count(visits);

  const all = [...groups.values()].map(({ key, counts }) => ({
    ...Object.fromEntries(by.map((name, at) => [name, key[at] ?? null])),
    ...Object.fromEntries(wanted.map((name) => [name, (measures[name] as Measure)(counts)])),
  }));
  const rows = sorted(all, asked.sort).slice(numberIn(asked.offset, 0));
  return { rows: rows.slice(0, numberIn(asked.limit, rows.length)), total: all.length, meta: [] };
}

type Asked = Readonly<Record<string, unknown>>;

/** The question as it stands, when it has no field that this dialect does not know. */
function askedIn(body: unknown, dialect: Dialect): Asked {
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw bad("Request must be an object");
  const known = ["range", "filters", "sort", "limit", "offset", ...spellings[dialect]];
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown !== undefined) throw bad(`Unknown field "${unknown}". Valid: ${known.join(", ")}`);
  return body as Asked;
}

const newSpelling = ["dimensions", "measures"];
const oldSpelling = ["grouping", "metrics", "columns"];
const spellings: Readonly<Record<Dialect, readonly string[]>> = {
  new: newSpelling,
  old: oldSpelling,
  both: [...newSpelling, ...oldSpelling],
};

/** What to group by and what to count; `columns` is one flat list of both. */
function columnsIn(asked: Asked): { by: string[]; wanted: string[] } {
  const flat = namesIn(asked.columns);
  const by = [...namesIn(asked.dimensions), ...namesIn(asked.grouping), ...flat.filter(isDimension)];
  const counted = flat.filter((name) => !isDimension(name));
  const wanted = [...namesIn(asked.measures), ...namesIn(asked.metrics), ...counted];
  const odd = by.find((name) => !isDimension(name));
  if (odd !== undefined) throw bad(`Unknown dimension "${odd}". Valid: ${Object.keys(dimensions).join(", ")}`);
  const strange = wanted.find((name) => !Object.hasOwn(measures, name));
  if (strange !== undefined) throw bad(`Unknown measure "${strange}". Valid: ${Object.keys(measures).join(", ")}`);
  return { by, wanted };
}

const isDimension = (name: string): boolean => Object.hasOwn(dimensions, name);

interface Filter {
  name: string;
  fits: (value: Value) => boolean;
}

function filtersIn(value: unknown): Filter[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw bad("filters must be a list");
  return value.map((filter) => {
    const { name, operator, expression } = (filter ?? {}) as Record<string, unknown>;
    if (typeof name !== "string" || !isDimension(name))
      throw bad(`Unknown filter "${String(name)}". Valid: ${Object.keys(dimensions).join(", ")}`);
    const compare = Object.hasOwn(compares, String(operator)) ? compares[String(operator)] : undefined;
    if (!compare) throw bad(`Unknown operator "${String(operator)}". Valid: ${Object.keys(compares).join(", ")}`);
    return { name, fits: (found) => compare(found, expression) };
  });
}

/** Most questions are about one campaign or flow: the others are not counted at all. */
function flowsFitting(filters: readonly Filter[]): (flow: WorldFlow) => boolean {
  const narrow = filters.filter(({ name }) => name === "campaign_id" || name === "stream_id");
  return (flow) => narrow.every(({ name, fits }) => fits(name === "stream_id" ? flow.id : flow.campaignId));
}

function rangeIn(value: unknown, now: Date): { days: DayPart[]; dayOf: (at: Date) => string } {
  const { from, to, interval, timezone } = (value ?? {}) as Record<string, unknown>;
  const dayOf = daysIn(timezone ?? "UTC");
  const today = dayOf(now);
  const passed = passedOf(now, dayOf);
  const start = interval === undefined ? from : startOf(interval, today);
  const end = interval === undefined ? to : interval === "yesterday" ? start : today;
  if (!isDay(start) || !isDay(end)) throw bad("range: from and to must be dates");
  const days: DayPart[] = [];
  for (let at = dated(start.slice(0, 10)).getTime(); at <= dated(end.slice(0, 10)).getTime(); at += dayMs) {
    const day = new Date(at).toISOString().slice(0, 10);
    if (day > today) break;
    days.push({ day, passed: day === today ? passed : 1 });
    if (days.length > mostDays) throw bad(`range: at most ${mostDays} days`);
  }
  return { days, dayOf };
}

function daysIn(timezone: unknown): (at: Date) => string {
  try {
    // Swedish writes dates as ISO does.
    const format = new Intl.DateTimeFormat("sv-SE", { timeZone: String(timezone) });
    return (at) => format.format(at);
  } catch {
    throw bad(`range: unknown timezone "${String(timezone)}"`);
  }
}

/** How much of today has passed, to the hour. */
function passedOf(now: Date, dayOf: (at: Date) => string): number {
  const today = dayOf(now);
  for (let hours = 1; hours <= 25; hours++)
    if (dayOf(new Date(now.getTime() - hours * 3_600_000)) !== today) return Math.min(1, hours / 24);
  return 1;
}

function startOf(interval: unknown, today: string): string {
  if (interval === "all_time")
    return new Date(dated(today).getTime() - (mostDays - 1) * dayMs).toISOString().slice(0, 10);
  const start = Object.hasOwn(intervals, String(interval)) ? intervals[String(interval)] : undefined;
  if (!start)
    throw bad(`range: unknown interval "${String(interval)}". Valid: ${Object.keys(intervals).join(", ")}, all_time`);
  return start(dated(today)).toISOString().slice(0, 10);
}

const isDay = (value: unknown): value is string =>
  typeof value === "string" &&
  /^\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?$/.test(value) &&
  Number.isFinite(Date.parse(`${value.slice(0, 10)}T00:00:00Z`));

function sorted(rows: Row[], sort: unknown): Row[] {
  if (sort === undefined) return rows;
  if (!Array.isArray(sort)) throw bad("sort must be a list");
  for (const one of [...sort].reverse()) {
    const { name, order } = (one ?? {}) as Record<string, unknown>;
    if (typeof name !== "string" || !(isDimension(name) || Object.hasOwn(measures, name)))
      throw bad(`Unknown column to sort by "${String(name)}"`);
    if (order !== "ASC" && order !== "DESC") throw bad("sort: ASC or DESC");
    const way = order === "DESC" ? -1 : 1;
    rows.sort((left, right) => way * compare(left[name] ?? null, right[name] ?? null));
  }
  return rows;
}

const compare = (left: Value, right: Value): number =>
  typeof left === "number" && typeof right === "number" ? left - right : String(left) < String(right) ? -1 : 1;

function namesIn(value: unknown): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || !value.every((one) => typeof one === "string"))
    throw bad("names must be a list of text");
  return value;
}

function numberIn(value: unknown, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (!Number.isInteger(value) || Number(value) < 0) throw bad("limit, offset: wrong");
  return Number(value);
}
