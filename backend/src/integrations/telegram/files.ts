/**
 * Files of ours on their way to Telegram. The first message that needs a file carries its bytes, and the id from the answer serves
 * all that follow ("upload once, keep the file_id"): once per bot, as an id belongs to the bot that got it. While the bytes are on
 * their way other messages with this file are put off, so that a slow upload holds up nobody who needs none.
 */
import { isDatabaseAway } from "@backend/kit/errors.ts";
import type { Logger } from "@backend/kit/log.ts";
import type { CallResult, FileRef, MediaLibrary, SendCall } from "@backend/modules/messaging/ports.ts";

/** Bytes of at most so many files are in memory and on the wire at once, per process. */
const uploadsAtOnce = 2;
/** When somebody else is uploading what a message needs. */
const putOffMs = 1_000;
/** When our own storage is away. */
const storageAwayMs = 5_000;
/** A file that Telegram refused is not offered again to every one of ten thousand recipients. */
const refusedForMs = 600_000;
/** What is known of this many files is kept in memory. */
const remembered = 2_000;
/** One request carries at most this much, an album's files together (telegram-bot-api answers 413 above it). */
const mostBytes = 50 * 1024 * 1024;

export interface Attachment {
  /** As the request names it: `attach://<name>`. */
  name: string;
  file: FileRef;
  fileName: string;
  bytes: Blob;
}

/** A call whose files have names that Telegram knows, or bytes that go along. */
export interface Prepared {
  call: SendCall;
  attachments: readonly Attachment[];
  /** Ids that are believed to be known to Telegram. */
  used: readonly { file: FileRef; fileId: string }[];
  /** Names all that goes along, for a refusal that does not say which file it means. */
  together: string;
}

export interface FileDesk {
  /** Every prepared call must be settled. An answer instead: the message cannot go now, or not at all. */
  prepare(call: SendCall): Promise<Prepared | CallResult>;
  /** Learns from the answer; true when the call should be made once more, since an id had become invalid. */
  settle(prepared: Prepared, result: CallResult, body: string): Promise<boolean>;
}

const prefix = "upload:";
const keyOf = (botId: string, { uploadId, kind }: FileRef) => `${botId} ${kind} ${uploadId}`;

/** One name for all media of a call. Captions differ from recipient to recipient. */
const togetherKey = ({ bot, content }: SendCall) =>
  JSON.stringify([
    bot.id,
    content.kind === "text" ? [] : (content.kind === "album" ? content.items : [content]).map(({ media }) => media),
  ]);

/** The files that a call names, in the order in which Telegram's answer will show them. */
export function filesOf({ content, change }: Pick<SendCall, "content" | "change">): FileRef[] {
  // Of an album only the caption can be edited.
  if (content.kind === "text" || change?.act === "delete" || (change && content.kind === "album")) return [];
  return (content.kind === "album" ? content.items : [content]).flatMap(({ kind, media }) =>
    media.startsWith(prefix) ? [{ kind, uploadId: media.slice(prefix.length) }] : [],
  );
}

/** Refused by us, in the form in which Telegram refuses. */
const refusedFile = (description: string): CallResult => ({
  kind: "refused",
  status: 400,
  description,
  retryAfterS: null,
  migrateToChatId: null,
});

/** Not every refusal that speaks of media is about the file: a caption may be too long, or a message have no media to edit. */
const aboutFile =
  /[Ww]rong (?:remote )?file|wrong type|file is too big|can't use file|failed to get http|(?:FILE|PHOTO|VIDEO|DOCUMENT|IMAGE)_[A-Z]|MEDIA_(?:INVALID|EMPTY)/;
const isRefusedFile = (result: CallResult): boolean =>
  result.kind === "refused" && (result.status === 413 || (result.status === 400 && aboutFile.test(result.description)));

/**
 * The medium that a refusal is about, as the call names it. Of an album Telegram tells the item (`failed to send message #2 with the
 * error message "PHOTO_INVALID_DIMENSIONS"`) or nothing ("group send failed", a body that is too large): then it is null.
 */
function blamed({ content }: SendCall, result: CallResult): string | null {
  if (content.kind === "text" || result.kind !== "refused") return null;
  if (content.kind !== "album") return content.media;
  const number = /message #(\d+)/.exec(result.description)?.[1];
  return content.items[Number(number) - 1]?.media ?? null;
}

/** Forgets the oldest for the newest. */
function put<T>(map: Map<string, T>, key: string, value: T): void {
  const [oldest] = map.keys();
  if (map.size >= remembered && oldest !== undefined) map.delete(oldest);
  map.set(key, value);
}

