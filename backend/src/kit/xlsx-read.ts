/**
 * The first sheet of an XLSX, row by row: text as it is shown in formulas' results, numbers as digits. Nothing in the file is run,
 * fetched or expanded: formulas are skipped, links to elsewhere are not followed, entities beyond XML's own five are text.
 *
 * A library's reader (hucre) took 2.1 GB for a million rows; here only the shared texts are held, and they are limited.
 */
import {
  cellCharsAtMost,
  columnsAtMost,
  isBlank,
  type RowProblem,
  shortened,
  TableError,
  type TableRow,
} from "./table-rows.ts";
import { readDirectory, readEntry, type StoredFile, type ZipEntry } from "./zip-read.ts";

const megabyte = 1024 * 1024;
/** A million rows of twenty columns have some 900 MB of XML. */
const sheetBytesAtMost = 1024 * megabyte;
/** Held in memory while the sheet is read. */
const textBytesAtMost = 32 * megabyte;
const listBytesAtMost = 4 * megabyte;
const rowXmlAtMost = 4 * megabyte;

export async function* xlsxRows(file: StoredFile): AsyncGenerator<TableRow[], void, void> {
  const entries = await readDirectory(file);
  const workbook = await wholeText(file, entries.get("xl/workbook.xml"));
  if (workbook === null) throw new TableError("not_a_table");
  const relations = relationsOf((await wholeText(file, entries.get("xl/_rels/workbook.xml.rels"))) ?? "");
  const sheetId = /<(?:\w+:)?sheet\s[^>]*?\br:id="([^"]*)"/.exec(workbook)?.[1];
  const sheet = entries.get(relations.find(({ id }) => id === sheetId)?.target ?? "xl/worksheets/sheet1.xml");
  if (!sheet) throw new TableError("not_a_table");
  const texts = entries.get(
    relations.find(({ type }) => type.endsWith("/sharedStrings"))?.target ?? "xl/sharedStrings.xml",
  );
  const shared = texts ? await sharedTexts(file, texts) : [];
  const read = createSheetReader(shared);
  const decoder = new TextDecoder();
  for await (const piece of readEntry(file, sheet, sheetBytesAtMost)) {
    const rows = read(decoder.decode(piece, { stream: true }));
    if (rows.length > 0) yield rows;
  }
}

async function wholeText(file: StoredFile, entry: ZipEntry | undefined): Promise<string | null> {
  if (!entry) return null;
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of readEntry(file, entry, listBytesAtMost)) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}

interface Relation {
  id: string;
  type: string;
  target: string;
}

/** Targets are relative to `xl/`, or absolute. Those in other files ("External") name no entry. */
const relationsOf = (xml: string): Relation[] =>
  [...xml.matchAll(/<(?:\w+:)?Relationship\s([^>]*)>/g)].map(([, attributes = ""]) => {
    const of = (name: string) => textOf(new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? "");
    const target = of("Target");
    return { id: of("Id"), type: of("Type"), target: target.startsWith("/") ? target.slice(1) : `xl/${target}` };
  });

/** Texts of cells, which the sheet names by number. */
async function sharedTexts(file: StoredFile, entry: ZipEntry): Promise<string[]> {
  if (entry.size > textBytesAtMost) throw new TableError("too_many_texts");
  const decoder = new TextDecoder();
  const texts: string[] = [];
  let rest = "";
  for await (const piece of readEntry(file, entry, textBytesAtMost)) {
    rest += decoder.decode(piece, { stream: true });
    let from = 0;
    for (const match of rest.matchAll(/<(?:\w+:)?si\b[^>]*?(?:\/>|>([\s\S]*?)<\/(?:\w+:)?si>)/g)) {
      texts.push(runsOf(match[1] ?? ""));
      from = match.index + match[0].length;
    }
    rest = rest.slice(from);
    if (rest.length > rowXmlAtMost) throw new TableError("row_too_long");
  }
  return texts;
}

