import { describe, expect, test } from "bun:test";
import { curlOf, encodeQuery, escapeCp1251, newClick, SAMPLES, sampleParameters } from "./postbacks.ts";

const click = { subid: "abc", tid: "7" };
const valueIn = (id: (typeof SAMPLES)[number], name: string) =>
  sampleParameters(id, click).find((parameter) => parameter.name === name)?.value;

describe("samples", () => {
  test("of one click share its subid, so that together they tell one story", () => {
    for (const id of SAMPLES) expect(valueIn(id, "subid")).toBe("abc");
  });

  test("a correction repeats the deposit with another amount, a rebill has its own tid", () => {
    expect([valueIn("correction", "tid"), valueIn("correction", "status")]).toEqual(["7", "sale"]);
    expect(valueIn("correction", "conversion_revenue")).not.toBe(valueIn("deposit", "conversion_revenue"));
    expect(valueIn("rebill", "tid")).not.toBe("7");
  });

  test("two clicks are two visitors", () => {
    expect(newClick().subid).not.toBe(newClick().subid);
  });
});

describe("encoding", () => {
  test("windows-1251 escapes are what a tracker with that macro sends", () => {
    const bytes = Uint8Array.from(
      escapeCp1251("Весна Київ №1 & ґ").replaceAll(/%([0-9A-F]{2})|./g, (whole, hex) =>
        String.fromCharCode(hex ? Number.parseInt(hex, 16) : whole.charCodeAt(0)),
      ),
      (char) => char.charCodeAt(0),
    );
    expect(new TextDecoder("windows-1251").decode(bytes)).toBe("Весна Київ №1 & ґ");
  });

  test("separators inside values do not break the query, and nameless rows stay out", () => {
    const rows = [
      { name: "a", value: "1&b=2 #" },
      { name: "", value: "x" },
    ];
    expect(encodeQuery(rows, "utf-8")).toBe("a=1%26b%3D2%20%23");
  });

  test("the command line joins the address by what it already has", () => {
    expect(curlOf("http://h/in/s", { method: "GET", query: "a=1" })).toBe("curl 'http://h/in/s?a=1'");
    expect(curlOf("http://h/p?secret=s", { method: "GET", query: "a=1" })).toBe("curl 'http://h/p?secret=s&a=1'");
    expect(curlOf("http://h/in/s", { method: "POST", query: "a=1" })).toBe("curl -X POST 'http://h/in/s' --data 'a=1'");
  });
});
