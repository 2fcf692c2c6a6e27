import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * Secrets at rest. Two forms: `seal` for what we must read back (AES-256-GCM, the key's id travels with the text, so keys can
 * be rotated), `lookupHash` for what we only look up (keyed, so a dump alone cannot be searched).
 */
export interface Vault {
  seal(plain: string): string;
  /** Throws UnreadableSecret when the key that sealed it is not in SECRETS_KEY any more, or when the text was tampered with. */
  open(sealed: string): string;
  lookupHash(purpose: string, secret: string): string;
  /** Under every known key, newest first: look up with all of them, so that rotation locks nobody out. */
  lookupHashes(purpose: string, secret: string): string[];
  /** True when `sealed` should be sealed again with the newest key (the rotation command asks this). */
  isStale(sealed: string): boolean;
}

/** Nobody can read it any more: it has to be entered again. */
export class UnreadableSecret extends Error {
  override readonly name = "UnreadableSecret";
}

interface Key {
  id: string;
  seal: Buffer;
  hash: Buffer;
}

const derive = (secret: string, use: string) => Buffer.from(hkdfSync("sha256", secret, "switchboard", use, 32));

/**
 * `secretsKey` is SECRETS_KEY: one or more secrets of at least 32 characters separated by commas, newest first. Old ones stay
 * listed until `bun run secrets:rotate` has sealed everything anew.
 */
export function createVault(secretsKey: string): Vault {
  const keys: Key[] = secretsKey
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean)
    .map((secret) => ({
      id: derive(secret, "id").subarray(0, 4).toString("hex"),
      seal: derive(secret, "seal"),
      hash: derive(secret, "hash"),
    }));
  const newest = keys[0];
  if (!newest) throw new Error("SECRETS_KEY is empty");
  const hashWith = (key: Key, purpose: string, secret: string) =>
    createHmac("sha256", key.hash).update(`${purpose}\0${secret}`).digest("base64url");
  return {
    seal(plain) {
      const iv = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", newest.seal, iv);
      const sealed = Buffer.concat([cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return `v1.${newest.id}.${iv.toString("base64url")}.${sealed.toString("base64url")}`;
    },
    open(sealed) {
      const [version, keyId, iv, data] = sealed.split(".");
      const key = keys.find((candidate) => candidate.id === keyId);
      if (version !== "v1" || !key || !iv || !data)
        throw new UnreadableSecret("sealed with a key that SECRETS_KEY no longer lists");
      const bytes = Buffer.from(data, "base64url");
      try {
        const decipher = createDecipheriv("aes-256-gcm", key.seal, Buffer.from(iv, "base64url"));
        decipher.setAuthTag(bytes.subarray(bytes.length - 16));
        return Buffer.concat([decipher.update(bytes.subarray(0, bytes.length - 16)), decipher.final()]).toString(
          "utf8",
        );
      } catch (cause) {
        throw new UnreadableSecret("not what was sealed", { cause });
      }
    },
    lookupHash: (purpose, secret) => hashWith(newest, purpose, secret),
    lookupHashes: (purpose, secret) => keys.map((key) => hashWith(key, purpose, secret)),
    isStale: (sealed) => sealed.split(".")[1] !== newest.id,
  };
}

/** Random text safe in URLs; 24 bytes = 192 bits by default, 32 characters. */
export const randomToken = (bytes = 24): string => randomBytes(bytes).toString("base64url");

/** Compares without telling by its time where the difference is. Lengths may show. */
export function sameSecret(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** What a person may see of a secret: `1234…Ab9`. */
export const maskSecret = (secret: string): string =>
  secret.length <= 8 ? "…" : `${secret.slice(0, 4)}…${secret.slice(-3)}`;
