import { badRequest } from "./errors.ts";
import { detectEntities, type FormattedText, parseHtml, trimFormatted } from "./html.ts";
import type { Params } from "./params.ts";
import type { FileRef, MessageEntity } from "./types.ts";
import type { World } from "./world.ts";

const MAX_RAW_BYTES = 32_768;
export const MAX_TEXT = 4096;
export const MAX_CAPTION = 1024;

/** Reads text with its entities. Length is counted in code points after parsing. Throws the server's 400s. */
export function readText(params: Params, field: "text" | "caption" = "text"): FormattedText {
  const entitiesField = field === "text" ? "entities" : "caption_entities";
  return checkText(params.text(field), params.text("parse_mode"), params.list(entitiesField), field);
}

/** The same for values that sit inside another object, such as an album's items. */
export function checkText(
  source: string,
  parseMode: string,
  entities: unknown[] | undefined,
  field: "text" | "caption",
): FormattedText {
  if (Buffer.byteLength(source) > MAX_RAW_BYTES)
    throw badRequest(`${field === "text" ? "Text" : "Caption"} is too long`);
  if (field === "text" && source === "") throw badRequest("message text is empty");
  if (!source.isWellFormed()) throw badRequest("strings must be encoded in UTF-8");
  const parsed = trimFormatted(parseBy(parseMode, source.replaceAll("\r", ""), entities));
  const length = [...parsed.text].length;
  if (field === "text") {
    if (length === 0) throw badRequest("message text is empty");
    if (length > MAX_TEXT) throw badRequest("message is too long");
  } else if (length > MAX_CAPTION) throw badRequest("message caption is too long");
  const found = detectEntities(parsed.text, parsed.entities);
  const all = [...parsed.entities, ...found].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return { text: parsed.text, entities: all };
}

function parseBy(parseMode: string, source: string, entities: unknown[] | undefined): FormattedText {
  const mode = parseMode.toLowerCase();
  if (mode === "html") return parseHtml(source);
  // The real server also knows two Markdown dialects; this product sends HTML only, so anything else is a mistake.
  if (mode !== "") throw badRequest("unsupported parse_mode");
  const given = (entities ?? []).map((raw) => {
    const entity = raw as MessageEntity;
    const isSound =
      typeof entity?.type === "string" && Number.isInteger(entity.offset) && Number.isInteger(entity.length);
    if (!isSound) throw badRequest("can't parse MessageEntity: Object expected");
    if (entity.offset < 0 || entity.length <= 0 || entity.offset + entity.length > source.length)
      throw badRequest("ENTITY_BOUNDS_INVALID");
    return entity;
  });
  return { text: source, entities: given };
}

export type MediaKind = "photo" | "video" | "document";

interface StoredFile {
  kind: MediaKind;
  name: string;
  size: number;
  type: string;
}

/** Files by bot: an id is good only for the bot that got it, and only for its own kind. */
export class FileStore {
  readonly #files = new Map<string, StoredFile>();

  constructor(readonly world: World) {}

  /** Files that came as bytes, by bot: what a product should do once. */
  readonly uploads = new Map<number, number>();

  /** Takes an upload (a field of its own, or `attach://<field>`), an https address or a known id; the file as a message shows it. */
  take(botId: number, kind: MediaKind, source: string, files: ReadonlyMap<string, File>): FileRef {
    const upload = files.get(source.startsWith("attach://") ? source.slice("attach://".length) : kind);
    if (upload && (source === "" || source.startsWith("attach://"))) {
      this.uploads.set(botId, (this.uploads.get(botId) ?? 0) + 1);
      return this.#store(botId, { kind, name: upload.name, size: upload.size, type: upload.type });
    }
    if (source === "") throw badRequest(`there is no ${kind} in the request`);
    if (/^https?:\/\//i.test(source)) {
      if (!URL.canParse(source)) throw badRequest("wrong file identifier/HTTP URL specified");
      const name = new URL(source).pathname.split("/").at(-1) || kind;
      return this.#store(botId, { kind, name, size: 1024, type: "application/octet-stream" });
    }
    const known = this.#files.get(`${botId}:${source}`);
    if (!known) throw badRequest("wrong file identifier/HTTP URL specified");
    if (known.kind !== kind) throw badRequest(`can't use file of type ${capital(known.kind)} as ${capital(kind)}`);
    return describe(source, known);
  }

  /** Ids that were good are good no more: the bot must upload the files again. */
  forgetAll(botId: number): void {
    for (const key of this.#files.keys()) if (key.startsWith(`${botId}:`)) this.#files.delete(key);
  }

  #store(botId: number, file: StoredFile): FileRef {
    if (file.kind === "photo" && file.size > 10 * 1024 * 1024) throw badRequest("PHOTO_INVALID_DIMENSIONS");
    const id = `AgAC${file.kind}${botId.toString(36)}x${this.world.next().toString(36)}`;
    this.#files.set(`${botId}:${id}`, file);
    return describe(id, file);
  }
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

function describe(id: string, file: StoredFile): FileRef {
  const base = { file_id: id, file_unique_id: `u${id.slice(-8)}`, file_size: file.size };
  if (file.kind === "photo") return { ...base, width: 1280, height: 720 };
  if (file.kind === "video") return { ...base, width: 1280, height: 720, duration: 10, mime_type: "video/mp4" };
  return { ...base, file_name: file.name, mime_type: file.type };
}
