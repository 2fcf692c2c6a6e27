/** Tables that strangers send, row by row: what CSV and XLSX have in common, and what no table of people needs. */

export interface TableRow {
  /** Of the file, from 1; the heading counts. */
  line: number;
  /** Text as it stands in the file; empty cells are "". Of a row with a problem: what could be read of it. */
  cells: string[];
  problem?: RowProblem;
}

/** Why one row cannot be read; its neighbours are not concerned. */
export type RowProblem = "too_many_columns" | "cell_too_long" | "row_too_long" | "quote_open" | "unreadable";

/** Why a file cannot be read at all. The code ends the key of a sentence. */
export class TableError extends Error {
  override readonly name = "TableError";
  constructor(
    readonly problem:
      | "not_a_table"
      | "old_excel"
      | "encrypted"
      | "damaged"
      | "unpacks_too_large"
      | "too_many_texts"
      | "row_too_long",
  ) {
    super(problem);
  }
}

export const columnsAtMost = 200;
export const cellCharsAtMost = 4096;
/** A row of a million columns ends here, before it is in memory. */
export const rowCharsAtMost = 256 * 1024;

/** What a row with too much in it is cut to, for the report of refused rows. */
const shownColumns = 20;
const shownChars = 500;
export const shortened = (cells: readonly string[]): string[] =>
  cells.slice(0, shownColumns).map((cell) => (cell.length > shownChars ? `${cell.slice(0, shownChars)}…` : cell));

export const isBlank = ({ cells, problem }: TableRow): boolean => !problem && cells.every((cell) => cell === "");
