/** The signed launch data of a Mini App, checked by the rules of Telegram's "Validating data received via the Mini App". */
import { createHmac, timingSafeEqual } from "node:crypto";

export type InitDataProblem = "malformed" | "bad_hash" | "expired" | "from_future";
export type CheckedInitData =
  | { ok: true; fields: ReadonlyMap<string, string>; authDateSec: number }
  | { ok: false; problem: InitDataProblem };

export interface InitDataRules {
  nowSec: number;
  /** initData never refreshes while the app stays open, so this is also how long a person stays signed in. */
  maxAgeSec: number;
  /** How far ahead of ours the clock of Telegram's server may be. */
  skewSec?: number;
}

/** Real initData is about 1 KB; nothing longer is parsed. */
export const maxInitDataLength = 8_192;
const defaultSkewSec = 60;
const hashShape = /^[0-9a-f]{64}$/;
const secondsShape = /^\d{1,12}$/;

/** The key that initData of one bot is signed with; made once per token and kept by the caller. */
export const initDataKey = (botToken: string): Buffer => createHmac("sha256", "WebAppData").update(botToken).digest();

/**
 * Checks shape, then signature, then age: whoever cannot sign learns nothing about the age rule. Fields are trustworthy only
 * when `ok`. Everything but `hash` is part of what is signed, `signature` and unknown fields included. A repeated key is refused
 * although the signature might hold, because two readers could then believe two different values.
 */
export function checkInitData(raw: string, key: Buffer, rules: InitDataRules): CheckedInitData {
  const refuse = (problem: InitDataProblem): CheckedInitData => ({ ok: false, problem });
  if (raw.length === 0 || raw.length > maxInitDataLength) return refuse("malformed");
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(raw)) {
    if (fields.has(name)) return refuse("malformed");
    fields.set(name, value);
  }
  const hash = fields.get("hash") ?? "";
  const authDate = fields.get("auth_date") ?? "";
  if (!hashShape.test(hash) || !secondsShape.test(authDate)) return refuse("malformed");
  fields.delete("hash");
  const expected = createHmac("sha256", key).update(checkString(fields)).digest();
  if (!timingSafeEqual(expected, Buffer.from(hash, "hex"))) return refuse("bad_hash");
  const authDateSec = Number(authDate);
  if (authDateSec > rules.nowSec + (rules.skewSec ?? defaultSkewSec)) return refuse("from_future");
  if (authDateSec + rules.maxAgeSec < rules.nowSec) return refuse("expired");
  return { ok: true, fields, authDateSec };
}

/** Signs launch data as Telegram would; used by the sandbox and by tests, which own the token they sign with. */
export function signInitData(fields: Readonly<Record<string, string>>, key: Buffer): string {
  const signed = new Map(Object.entries(fields).filter(([name]) => name !== "hash"));
  const hash = createHmac("sha256", key).update(checkString(signed)).digest("hex");
  return new URLSearchParams([...signed, ["hash", hash]]).toString();
}

const checkString = (fields: ReadonlyMap<string, string>): string =>
  [...fields]
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join("\n");
