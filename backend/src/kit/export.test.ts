import { describe, expect, test } from "bun:test";
import { readXlsx } from "hucre/xlsx";
import {
  type Cell,
  type ExportColumn,
  type ExportTable,
  exportResponse,
  exportTable,
  isRisky,
  wallClock,
} from "./export.ts";
import { columnName, xmlText } from "./xlsx.ts";

const text: ExportColumn = { title: "Name", kind: "text" };
const number: ExportColumn = { title: "Amount", kind: "number" };
const moment: ExportColumn = { title: "When", kind: "moment" };
const table = (some: Partial<ExportTable>): ExportTable => ({
  format: "csv",
  columns: [text],
  pages: [],
  timeZone: "UTC",
  title: "Table",
  ...some,
});
const bytesOf = async (some: Partial<ExportTable>) =>
  new Uint8Array(await new Response(exportTable(table(some))).arrayBuffer());
const csvOf = async (some: Partial<ExportTable>) =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(await bytesOf(some));
const sheetOf = async (some: Partial<ExportTable>) => {
  const { sheets } = await readXlsx(await bytesOf({ format: "xlsx", ...some }));
  return sheets;
};

/** Beginnings of formulas, as strangers send them. */
const attacks = [
  "=1+1",
  "+1+1",
  "-1+1",
  "@SUM(A1)",
  "\t=1+1",
  "\r=1+1",
  '"=1+1',
  '"=HYPERLINK(""http://evil.example"",""x"")',
  " =1+1",
  "\n=1+1",
  "＝1+1",
  "=cmd|' /C calc'!A0",
  "-2+3+cmd|' /C calc'!A0",
];

/** A CSV reader by the book: RFC 4180. */
function readCsv(content: string, separator: string): string[][] {
  const rows: string[][] = [[]];
  let cell = "";
  let isQuoted = false;
  for (let at = 0; at < content.length; at++) {
    const character = content[at];
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (content[at + 1] === '"') {
        cell += '"';
        at++;
      } else isQuoted = false;
    } else if (character === '"') isQuoted = true;
    else if (character === separator || content.startsWith("\r\n", at)) {
      rows.at(-1)?.push(cell);
      cell = "";
      if (character !== separator) {
        at++;
        rows.push([]);
      }
    } else cell += character;
  }
  return rows.slice(0, -1);
}

describe("CSV", () => {
  test("begins with the mark that makes Excel read UTF-8, and ends lines as RFC 4180 says", async () => {
    const content = await csvOf({ pages: [[["Кампанія"]]] });
    expect(content).toBe("\ufeffName\r\nКампанія\r\n");
  });

  test("no text of a stranger becomes a formula", async () => {
    for (const separator of ["comma", "semicolon"] as const) {
      const content = await csvOf({ separator, pages: [attacks.map((attack) => [attack])] });
      const cells = readCsv(content.slice(1), separator === "comma" ? "," : ";").slice(1);
      expect(cells.map(([cell]) => cell)).toEqual(attacks.map((attack) => `'${attack}`));
    }
  });

  test("a heading is guarded like any text", async () => {
    expect(await csvOf({ columns: [{ title: "=1", kind: "text" }] })).toBe("\ufeff'=1\r\n");
  });

  test("numbers stay numbers, negative ones too; what is none is text", async () => {
    const cells: Cell[] = [
      "1240.50",
      "-5",
      12,
      -0.5,
      "12345678901234567890.123456789",
      "=1",
      "1e5",
      "-1+1",
      Number.NaN,
    ];
    const content = await csvOf({ columns: [number], pages: [cells.map((cell) => [cell])] });
    expect(content.slice(1).split("\r\n").slice(1, -1)).toEqual([
      "1240.50",
      "-5",
      "12",
      "-0.5",
      "12345678901234567890.123456789",
      "'=1",
      "1e5",
      "'-1+1",
      "NaN",
    ]);
  });

  test("between semicolons the decimal mark is a comma, as where such files are read", async () => {
    const content = await csvOf({ separator: "semicolon", columns: [number, text], pages: [[["1240.50", "1.5"]]] });
    expect(content).toBe("\ufeffAmount;Name\r\n1240,50;1.5\r\n");
  });

  test("any text comes back as it was", async () => {
    const random = seeded(7);
    const alphabet = [...('abc,;"\r\n \t=+-@' + "'йї𝄞")];
    for (let n = 0; n < 300; n++) {
      const value = Array.from(
        { length: 1 + Math.floor(random() * 12) },
        () => alphabet[Math.floor(random() * alphabet.length)],
      ).join("");
      const [, [read] = []] = readCsv((await csvOf({ columns: [text, text], pages: [[[value, "x"]]] })).slice(1), ",");
      expect(read).toBe(isRisky(value) ? `'${value}` : value);
    }
  });

  test("moments stand in the zone that was asked for", async () => {
    const pages = [
      [[new Date("2026-07-01T21:30:15Z")], [new Date("2026-12-01T21:30:15Z")], [null], [new Date(Number.NaN)]],
    ];
    expect(await csvOf({ columns: [moment], timeZone: "Europe/Kyiv", pages })).toBe(
      "\ufeffWhen\r\n2026-07-02 00:30:15\r\n2026-12-01 23:30:15\r\n\r\n\r\n",
    );
  });
});

