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
  const [sheetId] = [...sheetElements(workbook)].flatMap(({ attributes }) => attributeOf(attributes, "r:id") ?? []);
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

const attributeOf = (attributes: string, name: string): string | undefined =>
  new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1];

/** Targets are relative to `xl/`, or absolute. Those in other files ("External") name no entry. */
const relationsOf = (xml: string): Relation[] =>
  [...relationElements(xml)].map(({ attributes }) => {
    const of = (name: string) => textOf(attributeOf(attributes, name) ?? "");
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
    for (const { content, next } of sharedItems(rest)) {
      texts.push(runsOf(content ?? ""));
      from = next;
    }
    rest = rest.slice(from);
    if (rest.length > rowXmlAtMost) throw new TableError("row_too_long");
  }
  return texts;
}

interface Element {
  start: number;
  attributes: string;
  /** Null where the tag closes itself. */
  content: string | null;
  /** The place behind it. */
  next: number;
}

/**
 * Elements of one name, in their order. What is not closed ends the search: looked for from every opening tag anew, an end that
 * never comes would cost the square of what is there.
 */
function finderOf(name: string): (xml: string) => Generator<Element, void, void> {
  const opening = new RegExp(`<(?:\\w+:)?${name}\\b`, "g");
  const closing = new RegExp(`</(?:\\w+:)?${name}>`, "g");
  return function* (xml) {
    for (let next = 0; ; ) {
      opening.lastIndex = next;
      const start = opening.exec(xml)?.index;
      if (start === undefined) return;
      const from = opening.lastIndex;
      const to = xml.indexOf(">", from);
      if (to < 0) return;
      next = to + 1;
      if (xml.charCodeAt(to - 1) === 47) yield { start, attributes: xml.slice(from, to - 1), content: null, next };
      else {
        closing.lastIndex = next;
        const end = closing.exec(xml);
        if (!end) return;
        const content = xml.slice(next, end.index);
        next = closing.lastIndex;
        yield { start, attributes: xml.slice(from, to), content, next };
      }
    }
  };
}

const sheetElements = finderOf("sheet");
const relationElements = finderOf("Relationship");
const spokenElements = finderOf("rPh");
const valueElements = finderOf("v");
const sharedItems = finderOf("si");
const textRuns = finderOf("t");
const rowElements = finderOf("row");
const cellElements = finderOf("c");

/** Text of all runs of a cell; how East Asian names are read aloud (`rPh`) is none of it. */
function runsOf(xml: string): string {
  let written = "";
  let at = 0;
  if (xml.includes("rPh"))
    for (const { start, next } of spokenElements(xml)) {
      written += xml.slice(at, start);
      at = next;
    }
  let text = "";
  for (const { content } of textRuns(written + xml.slice(at))) text += textOf(content ?? "");
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
  return (xml) => {
    const text = rest + xml;
    const rows: TableRow[] = [];
    let at = 0;
    for (const { attributes, content, next } of rowElements(text)) {
      const number = Number(/\br="(\d{1,9})"/.exec(attributes)?.[1]);
      line = number > line ? number : line + 1;
      at = next;
      const row = content === null ? null : rowOf(line, content, shared);
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
  for (const { attributes, content } of cellElements(xml)) {
    const letters = /\br="([A-Z]{1,7})/.exec(attributes)?.[1];
    column = letters === undefined ? column + 1 : columnOf(letters);
    if (column >= columnsAtMost) {
      problem = "too_many_columns";
      break;
    }
    const text = cellOf(/\bt="(\w+)"/.exec(attributes)?.[1], content ?? "", shared);
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
  const [first] = valueElements(content);
  const value = first?.content ?? "";
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
