import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  createCsvReader,
  csvRows,
  csvSeparators,
  guessEncoding,
  guessSeparator,
  type TextEncoding,
} from "./csv-read.ts";
import type { TableRow } from "./table-rows.ts";

const read = (text: string, separator: "," | ";" = ",", step = text.length || 1): TableRow[] => {
  const reader = createCsvReader(separator);
  const rows: TableRow[] = [];
  for (let at = 0; at < text.length; at += step) rows.push(...reader.push(text.slice(at, at + step)));
  return [...rows, ...reader.end()];
};
const cells = (rows: TableRow[]) => rows.map((row) => row.cells);

describe("CSV", () => {
  test("has quotes, doubled quotes, separators and line ends inside quotes, and any line end between rows", () => {
    const expected = [
      ["a", "b"],
      ['say "no"', "x,y"],
      ["two\r\nlines", ""],
    ];
    for (const end of ["\n", "\r\n"])
      expect(cells(read(`a,b${end}"say ""no""","x,y"${end}"two\r\nlines",${end}`))).toEqual(expected);
    expect(cells(read("a,b\rc,d\r"))).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
    expect(cells(read('5" pipe,x'))).toEqual([['5" pipe', "x"]]);
  });

  test("is the same however it is cut into pieces: what was written is read", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", "я", '"', ",", "\n", " ", "=", "€"), maxLength: 8 });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 9 }), fc.constantFrom("\n", "\r\n"), (rows, step, end) => {
        const written = rows.map((row) => row.map(quoted).join(",")).join(end);
        const filled = rows.filter((row) => row.some((one) => one !== ""));
        expect(cells(read(written, ",", step))).toEqual(filled);
      }),
    );
  });

  test("keeps count of lines, blank ones included, so that a report names the right one", () => {
    expect(read("a,b\n\n\n1,2").map(({ line }) => line)).toEqual([1, 4]);
  });

  test("loses one row to a quote that is never closed, and no other", () => {
    const rows = read(`1,"open\n2,b\n3,"c"\n${"4,d\n".repeat(5000)}`, ",", 1000);
    expect(rows[0]).toMatchObject({ line: 1, problem: "quote_open" });
    expect(rows[1]?.cells).toEqual(["2", "b"]);
    expect(rows.filter(({ problem }) => problem)).toHaveLength(1);
    expect(rows).toHaveLength(5003);
    expect(read('1,"open')).toMatchObject([{ problem: "quote_open" }]);
  });

  test("lines with a quote, closed or not, are read in time that grows with the file, not with its square", () => {
    const startedAt = performance.now();
    expect(read('1,"open\n'.repeat(100_000), ",", 500_000).every(({ problem }) => problem === "quote_open")).toBe(true);
    expect(createCsvReader(",").push('a"\n'.repeat(1_000_000))).toHaveLength(1_000_000);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  test("refuses rows of a million columns, endless lines and huge cells, and reads on behind them", () => {
    const million = ",".repeat(1_000_000);
    for (const [bad, problem] of [
      [million, "row_too_long"],
      [",".repeat(300), "too_many_columns"],
      ["x".repeat(1_000_000), "row_too_long"],
      [`1,${"x".repeat(5000)}`, "cell_too_long"],
      [`1,"${"x".repeat(5000)}"`, "cell_too_long"],
      [`1,"${"x".repeat(9000)}"`, "quote_open"],
      [`1,a\0b`, "unreadable"],
    ] as const) {
      const rows = read(`${bad}\n2,after`, ",", 100_000);
      expect([problem, rows.map((row) => row.problem)]).toEqual([problem, [problem, undefined]]);
      expect(rows[1]).toEqual({ line: 2, cells: ["2", "after"] });
      expect(JSON.stringify(rows[0]).length).toBeLessThan(15_000);
    }
  });
});

describe("guesses", () => {
  const text = "id;имя;місто\n123456789;Олена;Київ\n987654321;Їжак;Одеса\n";
  const utf16 = (isLittle: boolean) => {
    const bytes = new Uint8Array(text.length * 2);
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), isLittle);
    return bytes;
  };
  /** Of the letters above. */
  const cp1251 = Uint8Array.from(text, (char) => {
    const code = char.charCodeAt(0);
    if (code < 128) return code;
    const special: Record<string, number> = { і: 0xb3, ї: 0xbf, Ї: 0xaf };
    return special[char] ?? code - 0x410 + 0xc0;
  });

  test("tell encodings apart, with a mark and without, and what was guessed reads right", async () => {
    const marked = Uint8Array.from([0xef, 0xbb, 0xbf, ...new TextEncoder().encode(text)]);
    const cases: [Uint8Array, TextEncoding][] = [
      [new TextEncoder().encode(text), "utf-8"],
      [marked, "utf-8"],
      [utf16(true), "utf-16le"],
      [utf16(false), "utf-16be"],
      [Uint8Array.from([0xff, 0xfe, ...utf16(true)]), "utf-16le"],
      [cp1251, "windows-1251"],
    ];
    for (const [bytes, encoding] of cases) {
      expect(guessEncoding(bytes)).toBe(encoding);
      const pieces = async function* () {
        for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
      };
      const rows = (await Array.fromAsync(csvRows(pieces(), { encoding, separator: ";" }))).flat();
      expect(cells(rows)).toEqual([
        ["id", "имя", "місто"],
        ["123456789", "Олена", "Київ"],
        ["987654321", "Їжак", "Одеса"],
      ]);
    }
  });

  test("a wrong encoding refuses rows and not the file", async () => {
    const pieces = async function* () {
      yield cp1251;
    };
    const rows = (await Array.fromAsync(csvRows(pieces(), { encoding: "utf-8", separator: ";" }))).flat();
    expect(rows.map(({ problem }) => problem)).toEqual(["unreadable", "unreadable", "unreadable"]);
  });

  test("find the separator also where others stand in the text", () => {
    for (const separator of csvSeparators)
      expect(guessSeparator(`id${separator}name${separator}note\n1${separator}A${separator}"x, y; z|w"\n`)).toBe(
        separator,
      );
    expect(guessSeparator("id\n1\n2\n")).toBe(",");
  });
});
