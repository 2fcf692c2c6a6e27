/** A conversion as a line of a table: every fact a column. */
import type { Translate } from "@backend/i18n/index.ts";
import type { Cell, ExportColumn } from "@backend/kit/export.ts";
import type { ExportedRow } from "./bulk-queries.ts";
import type { ConversionFacts } from "./domain/read-call.ts";
import { statusOf } from "./present.ts";

interface Beside {
  connectionName: string;
  t: Translate;
}

type Column = ExportColumn & { of(row: ExportedRow, facts: Partial<ConversionFacts>, beside: Beside): Cell };

/** Trackers know thirty; those that nobody uses stay empty and cost nothing. */
const subIdCount = 30;

/** Columns in the reader's language; moments are told with their zone. */
export function exportColumns(t: Translate, timeZone: string): Column[] {
  const column = (
    key: Parameters<typeof nameOf>[1],
    of: Column["of"],
    kind: Column["kind"] = "text",
    width?: number,
  ): Column => ({ title: nameOf(t, key, timeZone), kind, of, ...(width === undefined ? {} : { width }) });
  return [
    column("id", (row) => row.id, "number", 12),
    column("received", (row) => row.receivedAt, "moment", 26),
    column("happened", (row) => row.happenedAt ?? row.receivedAt, "moment", 26),
    column("connection", (_row, _facts, { connectionName }) => connectionName, "text", 20),
    column("status", (row, _facts, beside) => beside.t(`conversions.status.${statusOf(row.status)}`), "text", 14),
    column("raw_status", (row) => row.rawStatus, "text", 16),
    column("amount", (row) => row.amount, "number", 12),
    column("currency", (row) => row.currency, "text", 10),
    column("campaign_id", (_, facts) => facts.campaignId, "text", 12),
    column("campaign", (_, facts) => facts.campaignName, "text", 30),
    column("offer_id", (_, facts) => facts.offerId, "text", 12),
    column("offer", (_, facts) => facts.offerName, "text", 24),
    column("flow_id", (_, facts) => facts.flowId, "text", 12),
    column("landing_id", (_, facts) => facts.landingId, "text", 12),
    column("landing", (_, facts) => facts.landingName, "text", 24),
    column("creative_id", (_, facts) => facts.creativeId, "text", 12),
    column("creative", (_, facts) => facts.creativeName, "text", 24),
    column("source", (_, facts) => facts.source),
    column("traffic_source", (_, facts) => facts.trafficSource),
    column("country", (_, facts) => facts.country, "text", 9),
    column("subid", (_, facts) => facts.subid, "text", 26),
    column("tid", (_, facts) => facts.tid, "text", 20),
    column("external_id", (_, facts) => facts.externalId, "text", 20),
    column("reported", (_, facts) => (facts.reportedAt ? new Date(facts.reportedAt) : null), "moment", 26),
    column("recovered", (row, _facts, beside) => (row.isRecovered ? beside.t("reporting.export.yes") : null)),
    column("corrections", (row) => row.correctionCount || null, "number", 12),
    ...Array.from({ length: subIdCount }, (_, at) => String(at + 1)).map(
      (n): Column => ({ title: `sub_id_${n}`, kind: "text", of: (_row, facts) => facts.subIds?.[n] }),
    ),
    column(
      "extra",
      (_, { extra }) => (extra && Object.keys(extra).length > 0 ? JSON.stringify(extra) : null),
      "text",
      30,
    ),
  ];
}

type Named =
  | "id"
  | "received"
  | "happened"
  | "connection"
  | "status"
  | "raw_status"
  | "amount"
  | "currency"
  | "campaign_id"
  | "campaign"
  | "offer_id"
  | "offer"
  | "flow_id"
  | "landing_id"
  | "landing"
  | "creative_id"
  | "creative"
  | "source"
  | "traffic_source"
  | "country"
  | "subid"
  | "tid"
  | "external_id"
  | "reported"
  | "recovered"
  | "corrections"
  | "extra";

const nameOf = (t: Translate, key: Named, timeZone: string): string =>
  key === "received" || key === "happened" || key === "reported"
    ? t(`reporting.export.${key}`, { zone: timeZone })
    : t(`reporting.export.${key}`);

/** The cells of one conversion, in the order of the columns. */
export const exportRow = (columns: readonly Column[], row: ExportedRow, beside: Beside): Cell[] => {
  const facts = row.facts as Partial<ConversionFacts>;
  return columns.map(({ of }) => of(row, facts, beside));
};
