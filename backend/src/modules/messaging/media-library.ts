/** `MediaLibrary` over our own tables: what bots know at Telegram, and the bytes behind it. */
import { isUuid } from "@backend/kit/uuid.ts";
import type { Db } from "@db/client.ts";
import { telegramFiles } from "@db/schema/messaging.ts";
import { and, eq } from "drizzle-orm";
import type { FileRef, MediaLibrary } from "./ports.ts";

/** Files that people sent us, as the kit keeps them. */
export interface UploadedFiles {
  find(
    db: Db,
    workspaceId: string,
    uploadId: string,
  ): Promise<{ name: string; purpose: string; state: string; size: number } | null>;
  read(db: Db, workspaceId: string, uploadId: string): AsyncIterable<Uint8Array>;
}

/** The most that a bot may send (Bot API, "Sending files"); nothing larger is put into memory. */
const largestFile = 50 * 1024 * 1024;

const own = (botId: string, { uploadId, kind }: FileRef) =>
  and(eq(telegramFiles.uploadId, uploadId), eq(telegramFiles.botId, botId), eq(telegramFiles.kind, kind));

export function mediaLibrary({ db, files }: { db: Db; files: UploadedFiles }): MediaLibrary {
  return {
    async find(botId, file) {
      if (!isUuid(file.uploadId)) return null;
      const [row] = await db.select({ fileId: telegramFiles.fileId }).from(telegramFiles).where(own(botId, file));
      return row?.fileId ?? null;
    },
    async read(workspaceId, uploadId) {
      if (!isUuid(uploadId)) return null;
      const upload = await files.find(db, workspaceId, uploadId);
      // What was sent to be read as a table holds people, and is nobody's picture.
      if (upload?.state !== "ready" || upload.purpose !== "media" || upload.size > largestFile) return null;
      const parts: Uint8Array<ArrayBuffer>[] = [];
      for await (const part of files.read(db, workspaceId, uploadId)) parts.push(new Uint8Array(part));
      return { name: upload.name, bytes: new Blob(parts) };
    },
    async remember(botId, file, fileId) {
      await db
        .insert(telegramFiles)
        .values({ ...file, botId, fileId })
        .onConflictDoUpdate({
          target: [telegramFiles.uploadId, telegramFiles.botId, telegramFiles.kind],
          set: { fileId },
        });
    },
    async forget(botId, file, fileId) {
      await db.delete(telegramFiles).where(and(own(botId, file), eq(telegramFiles.fileId, fileId)));
    },
  };
}
