/** What Keitaro's Admin API v1 takes and gives. Nobody outside of this folder says these names. */

/** Columns of conversions/log that are asked for. Each is in Keitaro's published list; sub ids follow. */
export const logColumns = [
  "conversion_id",
  "sub_id",
  "tid",
  "status",
  "original_status",
  "revenue",
  "campaign_id",
  "campaign",
  "offer_id",
  "offer",
  "stream_id",
  "landing_id",
  "landing",
  "source",
  "ts",
  "creative_id",
  "external_id",
  "country_code",
  "click_datetime",
  "postback_datetime",
  ...Array.from({ length: 15 }, (_, n) => `sub_id_${n + 1}`),
] as const;

/** What the oldest builds are known to answer with. */
export const oldLogColumns = [
  "conversion_id",
  "sub_id",
  "tid",
  "status",
  "original_status",
  "revenue",
  "campaign_id",
  "campaign",
  "offer_id",
  "offer",
  "country_code",
  "sub_id_1",
  "sub_id_2",
  "sub_id_3",
  "click_datetime",
  "postback_datetime",
] as const;

export interface LogRequest {
  /** Selects by the time of the click. */
  range: { from: string; to: string; timezone: string };
  limit: number;
  offset: number;
  columns: readonly string[];
  /** Moments in filters are in UTC, whatever zone the panel shows. */
  filters: readonly { name: string; operator: string; expression: unknown }[];
  /** The new spelling of the order, and the one of the specification's own sample. */
  sort?: readonly { name: string; order: "ASC" | "DESC" }[];
  order?: readonly (readonly [string, "ASC" | "DESC"])[];
}

export interface TableAnswer {
  rows: readonly Readonly<Record<string, unknown>>[];
  /** Absent on some builds. */
  total: number | null;
}

export interface ReportRange {
  from: string;
  to: string;
  timezone: string;
}

interface ReportFilters {
  range: ReportRange;
  filters: readonly { name: string; operator: string; expression: unknown }[];
}

/** The same question in the spelling of newer builds and of older ones. */
export type ReportRequest =
  | (ReportFilters & { dimensions: readonly string[]; measures: readonly string[] })
  | (ReportFilters & { grouping: readonly string[]; metrics: readonly string[] });
