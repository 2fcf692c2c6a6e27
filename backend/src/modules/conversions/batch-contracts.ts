/** Shapes of exports and bulk work on conversions that cross HTTP. */
import { exportFormats, separators } from "@backend/kit/export.ts";
import { oneOf } from "@backend/kit/one-of.ts";
import { type Static, t } from "elysia";
import { ConversionFilterQuery, conversionFilters } from "./contracts.ts";
import { mostKeepDays } from "./domain/retention.ts";

const Id = t.String({ pattern: "^[0-9]{1,18}$" });
/** What a hand can choose; more is chosen by a filter. */
export const maxChosen = 200;
/** More than anybody wants to be told again at once; a narrower filter does the rest. */
export const maxBatch = 100_000;

export const ExportQuery = t.Object({
  ...conversionFilters,
  format: oneOf(exportFormats),
  /** Of CSV; a comma by default. */
  separator: t.Optional(oneOf(separators)),
  /** Only these, by id: "12,15,20". */
  ids: t.Optional(t.String({ pattern: `^[0-9]{1,18}(,[0-9]{1,18}){0,${maxChosen - 1}}$` })),
});
export type ExportQuery = Static<typeof ExportQuery>;

export const batchKinds = ["replay", "reroute"] as const;
/**
 * Some by id, or all that match a filter; one of the two, which the action checks. An empty filter is everything, and has to be
 * sent as such.
 */
export const StartBatchBody = t.Object(
  {
    kind: oneOf(batchKinds),
    ids: t.Optional(t.Array(Id, { minItems: 1, maxItems: maxChosen, uniqueItems: true })),
    filter: t.Optional(ConversionFilterQuery),
  },
  { examples: [{ kind: "replay", ids: ["12", "15"] }] },
);
export type StartBatch = Static<typeof StartBatchBody>;

export const Batch = t.Object({
  id: t.String(),
  kind: oneOf(batchKinds),
  state: oneOf(["running", "done", "stopped", "failed"] as const),
  total: t.Integer(),
  done: t.Integer(),
  /** Calls stored again, or messages queued. */
  made: t.Integer(),
  createdAt: t.String(),
  finishedAt: t.Nullable(t.String()),
});
export type Batch = Static<typeof Batch>;
export const BatchParams = t.Object({ batchId: t.String({ format: "uuid" }) });
/** The one that runs, or the last one of the last day; null without any. */
export const LatestBatch = t.Object({ batch: t.Nullable(Batch) });

export const CountQuery = t.Object(conversionFilters);
export type CountQuery = Static<typeof CountQuery>;
/** How many conversions match, counted as far as one batch may go. */
export const ConversionCount = t.Object({ count: t.Integer(), isCapped: t.Boolean() });

// ── Retention ───────────────────────────────────────────────────────────────────────────────────────────────────────

const KeepDays = t.Integer({ minimum: 1, maximum: mostKeepDays });
export const Retention = t.Object({
  /** Days by the workspace's clock; null = for ever. */
  keepDays: t.Nullable(t.Integer()),
  oldestAt: t.Nullable(t.String()),
});
export type Retention = Static<typeof Retention>;
export const ChangeRetentionBody = t.Object({ keepDays: t.Nullable(KeepDays) });
export const RetentionPreviewQuery = t.Object({ keepDays: KeepDays });
export const RetentionPreview = t.Object({ count: t.Integer(), isCapped: t.Boolean(), before: t.String() });
export type RetentionPreview = Static<typeof RetentionPreview>;
