/**
 * How a sender that can sign proves a call (K-80). HMAC-SHA256, keyed with the text of the key, over the body where there is
 * one and over the raw query otherwise, without the signature's own parameter; "<timestamp>." goes in front where a timestamp is
 * named. What was not signed is not believed: beside a signed body the query is dropped.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { decodeComponent } from "./decode.ts";
import type { Signing } from "./signing.ts";

export interface SignedCall {
  /** Exactly as sent. */
  query: string;
  header(name: string): string | null;
  body: Uint8Array | null;
}

export type SignatureProblem = "signature_missing" | "signature_wrong" | "signature_expired";

export type SignatureVerdict =
  /** The query to believe, without the signature. */
  { ok: true; query: string } | { ok: false; problem: SignatureProblem };

/** Whether one of the keys signed a call. Takes the same time wherever a wrong signature differs from the right one. */
export function checkSignature(
  call: SignedCall,
  signing: Signing,
  keys: readonly string[],
  nowMs: number,
): SignatureVerdict {
  const given = signing.in === "header" ? call.header(signing.name) : parameterOf(call.query, signing.name);
  const timestamp =
    signing.timestampName === null
      ? null
      : signing.in === "header"
        ? call.header(signing.timestampName)?.trim()
        : parameterOf(call.query, signing.timestampName);
  if (!given || timestamp === "" || timestamp === undefined) return { ok: false, problem: "signature_missing" };
  const digest = readDigest(given);
  const moment = timestamp === null ? null : momentOf(timestamp);
  if (digest === undefined || moment === undefined) return { ok: false, problem: "signature_wrong" };

  const query = signing.in === "header" ? call.query : without(call.query, signing.name);
  const hasBody = call.body !== null && call.body.length > 0;
  const prefix = timestamp === null ? "" : `${timestamp}.`;
  const isRight = keys.some((key) => {
    const mac = createHmac("sha256", key).update(prefix);
    return timingSafeEqual((hasBody ? mac.update(call.body as Uint8Array) : mac.update(query)).digest(), digest);
  });
  if (!isRight) return { ok: false, problem: "signature_wrong" };
  // Only a right signature is told that it is old: others learn nothing of our clock.
  const isOld = moment !== null && signing.windowSec > 0 && Math.abs(nowMs - moment) > signing.windowSec * 1000;
  return isOld ? { ok: false, problem: "signature_expired" } : { ok: true, query: hasBody ? "" : query };
}

/** 32 bytes written as hexadecimal or base64, either alphabet, padded or not; "sha256=" in front is allowed. */
function readDigest(given: string): Buffer | undefined {
  const text = given.trim().replace(/^sha256=/i, "");
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, "hex");
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64");
  return bytes.length === 32 ? bytes : undefined;
}

/** Unix seconds, or milliseconds. */
function momentOf(timestamp: string): number | undefined {
  if (/^\d{9,10}$/.test(timestamp)) return Number(timestamp) * 1000;
  return /^\d{12,13}$/.test(timestamp) ? Number(timestamp) : undefined;
}

const nameOf = (part: string) => part.split("=", 1)[0];

function parameterOf(query: string, name: string): string | null {
  const part = query.split("&").find((one) => nameOf(one) === name);
  // A plus that was not escaped is one of base64 here, never a space.
  return part === undefined
    ? null
    : decodeComponent(part.slice(name.length + 1))
        .replaceAll(" ", "+")
        .trim();
}

const without = (query: string, name: string): string =>
  query
    .split("&")
    .filter((part) => nameOf(part) !== name)
    .join("&");
