/** Shapes of files that are sent to us, as they cross HTTP. */
import { oneOf } from "@backend/kit/one-of.ts";
import { type Static, t } from "elysia";

const Uuid = t.String({ format: "uuid" });

export const UploadParams = t.Object({ uploadId: Uuid });
/** Parts are counted from 0. */
export const UploadPartParams = t.Object({ uploadId: Uuid, partNumber: t.Integer({ minimum: 0 }) });

export const BeginUploadBody = t.Object(
  {
    /** "media" goes into messages, "import" is read as a table of people. */
    purpose: oneOf(["media", "import", "picture"] as const),
    name: t.String({ minLength: 1, maxLength: 400 }),
    /** In bytes. */
    size: t.Integer({ minimum: 1 }),
  },
  { examples: [{ purpose: "import", name: "people.csv", size: 4_194_304 }] },
);
export type BeginUploadBody = Static<typeof BeginUploadBody>;

export const UploadContract = t.Object({
  id: t.String(),
  purpose: oneOf(["media", "import", "picture"] as const),
  name: t.String(),
  size: t.Integer(),
  /** "ready": whole, and its kind is known. */
  state: oneOf(["receiving", "ready"] as const),
  /** Every part but the last has this many bytes. */
  partBytes: t.Integer(),
  /** Numbers of the parts that are there: where to go on after a break. */
  parts: t.Array(t.Integer()),
  /** Told by the bytes; null until it is ready. */
  contentType: t.Nullable(t.String()),
  /** How Telegram takes a file of purpose "media"; null until it is ready, and for imports. */
  sendAs: t.Nullable(oneOf(["photo", "video", "animation", "document"] as const)),
  width: t.Nullable(t.Integer()),
  height: t.Nullable(t.Integer()),
  /** Why a picture cannot go as a photo. */
  notPhoto: t.Nullable(oneOf(["size", "dimensions", "ratio", "unreadable"] as const)),
  /** When it is deleted if nothing uses it by then; null while something does. */
  expiresAt: t.Nullable(t.String()),
});
export type UploadContract = Static<typeof UploadContract>;

export const UploadedPart = t.Object({ part: t.Integer() });
export type UploadedPart = Static<typeof UploadedPart>;
export const UploadDeleted = t.Object({ deleted: t.Literal(true) });