/** `now` in milliseconds of a clock that never jumps. */
export function createFileDesk(
  library: MediaLibrary,
  log: Pick<Logger, "error">,
  now: () => number = () => performance.now(),
): FileDesk {
  const known = new Map<string, string>();
  /** Ids that Telegram has forgotten: the library may still say one to whoever asked before it was taken out there. */
  const forgotten = new Map<string, true>();
  const uploading = new Set<string>();
  const refused = new Map<string, { result: CallResult; until: number }>();

  async function learn(botId: string, file: FileRef): Promise<void> {
    if (known.has(keyOf(botId, file))) return;
    const found = await library.find(botId, file);
    if (found !== null && !forgotten.has(found)) put(known, keyOf(botId, file), found);
  }

  async function prepare(call: SendCall): Promise<Prepared | CallResult> {
    const { bot, workspaceId } = call;
    const files = new Map(filesOf(call).map((file) => [keyOf(bot.id, file), file]));
    const names = new Map<string, string>();
    const used: { file: FileRef; fileId: string }[] = [];
    const missing: FileRef[] = [];
    const together = togetherKey(call);
    for (const file of files.values()) await learn(bot.id, file);
    // Another call may have uploaded one while this one was asking: what counts is what is known now.
    for (const key of [together, ...files.keys()]) {
      const refusal = refused.get(key);
      if (refusal && refusal.until > now()) return refusal.result;
    }
    for (const [key, file] of files) {
      const fileId = known.get(key);
      if (fileId === undefined) missing.push(file);
      else {
        used.push({ file, fileId });
        names.set(key, fileId);
      }
    }
    const keys = missing.map((file) => keyOf(bot.id, file));
    const isBusy = keys.some((key) => uploading.has(key)) || (keys.length > 0 && uploading.size >= uploadsAtOnce);
    if (isBusy) return { kind: "not_yet", waitMs: putOffMs };
    // From here on this call is the one that uploads; nothing is awaited between the look and the mark.
    for (const key of keys) uploading.add(key);
    const attachments: Attachment[] = [];
    let bytes = 0;
    try {
      for (const file of missing) {
        const stored = await library.read(workspaceId, file.uploadId);
        bytes += stored?.bytes.size ?? 0;
        if (!stored || bytes > mostBytes) {
          release(bot.id, missing);
          return refusedFile(stored ? "the files are larger than 50 MB together" : "the file is no longer there");
        }
        const name = `file${attachments.length}`;
        attachments.push({ name, file, fileName: stored.name, bytes: stored.bytes });
        names.set(keyOf(bot.id, file), `attach://${name}`);
      }
    } catch (error) {
      release(bot.id, missing);
      throw error;
    }
    return { call: { ...call, content: named(call, names) }, attachments, used, together };
  }

  const release = (botId: string, files: readonly FileRef[]) => {
    for (const file of files) uploading.delete(keyOf(botId, file));
  };

  return {
    async prepare(call) {
      try {
        return await prepare(call);
      } catch (error) {
        // The lane hears of an absent database by itself, and the message has not been tried.
        if (isDatabaseAway(error)) return { kind: "not_yet", waitMs: storageAwayMs };
        const { workspaceId, bot } = call;
        log.error({ err: error, workspaceId, botId: bot.id, files: filesOf(call) }, "a file could not be read");
        return refusedFile("the file could not be read");
      }
    },
    async settle({ call, attachments, used, together }, result, body) {
      const botId = call.bot.id;
      release(
        botId,
        attachments.map(({ file }) => file),
      );
      if (result.kind === "accepted") {
        for (const [name, fileId] of idsIn(call, body)) {
          const file = attachments.find((one) => one.name === name)?.file;
          if (!file) continue;
          put(known, keyOf(botId, file), fileId);
          // Not remembered is uploaded once more by the next process, no worse.
          await library.remember(botId, file, fileId).catch(() => {});
        }
        return false;
      }
      if (!isRefusedFile(result)) return false;
      const medium = blamed(call, result);
      const bad = attachments.find(({ name }) => `attach://${name}` === medium);
      const stale = used.filter(({ fileId }) => medium === null || fileId === medium);
      const isTooLarge = result.kind === "refused" && result.status === 413;
      if (bad || isTooLarge || (medium === null && stale.length === 0)) {
        // Without a culprit only these files together are known to be refused; each of them may be good in another message.
        put(refused, bad ? keyOf(botId, bad.file) : together, { result, until: now() + refusedForMs });
        return false;
      }
      for (const { file, fileId } of stale) {
        put(forgotten, fileId, true);
        if (known.get(keyOf(botId, file)) === fileId) known.delete(keyOf(botId, file));
        await library.forget(botId, file, fileId).catch(() => {});
      }
      return stale.length > 0;
    },
  };

  function named({ bot, content }: SendCall, names: ReadonlyMap<string, string>): SendCall["content"] {
    const nameOf = (kind: FileRef["kind"], media: string) =>
      media.startsWith(prefix)
        ? (names.get(keyOf(bot.id, { kind, uploadId: media.slice(prefix.length) })) ?? media)
        : media;
    if (content.kind === "text") return content;
    return content.kind === "album"
      ? { ...content, items: content.items.map((item) => ({ ...item, media: nameOf(item.kind, item.media) })) }
      : { ...content, media: nameOf(content.kind, content.media) };
  }
}

/** The ids that Telegram gave to what was attached, by its name. */
function* idsIn({ content }: SendCall, body: string): Generator<[name: string, fileId: string]> {
  if (content.kind === "text") return;
  const items = content.kind === "album" ? content.items : [content];
  const result = resultOf(body);
  const messages: unknown[] = Array.isArray(result) ? result : [result];
  for (const [index, { kind, media }] of items.entries()) {
    const fileId = fileIdOf(messages[index], kind);
    if (media.startsWith("attach://") && fileId !== null) yield [media.slice("attach://".length), fileId];
  }
}

function resultOf(body: string): unknown {
  try {
    return (JSON.parse(body) as { result?: unknown } | null)?.result;
  } catch {
    return null;
  }
}

/** Of a photo the largest of its sizes. What Telegram made another kind of (a video without sound) has no id of this kind. */
function fileIdOf(message: unknown, kind: FileRef["kind"]): string | null {
  const shown = (message as Partial<Record<FileRef["kind"], unknown>> | null | undefined)?.[kind];
  const file = (Array.isArray(shown) ? shown.at(-1) : shown) as { file_id?: unknown } | null | undefined;
  return typeof file?.file_id === "string" && file.file_id.length <= 500 ? file.file_id : null;
}
