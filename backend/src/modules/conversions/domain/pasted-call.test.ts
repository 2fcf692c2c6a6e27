import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readPastedCall } from "./pasted-call.ts";

const read = (text: string) => readPastedCall(text);

describe("a pasted call", () => {
  test.each([
    [
      "https://our.example/in/SECRET?subid=1&status=sale",
      { understoodAs: "address", method: "GET", path: "/in/…", query: "subid=1&status=sale" },
    ],
    [
      "http://h:8080/integrations/keitaro/postback?secret=S&subid=1",
      { understoodAs: "address", path: "/integrations/keitaro/postback", query: "subid=1" },
    ],
    ["/in/SECRET?subid=1", { understoodAs: "address", path: "/in/…", query: "subid=1" }],
    ["?subid=1&status=a b", { understoodAs: "query", method: "GET", query: "subid=1&status=a b" }],
    ["subid=1", { understoodAs: "query", query: "subid=1" }],
    ['{"subid":"1"}', { understoodAs: "body", method: "POST", contentType: "application/json", body: '{"subid":"1"}' }],
    [
      "POST /in/SECRET?a=1 HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n\r\nsubid=2",
      { method: "POST", path: "/in/…", query: "a=1", contentType: "text/plain", body: "subid=2" },
    ],
    [
      "curl 'https://our.example/in/S?subid=1&status=sale'",
      { understoodAs: "curl", method: "GET", query: "subid=1&status=sale" },
    ],
    [
      "curl -X POST https://h/in/S -H 'Content-Type: application/json' -d '{\"a\":\"it\"}'",
      { method: "POST", contentType: "application/json", body: '{"a":"it"}' },
    ],
    [
      'curl https://h/in/S \\\n  -d subid=1 \\\n  --data-raw "status=\\"sale\\""',
      { method: "POST", contentType: "application/x-www-form-urlencoded", body: 'subid=1&status="sale"' },
    ],
    ["curl -G https://h/in/S -d subid=1 -d status=sale", { method: "GET", query: "subid=1&status=sale", body: null }],
    ["hello there", { understoodAs: "body", method: "POST", body: "hello there" }],
  ])("%j is understood", (text, expected) => {
    expect(read(text)).toMatchObject(expected);
  });

  test("of nothing is nothing", () => {
    for (const text of ["", "  \n ", "\uFEFF"]) expect(read(text)).toBeNull();
  });

  test("never carries the secret of an address, and reading never fails", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (noise) => {
        for (const text of [noise, `curl ${noise}`, `https://h/in/S3CR3T?${noise}`, `GET /in/S3CR3T?${noise}`]) {
          const call = read(text);
          expect(call?.path ?? "").not.toContain("S3CR3T");
        }
      }),
    );
  });
});
