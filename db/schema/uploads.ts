/** Files that people send us, in parts, so that no request is large and a broken connection costs one part. */
import { sql } from "drizzle-orm";
import { bigint, check, customType, index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, rowId } from "./columns.ts";
import { persons, workspaces } from "./identity.ts";

const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => "bytea" });

/** `receiving` until every byte is there; `ready` once its kind was told by its content. Deleted by retention after `expires_at`. */
export const uploads = pgTable(
  "uploads",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    /** "media" goes into messages, "import" is read as a table, "picture" stands beside a product. */
    purpose: text("purpose").$type<"media" | "import" | "picture">().notNull(),
    name: text("name").notNull(),
    size: bigint("size", { mode: "number" }).notNull(),
    received: bigint("received", { mode: "number" }).notNull().default(0),
    state: text("state").$type<"receiving" | "ready">().notNull().default("receiving"),
    /** Told by the bytes, not by the name: "image/jpeg", "text/csv". */
    contentType: text("content_type"),
    /** Width, height and the like, where the kind has them. */
    facts: jsonb("facts").$type<Record<string, string | number>>().notNull().default({}),
    createdBy: uuid("created_by").references(() => persons.id, { onDelete: "set null" }),
    createdAt: instant("created_at").notNull().defaultNow(),
    /** Null while something uses it. */
    expiresAt: instant("expires_at"),
  },
  (t) => [
    index("uploads_by_workspace").on(t.workspaceId, t.createdAt),
    index("uploads_by_creator").on(t.createdBy),
    index("uploads_expiring").on(t.expiresAt).where(sql`${t.expiresAt} is not null`),
    check("uploads_purpose_known", sql`${t.purpose} in ('media','import','picture')`),
    check("uploads_state_known", sql`${t.state} in ('receiving','ready')`),
  ],
);

export const uploadParts = pgTable(
  "upload_parts",
  {
    uploadId: uuid("upload_id")
      .notNull()
      .references(() => uploads.id, { onDelete: "cascade" }),
    /** From 0; every part but the last has the same size. */
    number: integer("number").notNull(),
    bytes: bytea("bytes").notNull(),
  },
  (t) => [primaryKey({ name: "upload_parts_once", columns: [t.uploadId, t.number] })],
);
