/**
 * CSV as it arrives. Written here, since readers at hand (papaparse, csv-parse) keep an unclosed quote's cell or a row of a million
 * columns in memory until the file ends; this one refuses the row where it passes a limit and goes on with the next line, so one
 * bad quote costs one row and not the rest of the file. RFC 4180, any line end, quotes inside unquoted cells are text.
 */
import {
  cellCharsAtMost,
  columnsAtMost,
  isBlank,
  type RowProblem,
  rowCharsAtMost,
  shortened,
  type TableRow,
} from "./table-rows.ts";

export const csvSeparators = [",", ";", "\t", "|"] as const;
export type CsvSeparator = (typeof csvSeparators)[number];
const textEncodings = ["utf-8", "utf-16le", "utf-16be", "windows-1251"] as const;
export type TextEncoding = (typeof textEncodings)[number];

interface CsvReading {
  encoding: TextEncoding;
  separator: CsvSeparator;
}

/** Rows of a file, a page for every piece of bytes. Blank lines count as lines and are not among the rows. */
export async function* csvRows(
  bytes: AsyncIterable<Uint8Array>,
  reading: CsvReading,
): AsyncGenerator<TableRow[], void, void> {
  // Not fatal: what cannot be decoded becomes U+FFFD and refuses its row, not the file.
  const decoder = new TextDecoder(reading.encoding);
  const reader = createCsvReader(reading.separator);
  for await (const piece of bytes) yield reader.push(decoder.decode(piece, { stream: true }));
  yield reader.end(decoder.decode());
}

interface CsvReader {
  push(text: string): TableRow[];
  end(text?: string): TableRow[];
}

/** What `readRecord` found: a row that ends before `next`, or that more text is needed. */
type Record_ = { cells: string[]; next: number; problem?: RowProblem } | null;

export function createCsvReader(separator: CsvSeparator): CsvReader {
  let rest = "";
  let line = 0;
  /** The rest of a line that was refused for its length. */
  let isSkipping = false;
  /** "\r" alone ends lines in files of old programs; decided by the first line end seen. */
  let newline: "\n" | "\r" | null = null;

  function take(text: string, isEnd: boolean): TableRow[] {
    const rows: TableRow[] = [];
    newline ??= newlineOf(text, isEnd);
    const ending = newline ?? "\n";
    const mayBeUnreadable = /[\0\ufffd]/.test(text);
    const keep = (cells: string[], problem?: RowProblem) => {
      line += 1;
      const found = problem ?? problemOf(cells) ?? (mayBeUnreadable && isUnreadable(cells) ? "unreadable" : undefined);
      const row: TableRow = found ? { line, cells: shortened(cells), problem: found } : { line, cells };
      if (!isBlank(row)) rows.push(row);
    };
    let at = 0;
    let quote = text.indexOf('"');
    while (at < text.length) {
      const lineEnd = text.indexOf(ending, at);
      if (isSkipping) {
        if (lineEnd < 0) {
          rest = "";
          return rows;
        }
        isSkipping = false;
        at = lineEnd + 1;
        continue;
      }
      const end = lineEnd < 0 ? text.length : lineEnd;
      if (end - at > rowCharsAtMost) {
        keep(text.slice(at, at + 10_000).split(separator), "row_too_long");
        isSkipping = lineEnd < 0;
        at = end + 1;
        continue;
      }
      if (quote >= 0 && quote < at) quote = text.indexOf('"', at);
      const isPlain = quote < 0 || quote >= end;
      if (isPlain) {
        if (lineEnd < 0 && !isEnd) break;
        keep(lineOf(text, at, end).split(separator));
        at = end + 1;
        continue;
      }
      const record = readRecord(text, at, { separator, ending, isEnd });
      if (!record) break;
      if (record.problem) {
        if (lineEnd < 0 && !isEnd) break;
        // The next line may be sound: whatever the quote swallowed is read again.
        keep(lineOf(text, at, end).split(separator), record.problem);
        at = end + 1;
      } else {
        keep(record.cells);
        at = record.next;
      }
    }
    rest = at < text.length ? text.slice(at) : "";
    return rows;
  }

  return {
    push: (text) => take(rest + text, false),
    end(text = "") {
      const rows = take(rest + text, true);
      rest = "";
      return rows;
    },
  };
}

/** Null while no line has ended; a "\r" at the end of the text may be the first half of "\r\n". */
function newlineOf(text: string, isEnd: boolean): "\n" | "\r" | null {
  const carriage = text.indexOf("\r");
  const feed = text.indexOf("\n");
  if (carriage < 0) return feed < 0 ? null : "\n";
  if (feed >= 0 && feed <= carriage + 1) return "\n";
  return carriage + 1 < text.length || isEnd ? "\r" : null;
}

