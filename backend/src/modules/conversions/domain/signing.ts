/** How senders of a connection sign, as a person set it up, and the keys they sign with. The check is in `check-signature.ts`. */

export interface Signing {
  /** Where the signature stands, and with it the timestamp. */
  in: "header" | "parameter";
  name: string;
  timestampName: string | null;
  /** How far the moment of signing may lie from ours, in seconds; 0 = it is signed and never too old. */
  windowSec: number;
}

export const defaultSigning: Signing = {
  in: "header",
  name: "x-signature",
  timestampName: "x-timestamp",
  windowSec: 300,
};
export const maxWindowSec = 86_400;

/** Header names of HTTP; names of parameters that need no escaping, so that the one in an address is the one meant here. */
const headerShape = /^[a-z0-9][a-z0-9-]{0,63}$/;
const parameterShape = /^[A-Za-z0-9_.-]{1,64}$/;
/** Headers that something between a sender and us writes or needs. */
const takenHeaders =
  /^(?:host|connection|content-(?:type|length|encoding)|cookie|authorization|x-forwarded-.*|transfer-encoding)$/;

/** Settings as a person typed them; undefined when a name is no name. */
export function readSigning(typed: Signing): Signing | undefined {
  const fold = (name: string) => (typed.in === "header" ? name.trim().toLowerCase() : name.trim());
  const isName = (name: string) =>
    typed.in === "header"
      ? headerShape.test(name) && !takenHeaders.test(name)
      : parameterShape.test(name) && name !== "secret";
  const name = fold(typed.name);
  const timestampName = typed.timestampName === null ? null : fold(typed.timestampName);
  if (!isName(name) || (timestampName !== null && (!isName(timestampName) || timestampName === name))) return undefined;
  return { in: typed.in, name, timestampName, windowSec: Math.min(Math.max(0, typed.windowSec), maxWindowSec) };
}

// ── Keys ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The key in force, and the one before it while both are accepted. */
export interface SigningKeys {
  key: string;
  previous: string | null;
  /** Milliseconds since 1970. */
  previousUntil: number | null;
}

/** As the vault seals them. */
export const packKeys = ({ key, previous, previousUntil }: SigningKeys): string =>
  JSON.stringify({ key, previous, previousUntil });

export function unpackKeys(text: string): SigningKeys {
  const { key, previous, previousUntil } = JSON.parse(text) as SigningKeys;
  return { key, previous, previousUntil };
}

export const keysAt = (keys: SigningKeys, nowMs: number): string[] =>
  keys.previous !== null && keys.previousUntil !== null && keys.previousUntil > nowMs
    ? [keys.key, keys.previous]
    : [keys.key];
