import { describe, expect, test } from "bun:test";
import { crc32, deflateRawSync } from "node:zlib";
import { writeXlsx } from "hucre/xlsx";
import { exportTable } from "./export.ts";
import { TableError, type TableRow } from "./table-rows.ts";
import { xlsxRows } from "./xlsx-read.ts";
import type { StoredFile } from "./zip-read.ts";

const stored = (bytes: Uint8Array): StoredFile => ({
  size: bytes.length,
  async *stream(from) {
    for (let at = from; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
  },
});
const rowsOf = async (bytes: Uint8Array): Promise<TableRow[]> =>
  (await Array.fromAsync(xlsxRows(stored(bytes)))).flat();
async function problemOf(bytes: Uint8Array): Promise<string> {
  try {
    await rowsOf(bytes);
  } catch (error) {
    if (error instanceof TableError) return error.problem;
    throw error;
  }
  return "none";
}

interface Part {
  name: string;
  data: Uint8Array | string;
  /** What the archive says of its size, when that is a lie. */
  declared?: number;
  isLocked?: boolean;
}

/** An archive made by hand, so that it may lie. */
function zipOf(parts: readonly Part[]): Uint8Array {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, declared, isLocked } of parts) {
    const plain = Buffer.from(data as Uint8Array);
    const packed = deflateRawSync(plain);
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(isLocked ? 1 : 0, 2);
    head.writeUInt16LE(8, 4);
    head.writeUInt32LE(crc32(plain), 10);
    head.writeUInt32LE(packed.length, 14);
    head.writeUInt32LE(declared ?? plain.length, 18);
    head.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), head, Buffer.from(name), packed]);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), head, entry, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, list, end]);
}

const workbook = '<workbook><sheets><sheet name="One" sheetId="1" r:id="rId7"/></sheets></workbook>';
const relations = `<Relationships><Relationship Id="rId7" Type="x/worksheet" Target="worksheets/data.xml"/>
  <Relationship Id="rId8" Type="x/sharedStrings" Target="/xl/words.xml"/></Relationships>`;
const book = (sheet: Omit<Part, "name">, texts: Omit<Part, "name"> = { data: "<sst/>" }) =>
  zipOf([
    { name: "xl/workbook.xml", data: workbook },
    { name: "xl/_rels/workbook.xml.rels", data: relations },
    { name: "xl/worksheets/data.xml", ...sheet },
    { name: "xl/words.xml", ...texts },
  ]);
const sheet = (rows: string) => `<worksheet><sheetData>${rows}</sheetData></worksheet>`;

