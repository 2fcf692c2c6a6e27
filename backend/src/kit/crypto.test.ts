import { describe, expect, test } from "bun:test";
import { createVault, maskSecret, randomToken, sameSecret } from "./crypto.ts";

const first = "a-first-secret-of-more-than-32-characters";
const second = "another-secret-of-more-than-32-characters";

describe("secrets at rest", () => {
  test("what was sealed can be opened, and no two seals of it look alike", () => {
    const vault = createVault(first);
    const sealed = vault.seal("1234:token");
    expect(vault.open(sealed)).toBe("1234:token");
    expect(vault.seal("1234:token")).not.toBe(sealed);
    expect(sealed).not.toContain("token");
  });
  test("a changed byte is noticed", () => {
    const vault = createVault(first);
    const parts = vault.seal("secret").split(".");
    const bytes = Buffer.from(parts[3] as string, "base64url");
    bytes[0] = (bytes[0] as number) ^ 1;
    expect(() => vault.open([...parts.slice(0, 3), bytes.toString("base64url")].join("."))).toThrow();
  });
  test("after rotation old seals open, look-ups find old hashes, and old seals say that they are stale", () => {
    const old = createVault(first);
    const rotated = createVault(`${second},${first}`);
    const sealed = old.seal("x");
    expect(rotated.open(sealed)).toBe("x");
    expect(rotated.isStale(sealed)).toBe(true);
    expect(rotated.isStale(rotated.seal("x"))).toBe(false);
    expect(rotated.lookupHashes("key", "abc")).toContain(old.lookupHash("key", "abc"));
  });
  test("without its key a seal stays shut", () => {
    expect(() => createVault(second).open(createVault(first).seal("x"))).toThrow();
  });
  test("the same secret hashes differently for different purposes", () => {
    const vault = createVault(first);
    expect(vault.lookupHash("api-key", "abc")).not.toBe(vault.lookupHash("invitation", "abc"));
  });
  test("tokens are url-safe and do not repeat; masks do not tell", () => {
    const tokens = new Set(Array.from({ length: 1_000 }, () => randomToken()));
    expect(tokens.size).toBe(1_000);
    for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{32}$/);
    expect(maskSecret("12345678")).toBe("…");
    expect(maskSecret("1234567890Ab9")).toBe("1234…Ab9");
    expect(sameSecret("abc", "abc")).toBe(true);
    expect(sameSecret("abc", "abd")).toBe(false);
    expect(sameSecret("abc", "abcd")).toBe(false);
  });
});
