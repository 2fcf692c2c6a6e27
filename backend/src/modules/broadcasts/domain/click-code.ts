/**
 * The code of one recipient and one link, as it stands in an address: 24 letters of base64url. Nothing is stored for it: the code
 * itself says whose it is, sealed so that only who holds the key can write one, and that it tells a reader nothing (a plain
 * number would tell every recipient how many messages were ever sent).
 *
 * An 80-bit tag over (recipient, link), then these two masked by what the tag gives: a synthetic IV. A guess is right once in
 * 2^80, and what it could gain is one false click: an address comes from the broadcast's own links, never from the code.
 */
import { createHmac, timingSafeEqual } from "node:crypto";

/** `link` is the number of a link in the recipient's broadcast. */
export interface Click {
  recipientId: bigint;
  link: number;
}

export interface ClickCodes {
  write(click: Click): string;
  /** Null for everything that no key of ours wrote. */
  read(code: string): Click | null;
}

const codeShape = /^[A-Za-z0-9_-]{24}$/;
const tagBytes = 10;
const idBytes = 6;
const plainBytes = idBytes + 2;

const tagOf = (key: string, plain: Buffer) => createHmac("sha256", key).update("tag").update(plain).digest();
const maskOf = (key: string, tag: Buffer) => createHmac("sha256", key).update("mask").update(tag).digest();

function masked(bytes: Buffer, mask: Buffer): Buffer {
  const result = Buffer.alloc(bytes.length);
  for (let at = 0; at < bytes.length; at++) result[at] = (bytes[at] ?? 0) ^ (mask[at] ?? 0);
  return result;
}

/** `keys`: newest first. The first writes, each of them reads. */
export function clickCodes(keys: readonly string[]): ClickCodes {
  const newest = keys[0];
  if (newest === undefined) throw new Error("codes of clicks need a key");
  return {
    write({ recipientId, link }) {
      const plain = Buffer.alloc(plainBytes);
      plain.writeUIntBE(Number(recipientId), 0, idBytes);
      plain.writeUInt16BE(link, idBytes);
      const tag = tagOf(newest, plain).subarray(0, tagBytes);
      return Buffer.concat([tag, masked(plain, maskOf(newest, tag))]).toString("base64url");
    },
    read(code) {
      if (!codeShape.test(code)) return null;
      const bytes = Buffer.from(code, "base64url");
      const tag = bytes.subarray(0, tagBytes);
      for (const key of keys) {
        const plain = masked(bytes.subarray(tagBytes), maskOf(key, tag));
        if (!timingSafeEqual(tag, tagOf(key, plain).subarray(0, tagBytes))) continue;
        return { recipientId: BigInt(plain.readUIntBE(0, idBytes)), link: plain.readUInt16BE(idBytes) };
      }
      return null;
    },
  };
}