/** Text of all runs of a cell; how East Asian names are read aloud (`rPh`) is none of it. */
function runsOf(xml: string): string {
  let text = "";
  const spoken = xml.includes("rPh") ? xml.replace(/<(?:\w+:)?rPh\b[\s\S]*?<\/(?:\w+:)?rPh>/g, "") : xml;
  for (const [, run = ""] of spoken.matchAll(/<(?:\w+:)?t\b[^>]*?(?:\/>|>([\s\S]*?)<\/(?:\w+:)?t>)/g))
    text += textOf(run);
  return text;
}

const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Excel writes characters that XML does not know as "_x000D_". */
function textOf(xml: string): string {
  const text = xml.includes("&")
    ? xml.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w{1,8}));/g, (whole, decimal, hex, name) => {
        if (name !== undefined) return named[name as string] ?? whole;
        const code = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal);
        return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      })
    : xml;
  return text.includes("_x")
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;
}

/** Takes a sheet's XML as it comes; gives rows that are complete. */
function createSheetReader(shared: readonly string[]): (xml: string) => TableRow[] {
  let rest = "";
  let line = 0;
  const rowStart = /<(?:\w+:)?row\b([^>]*)>/g;
  const rowEnd = /<\/(?:\w+:)?row>/g;
  return (xml) => {
    const text = rest + xml;
    const rows: TableRow[] = [];
    let at = 0;
    for (;;) {
      rowStart.lastIndex = at;
      const start = rowStart.exec(text);
      if (!start) break;
      const [opening, attributes = ""] = start;
      const number = Number(/\br="(\d{1,9})"/.exec(attributes)?.[1]);
      const isEmpty = attributes.endsWith("/");
      const from = start.index + opening.length;
      let to = from;
      let next = from;
      if (!isEmpty) {
        rowEnd.lastIndex = from;
        const end = rowEnd.exec(text);
        if (!end) break;
        to = end.index;
        next = to + end[0].length;
      }
      line = number > line ? number : line + 1;
      at = next;
      const row = isEmpty ? null : rowOf(line, text.slice(from, to), shared);
      if (row && !isBlank(row)) rows.push(row);
    }
    // What is before the first row is of no use, but a tag may be cut in two.
    rest = at === 0 && !text.includes("<row") && !/<\w+:row/.test(text) ? text.slice(-200) : text.slice(at);
    if (rest.length > rowXmlAtMost) throw new TableError("row_too_long");
    return rows;
  };
}

function rowOf(line: number, xml: string, shared: readonly string[]): TableRow {
  const cells: string[] = [];
  let problem: RowProblem | undefined;
  let column = -1;
  for (const [, attributes = "", content = ""] of xml.matchAll(
    /<(?:\w+:)?c\b([^>]*?)(?:\/>|>([\s\S]*?)<\/(?:\w+:)?c>)/g,
  )) {
    const letters = /\br="([A-Z]{1,7})/.exec(attributes)?.[1];
    column = letters === undefined ? column + 1 : columnOf(letters);
    if (column >= columnsAtMost) {
      problem = "too_many_columns";
      break;
    }
    const text = cellOf(/\bt="(\w+)"/.exec(attributes)?.[1], content, shared);
    if (text.length > cellCharsAtMost) problem ??= "cell_too_long";
    if (/[\0\ufffd]/.test(text)) problem ??= "unreadable";
    while (cells.length < column) cells.push("");
    cells[column] = text;
  }
  return problem ? { line, cells: shortened(cells), problem } : { line, cells };
}

/** "A" is 0, "AA" is 26. */
function columnOf(letters: string): number {
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

function cellOf(type: string | undefined, content: string, shared: readonly string[]): string {
  if (type === "inlineStr") return runsOf(content);
  const value = /<(?:\w+:)?v\b[^>]*>([\s\S]*?)<\/(?:\w+:)?v>/.exec(content)?.[1] ?? "";
  switch (type) {
    case "s":
      return shared[Number(value)] ?? "";
    case "str":
      return textOf(value);
    case "b":
      return value === "1" ? "true" : "false";
    case "e":
      return "";
    default:
      return plainNumber(value);
  }
}

/** Long ids are stored as "5.123456789E9". */
function plainNumber(value: string): string {
  if (!/e/i.test(value)) return textOf(value);
  const number = Number(value);
  return Number.isSafeInteger(number) ? String(number) : value;
}
