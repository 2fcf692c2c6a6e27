import { ApiFailure, badRequest } from "./errors.ts";

const MAX_UPLOAD_BYTES = 50 * 1024 * 1024;

/** The parameters of one call. Like the real server it takes numbers and JSON in strings, whatever the body's format. */
export class Params {
  constructor(
    readonly values: Readonly<Record<string, unknown>>,
    readonly files: ReadonlyMap<string, File> = new Map(),
  ) {}

  has(name: string): boolean {
    const value = this.values[name];
    return (value !== undefined && value !== null && value !== "") || this.files.has(name);
  }

  /** A string; empty when absent. */
  text(name: string): string {
    const value = this.values[name];
    if (value === undefined || value === null) return "";
    if (typeof value === "string") return value;
    if (typeof value === "object") return JSON.stringify(value);
    return String(value);
  }

  /** An integer, or undefined when absent. Anything else is a 400. */
  integer(name: string): number | undefined {
    if (!this.has(name)) return undefined;
    const text = this.text(name).trim();
    if (!/^[+-]?\d{1,16}$/.test(text)) throw badRequest(`invalid parameter ${name} specified: integer expected`);
    return Number(text);
  }

  flag(name: string): boolean {
    return ["true", "yes", "1"].includes(this.text(name).trim().toLowerCase());
  }

  /** A JSON object, or undefined when absent. */
  object(name: string): Record<string, unknown> | undefined {
    const value = this.#json(name);
    if (value === undefined) return undefined;
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw badRequest(`can't parse ${humanName(name)} JSON object`);
    return value as Record<string, unknown>;
  }

  /** A JSON array, or undefined when absent. */
  list(name: string): unknown[] | undefined {
    const value = this.#json(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw badRequest(`can't parse ${humanName(name)} JSON array`);
    return value;
  }

  #json(name: string): unknown {
    const value = this.values[name];
    if (value === undefined || value === null || value === "") return undefined;
    if (typeof value !== "string") return value;
    try {
      return JSON.parse(value);
    } catch {
      throw badRequest(`can't parse ${humanName(name)} JSON object`);
    }
  }
}

const humanName = (name: string): string => name.replaceAll("_", " ");

/** Reads query and body. A body the server cannot read is a 400; unknown content types are ignored, as in reality. */
export async function readParams(request: Request, url: URL): Promise<Params> {
  const values: Record<string, unknown> = Object.create(null);
  for (const [name, value] of url.searchParams) values[name] = value;
  const files = new Map<string, File>();
  if (request.method !== "POST") return new Params(values, files);
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "application/json") {
    const body = await request.text();
    if (body.trim() !== "") Object.assign(values, parseObject(body));
  } else if (type === "application/x-www-form-urlencoded") {
    for (const [name, value] of new URLSearchParams(await request.text())) values[name] = value;
  } else if (type === "multipart/form-data") {
    for (const [name, value] of await readForm(request)) {
      if (typeof value === "string") values[name] = value;
      else if ((value as File).size > MAX_UPLOAD_BYTES) throw new ApiFailure(413, "Request Entity Too Large");
      else files.set(name, value as File);
    }
  }
  return new Params(values, files);
}

async function readForm(request: Request): Promise<FormData> {
  try {
    return await request.formData();
  } catch {
    throw badRequest("Can't parse multipart request body");
  }
}

function parseObject(body: string): object {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw badRequest("Can't parse JSON object");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw badRequest("Can't parse JSON object");
  return parsed;
}
