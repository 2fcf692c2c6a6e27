/** Reading a foreign call as it came: bytes, the headers that matter, nothing parsed. */
import { AppError } from "./errors.ts";
import { maxBodyBytes } from "./inbox.ts";

/** Headers worth keeping with a stored call; signatures and cookies are left out on purpose. */
const keptHeaders = ["content-type", "user-agent", "x-forwarded-for", "cf-connecting-ip"] as const;

export function keepHeaders(headers: Headers): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of keptHeaders) {
    const value = headers.get(name);
    if (value !== null) kept[name] = value.slice(0, 500);
  }
  return kept;
}

/** A sender that trickles its body holds a connection; none of ours needs longer. */
const bodyTimeoutMs = 10_000;

/**
 * The body's bytes, or null without one. Throws `too_large` above 64 KB (declared or not) and `invalid` for compressed bodies,
 * which could unfold to anything.
 */
export async function readRawBody(request: Request): Promise<Uint8Array | null> {
  if (request.method === "GET" || request.method === "HEAD" || request.body === null) return null;
  if (Number(request.headers.get("content-length") ?? 0) > maxBodyBytes) throw tooLarge();
  const encoding = request.headers.get("content-encoding");
  if (encoding && encoding !== "identity") throw new AppError("invalid", "common.compressed_body");
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AppError("invalid", "common.slow_body")), bodyTimeoutMs);
  });
  try {
    const bytes = new Uint8Array(await Promise.race([request.arrayBuffer(), late]));
    if (bytes.length > maxBodyBytes) throw tooLarge();
    return bytes;
  } finally {
    clearTimeout(timer);
  }
}

const tooLarge = () => new AppError("too_large", "common.too_large");

/** Path and raw query of a request's address, exactly as sent. */
export function splitAddress(url: string): { path: string; query: string } {
  const pathAt = url.indexOf("/", url.indexOf("//") + 2);
  const address = pathAt < 0 ? "/" : url.slice(pathAt);
  const queryAt = address.indexOf("?");
  const hashless = (text: string) => text.split("#", 1)[0] ?? "";
  return queryAt < 0
    ? { path: hashless(address), query: "" }
    : { path: address.slice(0, queryAt), query: hashless(address.slice(queryAt + 1)) };
}

/** A query without one parameter, every other byte untouched: decoding and encoding again would lose what could not be decoded. */
export const withoutParameter = (query: string, name: string): string =>
  query
    .split("&")
    .filter((part) => part.split("=", 1)[0] !== name)
    .join("&");
