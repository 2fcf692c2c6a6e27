/** The table in an uploaded file: how it is read, and its rows. */
import { type CsvSeparator, csvRows, guessEncoding, guessSeparator, type TextEncoding } from "@backend/kit/csv-read.ts";
import { TableError, type TableRow } from "@backend/kit/table-rows.ts";
import { readUpload, type UploadRow } from "@backend/kit/uploads.ts";
import { xlsxRows } from "@backend/kit/xlsx-read.ts";
import { readBytes, type StoredFile } from "@backend/kit/zip-read.ts";
import type { Db } from "@db/client.ts";
import { guessHasHeading } from "./domain/import-guess.ts";

/** As it is kept with an import. */
export interface Reading {
  format: "csv" | "xlsx";
  encoding: TextEncoding | null;
  separator: CsvSeparator | null;
  hasHeading: boolean;
  columns: ImportColumn[];
}

export interface ImportColumn {
  /** From the heading; null where there is none. */
  title: string | null;
  /** What stands in the first rows, shortened. */
  samples: string[];
}

const samplesOfOne = 5;
const sampleChars = 100;
const rowsToGuessBy = 30;
const bytesToGuessBy = 256 * 1024;

/** "A", "B" … "AA": as spreadsheets call their columns. */
export function letterOf(column: number): string {
  const rest = column < 26 ? "" : letterOf(Math.floor(column / 26) - 1);
  return rest + String.fromCharCode(65 + (column % 26));
}

const storedFile = (db: Db, { id, workspaceId, size }: UploadRow): StoredFile => ({
  size,
  stream: (from) => readUpload(db, workspaceId, id, from),
});

type HowToRead = Pick<Reading, "format" | "encoding" | "separator">;

function allRows(db: Db, upload: UploadRow, reading: HowToRead): AsyncGenerator<TableRow[], void, void> {
  const file = storedFile(db, upload);
  if (reading.format === "xlsx") return xlsxRows(file);
  const { encoding, separator } = reading;
  return csvRows(file.stream(0), { encoding: encoding ?? "utf-8", separator: separator ?? "," });
}

/** Rows below the heading, in pages of `pageRows`, the last one shorter. Throws a TableError. */
export async function* tablePages(
  db: Db,
  upload: UploadRow,
  reading: HowToRead & { hasHeading: boolean },
  pageRows: number,
): AsyncGenerator<TableRow[], void, void> {
  let isHeading = reading.hasHeading;
  let left: TableRow[] = [];
  for await (const rows of allRows(db, upload, reading)) {
    const found = left.concat(isHeading ? rows.slice(1) : rows);
    if (rows.length > 0) isHeading = false;
    let at = 0;
    for (; at + pageRows <= found.length; at += pageRows) yield found.slice(at, at + pageRows);
    left = found.slice(at);
  }
  if (left.length > 0) yield left;
}

/** The first rows below the heading; no more of the file is read than they take. */
export async function firstRows(
  db: Db,
  upload: UploadRow,
  reading: HowToRead & { hasHeading: boolean },
  count: number,
): Promise<TableRow[]> {
  const rows: TableRow[] = [];
  for await (const page of tablePages(db, upload, reading, count)) {
    rows.push(...page);
    if (rows.length >= count) break;
  }
  return rows.slice(0, count);
}

/** What is known stays, the rest is guessed. Throws a TableError for what is no table; the columns of an empty one are none. */
export async function readingOf(
  db: Db,
  upload: UploadRow,
  known: Partial<Pick<Reading, "encoding" | "separator" | "hasHeading">> = {},
): Promise<Reading> {
  const how = await howToRead(db, upload, known);
  const beginning = await firstRows(db, upload, { ...how, hasHeading: false }, rowsToGuessBy);
  const sound = beginning.filter(({ problem }) => !problem).map(({ cells }) => cells);
  const hasHeading = known.hasHeading ?? guessHasHeading(sound);
  const titles = hasHeading ? sound[0] : undefined;
  const below = hasHeading ? sound.slice(1) : sound;
  const width = Math.max(0, ...sound.map((cells) => cells.length));
  const columns = Array.from({ length: width }, (_, column) => ({
    title: shown(titles?.[column]) || null,
    samples: below
      .map((cells) => shown(cells[column]))
      .filter(Boolean)
      .slice(0, samplesOfOne),
  }));
  return { ...how, hasHeading, columns };
}

const shown = (cell: string | undefined): string => {
  const text = (cell ?? "")
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim();
  return text.length > sampleChars ? `${text.slice(0, sampleChars)}…`.toWellFormed() : text;
};

async function howToRead(
  db: Db,
  upload: UploadRow,
  known: Partial<Pick<Reading, "encoding" | "separator">>,
): Promise<HowToRead> {
  switch (upload.contentType) {
    case "application/zip":
      return { format: "xlsx", encoding: null, separator: null };
    case "application/x-ole-storage":
      throw new TableError("old_excel");
    case "application/octet-stream": {
      const bytes = await readBytes(storedFile(db, upload), 0, Math.min(upload.size, bytesToGuessBy));
      const encoding = known.encoding ?? guessEncoding(bytes);
      const text = new TextDecoder(encoding).decode(bytes, { stream: true });
      return { format: "csv", encoding, separator: known.separator ?? guessSeparator(text) };
    }
    default:
      throw new TableError("not_a_table");
  }
}
