import { expect, test } from "bun:test";
import { inflateSync } from "node:zlib";
import { pdfResponse } from "./pdf.ts";

const at = new Date("2026-11-21T10:00:00Z");

/** Text of a PDF as a reader would copy it: letters are glyph numbers there, and each font says what its numbers mean. */
function textOf(bytes: Uint8Array): string {
  const file = Buffer.from(bytes).toString("latin1");
  const streams = [...file.matchAll(/stream\n([\s\S]*?)\nendstream/g)].flatMap(([, body = ""]) => {
    try {
      return [inflateSync(Buffer.from(body, "latin1")).toString("latin1")];
    } catch {
      return [];
    }
  });
  // The same letters may have other numbers in the bold font: each map is tried, and what it knows is kept apart.
  const maps = streams
    .filter((stream) => stream.includes("beginbfrange"))
    .map((stream) => {
      const map = new Map<number, string>();
      for (const [, first = "", list = ""] of stream.matchAll(/<([0-9a-f]+)> <[0-9a-f]+> \[([^\]]*)\]/g))
        [...list.matchAll(/<([0-9a-f ]+)>/g)].forEach(([, hex = ""], n) => {
          const units = hex.replaceAll(" ", "").match(/.{4}/g) ?? [];
          map.set(Number.parseInt(first, 16) + n, String.fromCharCode(...units.map((one) => Number.parseInt(one, 16))));
        });
      return map;
    });
  const lines = streams
    .filter((stream) => stream.includes("BT"))
    .flatMap((stream) => [...stream.matchAll(/\[((?:<[0-9a-f]+>\s*-?[\d.]*\s*)+)\] TJ/g)])
    .map(([, parts = ""]) => [...parts.matchAll(/<([0-9a-f]+)>/g)].flatMap(([, hex = ""]) => hex.match(/.{4}/g) ?? []));
  return maps
    .map((map) => lines.map((line) => line.map((one) => map.get(Number.parseInt(one, 16)) ?? "").join("")).join("\n"))
    .join("\n");
}

test("a report in Ukrainian is read back letter by letter, and its type, name and language are said", async () => {
  const answer = await pdfResponse("report", {
    title: "Звіт",
    language: "uk",
    at,
    draw(sheet) {
      sheet.title("Ґанок, Їжак і Єва", "Початок: 21 листопада");
      sheet.figures([{ name: "Надіслано", value: "12 400", note: "99,1 %" }]);
      sheet.heading("Посилання");
      sheet.table(
        [
          { title: "Адреса", share: 0.7 },
          { title: "Люди", share: 0.3, isNumber: true },
        ],
        [["https://приклад.укр", "7"]],
      );
      sheet.bars([1, 5, 0], { from: "08:00", to: "10:00", most: "5" });
    },
  });
  expect(answer.headers.get("content-type")).toBe("application/pdf");
  expect(answer.headers.get("content-disposition")).toBe('attachment; filename="report.pdf"');
  const bytes = await answer.bytes();
  const text = textOf(bytes);
  for (const said of ["Ґанок, Їжак і Єва", "Початок: 21 листопада", "Надіслано", "Посилання", "https://приклад.укр"])
    expect(text).toContain(said);
  expect(Buffer.from(bytes).toString("latin1")).toContain("/Lang (uk)");
  // Only the letters used: the two fonts have 1.4 MB.
  expect(bytes.length).toBeLessThan(60_000);
});

test("a long table goes on to as many pages as it needs, and loses no row", async () => {
  const answer = await pdfResponse("report", {
    title: "Long",
    language: "en",
    at,
    draw(sheet) {
      sheet.table(
        [{ title: "Row", share: 1 }],
        Array.from({ length: 120 }, (_, n) => [`row ${n} end`]),
      );
    },
  });
  const bytes = await answer.bytes();
  const text = textOf(bytes);
  for (let n = 0; n < 120; n++) expect(text).toContain(`row ${n} end`);
  expect(
    Buffer.from(bytes)
      .toString("latin1")
      .match(/\/Type \/Page\b/g)?.length,
  ).toBeGreaterThan(2);
});
