/** Rows of Keitaro's log in our words; what cannot be read is absent. */
import { createHash } from "node:crypto";
import type { LoggedConversion } from "@backend/modules/conversions/ports.ts";
import type { TableAnswer } from "./types.ts";
import { idOf, textOf } from "./values.ts";

/** `2026-01-01 10:00:00` without a zone is UTC, as it was asked for. Null for placeholders such as 0000-00-00. */
export function readLogMoment(value: unknown): string | null {
  const text = textOf(value);
  const match =
    text && /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s?(Z|[+-]\d{2}:?\d{2})?$/.exec(text);
  if (!match) return null;
  const time = Date.parse(`${match[1]}T${match[2]}${match[3] ?? "Z"}`);
  return Number.isFinite(time) && time > Date.UTC(2000, 0, 1) && time < Date.UTC(2100, 0, 1)
    ? new Date(time).toISOString()
    : null;
}

/** How Keitaro takes moments: to the second, without a zone. */
export const writeLogMoment = (at: Date): string => at.toISOString().slice(0, 19).replace("T", " ");

/** Null for a row that names neither click nor transaction, or no moment, or no status. */
export function readLogRow(row: Readonly<Record<string, unknown>>): LoggedConversion | null {
  const subid = textOf(row.sub_id);
  const tid = textOf(row.tid);
  const status = textOf(row.status);
  const at = readLogMoment(row.postback_datetime);
  if ((subid === null && tid === null) || status === null || at === null) return null;
  const subIds: Record<string, string> = {};
  for (let n = 1; n <= 30; n++) {
    const value = textOf(row[`sub_id_${n}`]);
    if (value !== null) subIds[n] = value;
  }
  return {
    // Builds without conversion ids tell conversions apart as Keitaro itself does: by click and transaction.
    trackerId: textOf(row.conversion_id)?.slice(0, 100) ?? digest(subid ?? "", tid ?? ""),
    at,
    subid,
    tid,
    status,
    originalStatus: textOf(row.original_status),
    revenue: textOf(row.revenue),
    campaignId: idOf(row.campaign_id),
    campaignName: textOf(row.campaign),
    offerId: idOf(row.offer_id),
    offerName: textOf(row.offer),
    flowId: idOf(row.stream_id),
    landingId: idOf(row.landing_id),
    landingName: textOf(row.landing),
    source: textOf(row.source),
    trafficSource: textOf(row.ts),
    creativeId: textOf(row.creative_id),
    externalId: textOf(row.external_id),
    country: textOf(row.country_code),
    subIds,
  };
}

const digest = (...parts: string[]): string =>
  `x${createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 22)}`;

/** An answer that is a table: of conversions/log, of report/build. Null for JSON that is none. */
export function readTable(data: unknown): TableAnswer | null {
  const { rows, total } = (data ?? {}) as { rows?: unknown; total?: unknown };
  if (!Array.isArray(rows) || !rows.every((row) => typeof row === "object" && row !== null)) return null;
  const count = Number(total);
  return { rows, total: total != null && Number.isSafeInteger(count) && count >= 0 ? count : null };
}
