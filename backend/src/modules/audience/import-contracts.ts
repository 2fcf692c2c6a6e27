/** Shapes of imports of people, as they cross HTTP. */
import { oneOf } from "@backend/kit/one-of.ts";
import { pageOf, pageQuery } from "@backend/kit/paging.ts";
import { type Static, t } from "elysia";
import { SubscriberFilterBody, SubscriberFilterQuery } from "./contracts.ts";

const Uuid = t.String({ format: "uuid" });

export const ImportParams = t.Object({ importId: Uuid });
export const ImportsQuery = t.Object(pageQuery);
export type ImportsQuery = Static<typeof ImportsQuery>;

export const StartImportBody = t.Object(
  {
    /** A finished upload of purpose "import". */
    uploadId: Uuid,
    /** Whose people they become. */
    botId: Uuid,
  },
  { examples: [{ uploadId: "0b9c1a52-7a4e-4f0e-9d5c-1f6f0f5d3b21", botId: "5f3f6f4e-2b1d-4c57-8a57-6c1d0c9b8e42" }] },
);
export type StartImportBody = Static<typeof StartImportBody>;

/** How a file is read: guessed, and changed where the guess is wrong. Of XLSX only the heading can be. */
const encoding = oneOf(["utf-8", "utf-16le", "utf-16be", "windows-1251"] as const);
const separator = oneOf([",", ";", "\t", "|"] as const);
/** "telegram_id", "first_name", "field:city" … and "skip". */
const Target = t.String({ pattern: "^(skip|[a-z]+(_[a-z]+)?|field:[a-z0-9_]{1,64})$" });

export const ChangeImportBody = t.Object({
  reading: t.Optional(
    t.Object({
      encoding: t.Optional(encoding),
      separator: t.Optional(separator),
      hasHeading: t.Optional(t.Boolean()),
    }),
  ),
  /** One target per column, in their order. */
  mapping: t.Optional(t.Array(Target, { maxItems: 200 })),
  /** Columns that become new fields of people. */
  newFields: t.Optional(
    t.Array(
      t.Object({
        column: t.Integer({ minimum: 0, maximum: 199 }),
        name: t.String({ minLength: 1, maxLength: 60 }),
        kind: oneOf(["text", "number", "date", "boolean"] as const),
      }),
      { maxItems: 50 },
    ),
  ),
  /** Tags that everybody of the file gets, by name. */
  tags: t.Optional(t.Array(t.String({ minLength: 1, maxLength: 60 }), { maxItems: 20 })),
  /** Where the consent of these people comes from, in the operator's words. */
  consent: t.Optional(t.String({ maxLength: 1000 })),
});
export type ChangeImportBody = Static<typeof ChangeImportBody>;

const states = oneOf(["mapping", "running", "done", "cancelled", "failed"] as const);

const summary = {
  id: t.String(),
  botId: t.String(),
  fileName: t.String(),
  state: states,
  /** Rows of the file without its heading; null until they were counted. */
  total: t.Nullable(t.Integer()),
  done: t.Integer(),
  added: t.Integer(),
  updated: t.Integer(),
  refused: t.Integer(),
  createdAt: t.String(),
  startedAt: t.Nullable(t.String()),
  finishedAt: t.Nullable(t.String()),
};
export const ImportSummary = t.Object(summary);
export type ImportSummary = Static<typeof ImportSummary>;
export const ImportPage = pageOf(ImportSummary);

export const ImportContract = t.Object({
  ...summary,
  reading: t.Object({
    format: oneOf(["csv", "xlsx"] as const),
    encoding: t.Nullable(encoding),
    separator: t.Nullable(separator),
    hasHeading: t.Boolean(),
  }),
  columns: t.Array(
    t.Object({
      /** "A", as spreadsheets call it. */
      letter: t.String(),
      title: t.Nullable(t.String()),
      samples: t.Array(t.String()),
      target: t.String(),
    }),
  ),
  /** What can be chosen besides the standard targets. */
  fields: t.Array(t.Object({ key: t.String(), name: t.String(), kind: t.String() })),
  tags: t.Array(t.String()),
  consent: t.Nullable(t.String()),
  /** A sentence, when it failed. */
  problem: t.Nullable(t.String()),
  /** Of the refused rows so many are in the report; they are kept for 30 days. */
  reported: t.Integer(),
});
export type ImportContract = Static<typeof ImportContract>;

export const ImportPreview = t.Object({
  rows: t.Array(
    t.Object({
      line: t.Integer(),
      /** As they would be stored, in the order of columns; only what is mapped and not empty. */
      cells: t.Array(
        t.Object({
          name: t.String(),
          value: t.String(),
          /** Why this cell refuses the row. */
          problem: t.Nullable(t.String()),
        }),
      ),
      /** Why the row as a whole is refused. */
      problem: t.Nullable(t.String()),
    }),
  ),
  /** What must be done before it can start: sentences. */
  missing: t.Array(t.String()),
});
export type ImportPreview = Static<typeof ImportPreview>;

const format = oneOf(["csv", "xlsx"] as const);
const fileSeparator = oneOf(["comma", "semicolon"] as const);
export const RefusalsQuery = t.Object({ format, separator: t.Optional(fileSeparator) });
export type RefusalsQuery = Static<typeof RefusalsQuery>;

export const AudienceExportQuery = t.Object({
  format,
  separator: t.Optional(fileSeparator),
  ...SubscriberFilterQuery.properties,
});
/** As in an address, and besides it a condition, which no address has room for. */
export const AudienceExportBody = t.Object(
  { format, separator: t.Optional(fileSeparator), ...SubscriberFilterBody.properties },
  { examples: [{ format: "xlsx", state: "active", condition: { kind: "language", test: "is", values: ["uk"] } }] },
);
export type AudienceExport = Static<typeof AudienceExportBody>;
