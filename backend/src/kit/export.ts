/**
 * Tables as files, CSV or XLSX, written while they are read: a million rows take no more memory than a thousand, and whoever reads
 * slowly slows down nothing but the file he reads. Values may come from strangers (a campaign's name arrives by postback), so no
 * text becomes a formula when the file is opened: OWASP's "CSV injection".
 */
import { createTidying } from "./tidy.ts";
import { xlsxBytes } from "./xlsx.ts";

export type ExportFormat = "csv" | "xlsx";
export const exportFormats = ["csv", "xlsx"] as const;
/** "semicolon" is what Excel expects where the decimal mark is a comma; numbers are then written with one. */
export type Separator = "comma" | "semicolon";
export const separators = ["comma", "semicolon"] as const;

/** Exact decimals are text ("1240.50"); a moment is a Date. */
export type Cell = string | number | Date | null | undefined;
export type Row = readonly Cell[];

export interface ExportColumn {
  title: string;
  /** "number": what does not read as a decimal is written as text. "moment": shown as the clock of `timeZone`. */
  kind: "text" | "number" | "moment";
  /** In characters, of XLSX. */
  width?: number;
}

export interface ExportTable {
  format: ExportFormat;
  separator?: Separator;
  columns: readonly ExportColumn[];
  /** Pages of rows: other work gets its turn between two of them, so a page is a few hundred rows. */
  pages: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>;
  /** IANA name; of moments. */
  timeZone: string;
  /** Of the sheet. */
  title: string;
}

/** The file's bytes as a stream. When its reader goes away, reading of pages ends too. */
export function exportTable(table: ExportTable): ReadableStream<Uint8Array> {
  const tidy = { ...table, pages: tidied(table.pages) };
  return streamOf(table.format === "csv" ? csvBytes(tidy) : xlsxOf(tidy));
}

async function* tidied(pages: ExportTable["pages"]): AsyncGenerator<readonly Row[]> {
  const tidyAfter = createTidying();
  for await (const page of pages) {
    yield page;
    tidyAfter(page.length);
  }
}

const contentTypes: Readonly<Record<ExportFormat, string>> = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

/** The answer to a request for the file. `name` without its ending, of letters, digits and hyphens. */
export const exportResponse = (name: string, table: ExportTable): Response =>
  new Response(exportTable(table), {
    headers: {
      "content-type": contentTypes[table.format],
      "content-disposition": `attachment; filename="${name}.${table.format}"`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });

// ── Cells ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const decimal = /^-?\d{1,400}(?:\.\d{1,400})?$/;
/**
 * What a spreadsheet may take for the beginning of a formula, also behind quotes and blanks that some programs skip, and in the
 * wide forms that some of them fold.
 */
const risky = /^[\s"]*[=+\-@＝＋－＠]|^[\t\r]/;

export const isRisky = (text: string): boolean => risky.test(text);

const decimalOf = (cell: string | number): string | null => {
  const text = typeof cell === "number" ? plainNumber(cell) : cell;
  return text !== null && decimal.test(text) ? text : null;
};

/** 1e21 and the like are no decimals; NaN is nothing. */
const plainNumber = (value: number): string | null => (Number.isFinite(value) ? String(value) : null);

/**
 * The wall clock of a zone as milliseconds, as if it stood in UTC. Offsets change on quarters of an hour, so one is asked for per
 * quarter and remembered: `Intl` takes microseconds, and an export has a million moments.
 */
export function wallClock(timeZone: string): (moment: Date) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const quarterMs = 900_000;
  const offsets = new Map<number, number>();
  return (moment) => {
    const ms = moment.getTime();
    const quarter = Math.floor(ms / quarterMs);
    let offset = offsets.get(quarter);
    if (offset === undefined) {
      const at = quarter * quarterMs;
      const part: Record<string, number> = {};
      for (const { type, value } of format.formatToParts(at)) part[type] = Number(value);
      const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
      offset = Date.UTC(year, month - 1, day, hour, minute, second) - at;
      if (offsets.size > 10_000) offsets.clear();
      offsets.set(quarter, offset);
    }
    return ms + offset;
  };
}

const isMoment = (cell: Cell): cell is Date => cell instanceof Date && !Number.isNaN(cell.getTime());

// ── CSV ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Excel reads UTF-8 only behind this mark. */
const byteOrderMark = "\ufeff";

async function* csvBytes(table: ExportTable): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const isSemicolon = table.separator === "semicolon";
  const between = isSemicolon ? ";" : ",";
  const wall = wallClock(table.timeZone);
  const toQuote = new RegExp(`[${between}"\\r\\n]|^\\s|\\s$`);
  const quoted = (text: string) => (toQuote.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const textCell = (text: string) => quoted(isRisky(text) ? `'${text}` : text);
  const cellText = (cell: Cell, kind: ExportColumn["kind"]): string => {
    if (cell === null || cell === undefined || cell === "") return "";
    if (cell instanceof Date)
      return isMoment(cell) ? new Date(wall(cell)).toISOString().slice(0, 19).replace("T", " ") : "";
    const number = kind === "number" || typeof cell === "number" ? decimalOf(cell) : null;
    if (number !== null) return isSemicolon ? number.replace(".", ",") : number;
    return textCell(String(cell));
  };
  const line = (cells: readonly string[]) => `${cells.join(between)}\r\n`;
  yield encoder.encode(byteOrderMark + line(table.columns.map(({ title }) => textCell(title))));
  for await (const page of table.pages) {
    let text = "";
    for (const row of page) text += line(table.columns.map(({ kind }, index) => cellText(row[index], kind)));
    if (text !== "") yield encoder.encode(text);
  }
}

// ── XLSX ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Digits that a spreadsheet keeps of a number; longer ones stay exact as text. */
const exactDigits = 15;
const usualWidth = { text: 18, number: 14, moment: 20 } as const;

function xlsxOf(table: ExportTable): AsyncGenerator<Uint8Array> {
  const isNumber = table.columns.map(({ kind }) => kind === "number");
  const columns = table.columns.map(({ title, kind, width }) => ({ title, width: width ?? usualWidth[kind] }));
  return xlsxBytes(table.title, columns, table.pages, {
    numberOf(cell, column) {
      const digits = isNumber[column] || typeof cell === "number" ? decimalOf(cell) : null;
      return digits !== null && isExact(digits) ? digits : null;
    },
    isRisky: (text) => isRisky(text) && !decimal.test(text),
    wallMsOf: wallClock(table.timeZone),
  });
}

const isExact = (digits: string) => digits.replace(/^-?0*|\.|0+$/g, "").length <= exactDigits;

// ── The stream ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Nothing is read before somebody asks, and no more than he takes. */
function streamOf(bytes: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await bytes.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await bytes.return(undefined);
      },
    },
    { highWaterMark: 1 },
  );
}
