import type { Db } from "@db/client.ts";
import { readUpload, type UploadRow } from "./uploads.ts";

/** Kinds that a browser only shows. Everything else is saved, never opened: a page or a drawing from a stranger may run script. */
const shownInline: ReadonlySet<string> = new Set(["image/jpeg", "image/png", "image/webp", "video/mp4"]);

/**
 * A finished file as an answer, read a part at a time. Under a policy by which even a picture that is also a page can load and run
 * nothing.
 */
export function uploadResponse(db: Db, upload: UploadRow, cacheControl: string): Response {
  const contentType = upload.contentType ?? "application/octet-stream";
  const isInline = upload.purpose !== "import" && shownInline.has(contentType);
  const parts = readUpload(db, upload.workspaceId, upload.id);
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await parts.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await parts.return();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, {
    headers: {
      "content-type": isInline ? contentType : "application/octet-stream",
      "content-length": String(upload.size),
      "content-disposition": `${isInline ? "inline" : "attachment"}; filename*=UTF-8''${encodeName(upload.name)}`,
      "content-security-policy": "default-src 'none'; sandbox",
      "cross-origin-resource-policy": "same-origin",
      "x-content-type-options": "nosniff",
      "cache-control": cacheControl,
    },
  });
}

/** RFC 8187: what `encodeURIComponent` leaves but a header value does not allow. Half of a surrogate pair is no text at all. */
const encodeName = (name: string): string =>
  encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