describe("a sheet", () => {
  test("written by another program is read: shared texts, numbers, truths, gaps", async () => {
    const bytes = await writeXlsx({
      sheets: [
        {
          name: "People",
          rows: [
            ["id", "name", "ok"],
            [7000000001, "Їжак & <b>", true],
            [7000000002, null, false],
          ],
        },
        { name: "Other", rows: [["x"]] },
      ],
    });
    expect(await rowsOf(bytes)).toEqual([
      { line: 1, cells: ["id", "name", "ok"] },
      { line: 2, cells: ["7000000001", "Їжак & <b>", "true"] },
      expect.objectContaining({ line: 3 }),
    ]);
  });

  test("written by us is read as it was", async () => {
    const values = ["=1+1", "a_x0041_b", " edge ", "two\nlines", "7000000001", "Ґанок €"];
    const table = exportTable({
      format: "xlsx",
      columns: values.map((title) => ({ title, kind: "text" })),
      pages: [[values]],
      timeZone: "UTC",
      title: "T",
    });
    const rows = await rowsOf(new Uint8Array(await new Response(table).arrayBuffer()));
    expect(rows.map(({ cells }) => cells)).toEqual([values, values]);
  });

  test("gives what formulas show and never their text, and expands no entity that the file declares", async () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>`;
    const rows = await rowsOf(
      book(
        {
          data: `${bomb}${sheet(
            `<row r="3"><c r="A3" t="str"><f>HYPERLINK("http://x")</f><v>shown</v></c><c r="C3" t="s"><v>1</v></c>
             <c r="D3"><v>5.123456789E9</v></c><c r="E3" t="e"><v>#REF!</v></c><c r="F3" t="inlineStr"><is><t>&b;&#1110;&amp;</t></is></c></row>
             <row r="4"/><row r="9"><c t="s"><v>99</v></c><c t="b"><v>1</v></c></row>`,
          )}`,
        },
        { data: `<sst><si><t>zero</t></si><si><r><t>o</t></r><r><t>ne</t></r><rPh><t>aloud</t></rPh></si></sst>` },
      ),
    );
    expect(rows).toEqual([
      { line: 3, cells: ["shown", "", "one", "5123456789", "", "&b;і&"] },
      { line: 9, cells: ["", "true"] },
    ]);
  });

  test("with prefixed names, as some programs write them", async () => {
    const xml = `<x:worksheet><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c><x:c r="B1"><x:v>2</x:v></x:c></x:row></x:sheetData></x:worksheet>`;
    expect(await rowsOf(book({ data: xml }))).toEqual([{ line: 1, cells: ["a", "2"] }]);
  });

  test("with a row of too many columns or a huge cell refuses the row", async () => {
    const wide = Array.from({ length: 300 }, () => "<c><v>1</v></c>").join("");
    const huge = `<c t="inlineStr"><is><t>${"x".repeat(5000)}</t></is></c>`;
    const rows = await rowsOf(book({ data: sheet(`<row>${wide}</row><row>${huge}</row><row><c><v>3</v></c></row>`) }));
    expect(rows.map(({ problem }) => problem)).toEqual(["too_many_columns", "cell_too_long", undefined]);
  });
});

describe("an archive that is no table", () => {
  test("is refused, and says what it is", async () => {
    expect(await problemOf(new TextEncoder().encode("PK\x03\x04 and nothing"))).toBe("damaged");
    expect(await problemOf(zipOf([{ name: "a.txt", data: "x" }]))).toBe("not_a_table");
    expect(
      await problemOf(zipOf([{ name: "inner.zip", data: zipOf([{ name: "xl/workbook.xml", data: workbook }]) }])),
    ).toBe("not_a_table");
    expect(await problemOf(book({ data: "x", isLocked: true }))).toBe("encrypted");
    expect(await problemOf(book({ data: sheet("") }).subarray(0, 300))).toBe("damaged");
  });

  test("in which a million columns stand in one row is refused before they are read", async () => {
    const row = `<row>${"<c><v>1</v></c>".repeat(1_000_000)}</row>`;
    expect(await problemOf(book({ data: sheet(row) }))).toBe("row_too_long");
  });
});

describe("a bomb", () => {
  test("that says it unpacks to 5 GB is refused before a byte is unpacked", async () => {
    const bytes = book({ data: sheet(""), declared: 0xffff_ffff });
    expect(await problemOf(bytes)).toBe("unpacks_too_large");
    expect(await problemOf(book({ data: sheet(""), declared: 1_100_000_000 }))).toBe("unpacks_too_large");
  });

  test("that lies about its size ends where the lie is found", async () => {
    const zeros = Buffer.alloc(200 * 1024 * 1024);
    const bytes = book({ data: zeros, declared: 5_000_000 });
    expect(bytes.length).toBeLessThan(300_000);
    const before = process.memoryUsage().rss;
    expect(await problemOf(bytes)).toBe("damaged");
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });

  test("of tags that never end is read in time that grows with the file, not with its square", async () => {
    const many = (tag: string) => tag.repeat(100_000);
    const inCell = (xml: string) => ({ data: sheet(`<row><c t="inlineStr">${xml}</c></row>`) });
    const startedAt = performance.now();
    expect(await problemOf(book({ data: sheet("") }, { data: many("<si>") }))).toBe("none");
    for (const tag of ["<row ", "<row>", "<row><c>"]) expect(await problemOf(book({ data: many(tag) }))).toBe("none");
    for (const tag of ["<c>", "<t>", "<rPh>", "<v>"]) expect(await problemOf(book(inCell(many(tag))))).toBe("none");
    const lists = { name: "xl/workbook.xml", data: many("<sheet ") };
    const related = { name: "xl/_rels/workbook.xml.rels", data: many("<Relationship ") };
    expect(await problemOf(zipOf([lists, related]))).toBe("not_a_table");
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });

  test("of shared texts is refused by what it says and by what comes", async () => {
    const texts = Buffer.alloc(40 * 1024 * 1024, "<si><t>aaaaaaaaaaaaaaaa</t></si>");
    expect(await problemOf(book({ data: sheet("") }, { data: texts }))).toBe("too_many_texts");
    expect(await problemOf(book({ data: sheet("") }, { data: texts, declared: 1000 }))).toBe("damaged");
  });
});