const lineOf = (text: string, from: number, to: number): string =>
  text.slice(from, to > from && text.charCodeAt(to - 1) === 13 ? to - 1 : to);

function problemOf(cells: readonly string[]): RowProblem | undefined {
  if (cells.length > columnsAtMost) return "too_many_columns";
  for (const cell of cells) if (cell.length > cellCharsAtMost) return "cell_too_long";
  return undefined;
}

const isUnreadable = (cells: readonly string[]) => cells.some((cell) => /[\0\ufffd]/.test(cell));

/** A record with quotes in it, from `start`. A quoted cell that does not end within a cell's length does not end. */
function readRecord(
  text: string,
  start: number,
  { separator, ending, isEnd }: { separator: string; ending: string; isEnd: boolean },
): Record_ {
  const cells: string[] = [];
  for (let at = start; ; ) {
    if (cells.length > columnsAtMost) return { cells, next: at, problem: "too_many_columns" };
    let cell = "";
    if (text.charCodeAt(at) === 34) {
      for (let from = at + 1; ; ) {
        const close = text.indexOf('"', from);
        // Doubled quotes are two characters of text for one of the cell.
        if (close < 0 ? isEnd || text.length - at > 2 * cellCharsAtMost : close - at > 2 * cellCharsAtMost)
          return { cells, next: at, problem: "quote_open" };
        if (close < 0 || (close + 1 === text.length && !isEnd)) return null;
        cell += text.slice(from, close);
        from = close + 2;
        if (text.charCodeAt(close + 1) === 34) cell += '"';
        else {
          at = close + 1;
          break;
        }
      }
      if (ending === "\n" && text.charCodeAt(at) === 13) {
        if (at + 1 === text.length && !isEnd) return null;
        at += 1;
      }
      const follows = text.charAt(at);
      // What stands behind a closing quote belongs to no cell: the quote before it was never closed.
      if (follows !== "" && follows !== separator && follows !== ending)
        return { cells, next: at, problem: "quote_open" };
    } else {
      const nextLine = text.indexOf(ending, at);
      const line = text.slice(at, nextLine < 0 ? text.length : nextLine);
      // In the line alone: a file without the separator would be searched to its end from every line.
      const length = line.indexOf(separator);
      const isLast = length < 0;
      if (isLast && nextLine < 0 && !isEnd) return null;
      const end = at + (isLast ? line.length : length);
      cell = isLast ? lineOf(text, at, end) : line.slice(0, length);
      at = end;
    }
    cells.push(cell);
    if (at >= text.length) return isEnd ? { cells, next: at } : null;
    if (text.charAt(at) === ending) return { cells, next: at + 1 };
    at += 1;
  }
}

// ── Guesses ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const byteOrderMarks: readonly (readonly [TextEncoding, readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/** By the mark at the beginning, else by where zeros stand, else UTF-8 where it decodes and windows-1251 where it does not. */
export function guessEncoding(beginning: Uint8Array): TextEncoding {
  for (const [encoding, mark] of byteOrderMarks)
    if (mark.every((byte, index) => beginning[index] === byte)) return encoding;
  const sample = beginning.subarray(0, 64 * 1024);
  const zeros = [0, 0];
  for (let at = 0; at < sample.length; at++) if (sample[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  // Half of the bytes of Latin text in UTF-16 are zeros, of Cyrillic text with digits and separators still a tenth.
  if (Math.max(even, odd) > sample.length / 20 && Math.min(even, odd) === 0)
    return odd > even ? "utf-16le" : "utf-16be";
  try {
    // `stream`: a character cut off at the end of the sample is no error.
    new TextDecoder("utf-8", { fatal: true }).decode(sample, { stream: true });
    return "utf-8";
  } catch {
    return "windows-1251";
  }
}

/** The separator by which the first lines have the same number of columns, and most of them. */
export function guessSeparator(beginning: string): CsvSeparator {
  let best: { separator: CsvSeparator; score: number } = { separator: ",", score: 0 };
  for (const separator of csvSeparators) {
    const rows = createCsvReader(separator).push(beginning).slice(0, 30);
    const columns = rows[0]?.cells.length ?? 1;
    const alike = rows.filter(({ cells, problem }) => !problem && cells.length === columns).length;
    const score = columns > 1 ? (alike / rows.length) * (1 + Math.log2(columns)) : 0;
    if (score > best.score) best = { separator, score };
  }
  return best.separator;
}