describe("XLSX", () => {
  test("keeps text as text, whatever it begins with, and numbers and moments as such", async () => {
    const rows: Cell[][] = [
      ...attacks.map((attack): Cell[] => [attack, null, null]),
      ["Їжак & <b>", "120.50", new Date("2026-11-21T22:00:00Z")],
      ["_x0041_ a\u0001b", "-7", null],
      [null, "12345678901234567890.5", null],
    ];
    const [sheet] = await sheetOf({
      columns: [text, number, moment],
      timeZone: "Europe/Kyiv",
      pages: [rows],
      title: "Conversions",
    });
    expect(sheet?.name).toBe("Conversions");
    const [head, ...read] = sheet?.rows ?? [];
    expect(head).toEqual(["Name", "Amount", "When"]);
    expect(read.slice(0, attacks.length).map(([cell]) => cell)).toEqual(attacks);
    const [full = [], odd = [], long] = read.slice(attacks.length);
    expect(full.slice(0, 2)).toEqual(["Їжак & <b>", 120.5]);
    expect(full[2]).toEqual(new Date("2026-11-22T00:00:00Z"));
    // The reader shows the escape; Excel reads "_x005F_" as the underscore that it stands for.
    expect(odd.slice(0, 2)).toEqual([expect.stringMatching(/^_(x005F_)?x0041_ ab$/), -7]);
    expect(long?.[1]).toBe("12345678901234567890.5");
  });

  test("is an archive that other programs open", async () => {
    const bytes = await bytesOf({ format: "xlsx", pages: [[["a"], ["b"]]] });
    const listed = Bun.spawnSync(
      [
        "python3",
        "-c",
        "import sys,zipfile,io; z=zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())); print(z.testzip(), len(z.namelist()))",
      ],
      { stdin: bytes },
    );
    // A machine without Python has the reader of the other tests as its only witness.
    if (listed.exitCode === 0) expect(listed.stdout.toString().trim()).toBe("None 6");
    expect(bytes.length).toBeGreaterThan(500);
  });

  test("begins another sheet where a program's last row is", async () => {
    async function* pages() {
      for (let n = 0; n < 1_050; n++) yield Array.from({ length: 1_000 }, () => ["x"] as Cell[]);
    }
    const bytes = await bytesOf({ format: "xlsx", pages: pages() });
    const names = await readXlsx(bytes, { sheets: [1] }).then(({ sheets }) =>
      sheets.map(({ name, rows }) => [name, rows.length]),
    );
    expect(names).toEqual([["Table 2", 1 + 1_050_000 - 1_048_575]]);
  }, 60_000);

  test("an empty table has its heading", async () => {
    const [sheet] = await sheetOf({ columns: [text, number] });
    expect(sheet?.rows).toEqual([["Name", "Amount"]]);
  });

  test("names columns as spreadsheets do", () => {
    expect([0, 25, 26, 51, 52, 701, 702].map(columnName)).toEqual(["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
  });

  test("holds no character that XML refuses, and cuts what no cell can hold", () => {
    expect(xmlText("a\u0000\u0008\ufffe\ud800b")).toBe("a\ufffdb");
    expect(xmlText("x".repeat(40_000)).length).toBe(32_767);
  });
});

describe("the stream", () => {
  test("reads pages only as its reader takes them, and ends reading when he goes", async () => {
    let read = 0;
    let isEnded = false;
    async function* pages() {
      try {
        for (;;) {
          read++;
          yield Array.from({ length: 500 }, (_, n) => [`row ${n} ${"x".repeat(200)}`] as Cell[]);
        }
      } finally {
        isEnded = true;
      }
    }
    for (const format of ["csv", "xlsx"] as const) {
      read = 0;
      isEnded = false;
      const reader = exportTable(table({ format, pages: pages() })).getReader();
      await reader.read();
      await reader.read();
      // However long he waits, it stands still: at some time for a while, and then for good.
      for (let before = -1; before !== read; await Bun.sleep(250)) before = read;
      expect(read).toBeLessThan(1_000);
      await reader.cancel();
      await until(() => isEnded);
    }
  });

  test("breaks off when a page cannot be read, so that half a table is not taken for a whole one", async () => {
    async function* pages() {
      yield [["a"]];
      throw new Error("the database is away");
    }
    for (const format of ["csv", "xlsx"] as const)
      await expect(bytesOf({ format, pages: pages() })).rejects.toThrow("the database is away");
  });

  test("is answered as a file that nobody keeps", () => {
    const { headers } = exportResponse("conversions-2026-11-21", table({}));
    expect(headers.get("content-disposition")).toBe('attachment; filename="conversions-2026-11-21.csv"');
    expect([headers.get("cache-control"), headers.get("x-content-type-options")]).toEqual(["no-store", "nosniff"]);
  });
});

test("the wall clock follows every change of the clocks", () => {
  const wall = wallClock("Europe/Kyiv");
  const shown = (iso: string) => new Date(wall(new Date(iso))).toISOString().slice(0, 16);
  expect(shown("2026-03-29T00:59:59Z")).toBe("2026-03-29T02:59");
  expect(shown("2026-03-29T01:00:00Z")).toBe("2026-03-29T04:00");
  expect(shown("2026-10-25T00:59:59Z")).toBe("2026-10-25T03:59");
  expect(shown("2026-10-25T01:00:00Z")).toBe("2026-10-25T03:00");
  expect(new Date(wallClock("Asia/Kathmandu")(new Date("2026-01-01T00:00:00Z"))).toISOString()).toBe(
    "2026-01-01T05:45:00.000Z",
  );
});

/** Waits for what must come; the test's own time limit says when it did not. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await Bun.sleep(5);
}

/** Numbers that look random and are the same every time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
