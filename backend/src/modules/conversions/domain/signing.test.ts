import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { checkSignature, type SignedCall } from "./check-signature.ts";
import { defaultSigning, keysAt, packKeys, readSigning, type Signing, unpackKeys } from "./signing.ts";

const key = "a key of somebody";
const nowSec = 1_790_000_000;
const plain: Signing = { in: "header", name: "x-signature", timestampName: null, windowSec: 0 };
const timed: Signing = { ...plain, timestampName: "x-timestamp", windowSec: 300 };
const bytes = (text: string) => new TextEncoder().encode(text);
const macOf = (text: string, by = key) => createHmac("sha256", by).update(text).digest();

const call = (some: { query?: string; body?: string | null; headers?: Record<string, string> }): SignedCall => ({
  query: some.query ?? "",
  header: (name) => some.headers?.[name] ?? null,
  body: some.body == null ? null : bytes(some.body),
});
const check = (made: SignedCall, how: Signing, atSec = nowSec) => checkSignature(made, how, [key], atSec * 1000);

describe("a signature", () => {
  const query = "subid=1&status=sale&campaign_name=%D0%90+%26%20b";
  const mac = macOf(query);

  test.each([
    ["hexadecimal", mac.toString("hex")],
    ["hexadecimal in capitals", mac.toString("hex").toUpperCase()],
    ["base64", mac.toString("base64")],
    ["base64 without padding", mac.toString("base64").replace("=", "")],
    ["base64 for URLs", mac.toString("base64url")],
    ["with its algorithm in front", `sha256=${mac.toString("hex")}`],
    ["with spaces around", ` ${mac.toString("hex")} `],
  ])("is accepted as %s", (_, signature) => {
    expect(check(call({ query, headers: { "x-signature": signature } }), plain)).toEqual({ ok: true, query });
  });

  test.each([
    ["is missing", {}, "signature_missing"],
    ["is empty", { "x-signature": "" }, "signature_missing"],
    ["is of another key", { "x-signature": macOf(query, "another").toString("hex") }, "signature_wrong"],
    ["is of another call", { "x-signature": macOf(`${query}&x=1`).toString("hex") }, "signature_wrong"],
    ["is cut", { "x-signature": mac.toString("hex").slice(1) }, "signature_wrong"],
    [
      "is another algorithm's",
      { "x-signature": createHmac("sha1", key).update(query).digest("hex") },
      "signature_wrong",
    ],
    ["is nonsense", { "x-signature": "💥" }, "signature_wrong"],
  ] as const)("that %s is refused", (_, headers, problem) => {
    expect(check(call({ query, headers }), plain)).toEqual({ ok: false, problem });
  });

  test("as a parameter signs the rest of the query, wherever it stands, escaped or not", () => {
    const how: Signing = { ...plain, in: "parameter", name: "sign" };
    const base64 = mac.toString("base64");
    for (const text of [base64, encodeURIComponent(base64), mac.toString("hex")])
      for (const made of [`${query}&sign=${text}`, `sign=${text}&${query}`, query.replace("&", `&sign=${text}&`)])
        expect(check(call({ query: made }), how)).toEqual({ ok: true, query });
    expect(check(call({ query: `${query}&SIGN=${base64}` }), how)).toEqual({ ok: false, problem: "signature_missing" });
  });

  test("covers the body where there is one; the query beside it proves nothing and is dropped", () => {
    const body = '{"subid":"1","payout":5}';
    const headers = { "x-signature": macOf(body).toString("hex") };
    expect(check(call({ body, headers }), plain)).toEqual({ ok: true, query: "" });
    expect(check(call({ body, query: "payout=500", headers }), plain)).toEqual({ ok: true, query: "" });
    expect(check(call({ body: `${body} `, headers }), plain)).toMatchObject({ ok: false });
    expect(check(call({ body: "", query, headers: { "x-signature": mac.toString("hex") } }), plain)).toEqual({
      ok: true,
      query,
    });
  });

  test("of bytes that are no text is as good as any", () => {
    const body = Uint8Array.of(0, 255, 128, 10, 13);
    const signature = createHmac("sha256", key).update(body).digest("hex");
    const made = { query: "", body, header: () => signature };
    expect(check(made, plain)).toEqual({ ok: true, query: "" });
  });

  test("no key accepts nothing", () => {
    const made = call({ query, headers: { "x-signature": mac.toString("hex") } });
    expect(checkSignature(made, plain, [], 0)).toEqual({ ok: false, problem: "signature_wrong" });
  });

  test("whatever is changed in a signed call, it is refused", () => {
    const text = fc.string({ unit: "grapheme-ascii", maxLength: 30 });
    fc.assert(
      fc.property(text, text, fc.boolean(), (first, second, isBody) => {
        fc.pre(first !== second && first !== "" && second !== "");
        const headers = { "x-signature": macOf(first).toString("base64") };
        const sent = (what: string) => call(isBody ? { body: what, headers } : { query: what, headers });
        expect(check(sent(first), plain).ok).toBe(true);
        expect(check(sent(second), plain).ok).toBe(false);
      }),
    );
  });
});

describe("the moment of signing", () => {
  const query = "subid=1";
  const at = (stamp: string, how = timed) =>
    check(
      call({ query, headers: { "x-signature": macOf(`${stamp}.${query}`).toString("hex"), "x-timestamp": stamp } }),
      how,
    );

  test("may lie within the window, before or after, in seconds or milliseconds", () => {
    for (const stamp of [nowSec, nowSec - 300, nowSec + 300, nowSec * 1000])
      expect(at(String(stamp))).toEqual({ ok: true, query });
  });

  test("a day off is refused when there is a window, and accepted when there is none", () => {
    for (const off of [-86_400, 86_400, 301, -301]) {
      expect(at(String(nowSec + off))).toEqual({ ok: false, problem: "signature_expired" });
      expect(at(String(nowSec + off), { ...timed, windowSec: 0 })).toEqual({ ok: true, query });
    }
  });

  test("is signed itself: a fresh one beside an old signature is wrong", () => {
    const headers = { "x-signature": macOf(`${nowSec - 900}.${query}`).toString("hex"), "x-timestamp": String(nowSec) };
    expect(check(call({ query, headers }), timed)).toEqual({ ok: false, problem: "signature_wrong" });
  });

  test("missing or unreadable, it is refused like a missing or wrong signature", () => {
    const signature = { "x-signature": macOf(query).toString("hex") };
    expect(check(call({ query, headers: signature }), timed)).toEqual({ ok: false, problem: "signature_missing" });
    for (const stamp of ["soon", "1", "2026-01-01", "9".repeat(40)])
      expect(at(stamp)).toEqual({ ok: false, problem: "signature_wrong" });
  });

  test("as a parameter stays in what is signed and in what is stored", () => {
    const how: Signing = { in: "parameter", name: "sign", timestampName: "at", windowSec: 60 };
    const signed = `subid=1&at=${nowSec}`;
    const made = `${signed}&sign=${macOf(`${nowSec}.${signed}`).toString("hex")}`;
    expect(check(call({ query: made }), how)).toEqual({ ok: true, query: signed });
  });
});

describe("settings", () => {
  test("names are folded as they are compared; a window stays within a day", () => {
    expect(readSigning({ ...timed, name: " X-Sign ", windowSec: 1e9 })).toEqual({
      in: "header",
      name: "x-sign",
      timestampName: "x-timestamp",
      windowSec: 86_400,
    });
    expect(readSigning({ ...plain, in: "parameter", name: "Sign" })).toMatchObject({ name: "Sign" });
    expect(readSigning(defaultSigning)).toEqual(defaultSigning);
  });

  test.each([
    ["an empty name", { ...plain, name: " " }],
    ["a name with a space", { ...plain, name: "x signature" }],
    ["a header that others write", { ...plain, name: "X-Forwarded-For" }],
    ["a header that is a credential", { ...plain, name: "Authorization" }],
    ["the parameter that holds the secret", { ...plain, in: "parameter" as const, name: "secret" }],
    ["a parameter that needs escaping", { ...plain, in: "parameter" as const, name: "a&b" }],
    ["one name for both", { ...timed, timestampName: "X-Signature" }],
  ])("%s is refused", (_, typed) => {
    expect(readSigning(typed)).toBeUndefined();
  });

  test("keys survive sealing; the one before is accepted until its end", () => {
    const keys = unpackKeys(packKeys({ key: "new", previous: "old", previousUntil: 1_000 }));
    expect(keysAt(keys, 999)).toEqual(["new", "old"]);
    expect(keysAt(keys, 1_000)).toEqual(["new"]);
    expect(keysAt({ key: "new", previous: null, previousUntil: null }, 0)).toEqual(["new"]);
  });
});
