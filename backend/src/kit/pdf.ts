/**
 * Short reports on paper: figures, tables and bars on A4, in any of our languages. The fonts that every PDF reader has know no
 * Cyrillic, so DejaVu goes into the file, cut down to the letters used. For pages, not for books: a page is held in memory
 * until it is full.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Readable } from "node:stream";

export interface PdfFigure {
  name: string;
  value: string;
  note?: string;
}

export interface PdfColumn {
  title: string;
  /** Share of the width; all shares together are the width. */
  share: number;
  isNumber?: boolean;
}

/** Draws from the top down and goes on to the next page by itself. */
export interface PdfSheet {
  title(text: string, below: string): void;
  heading(text: string): void;
  note(text: string): void;
  /** In a row of four. */
  figures(figures: readonly PdfFigure[]): void;
  table(columns: readonly PdfColumn[], rows: readonly (readonly string[])[]): void;
  /** Bars of one series; `from` and `to` stand below its ends. */
  bars(values: readonly number[], axis: { from: string; to: string; most: string }): void;
}

const inPoints = { margin: 48, gap: 14, cell: 5 };
const ink = { text: "#111111", faint: "#5f6368", line: "#d5d8dc", bar: "#2f6fde" };
const size = { title: 20, heading: 12.5, text: 9.5, figure: 17, small: 8 };
const perRow = 4;
const barsHeight = 110;

const require = createRequire(import.meta.url);
const fontBytes = (name: string) => readFile(require.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`));
/** The bytes are kept; a font object belongs to the one document that made it. */
let fonts: Promise<{ plain: Buffer; bold: Buffer }> | undefined;

async function loadFonts() {
  const [plain, bold] = await Promise.all([fontBytes("DejaVuSans"), fontBytes("DejaVuSans-Bold")]);
  return { plain, bold };
}

/** The answer to a request for a report. `name` without its ending, of letters, digits and hyphens. */
export async function pdfResponse(
  name: string,
  report: { title: string; language: string; at: Date; draw(sheet: PdfSheet): void },
): Promise<Response> {
  // A megabyte of code that most processes never need.
  const { default: PDFDocument } = await import("pdfkit");
  fonts ??= loadFonts();
  const { plain, bold } = await fonts;
  const document = new PDFDocument({
    size: "A4",
    margin: inPoints.margin,
    lang: report.language,
    displayTitle: true,
    font: plain as unknown as string,
    info: { Title: report.title, CreationDate: report.at },
  });
  document.registerFont("plain", plain);
  document.registerFont("bold", bold);
  report.draw(sheetOn(document));
  document.end();
  return new Response(bytesOf(document as unknown as Readable), {
    headers: {
      "content-type": "application/pdf",
      "content-disposition": `attachment; filename="${name}.pdf"`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
}

function bytesOf(document: Readable): ReadableStream<Uint8Array> {
  const chunks = document.iterator() as AsyncIterableIterator<Uint8Array>;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await chunks.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await chunks.return?.();
    },
  });
}

function sheetOn(document: PDFKit.PDFDocument): PdfSheet {
  const left = inPoints.margin;
  const width = document.page.width - 2 * inPoints.margin;
  const bottom = document.page.height - inPoints.margin;
  const write = (font: "plain" | "bold", points: number, colour: string) =>
    document.font(font).fontSize(points).fillColor(colour);
  /** Room for so many points, on this page or the next. */
  const need = (height: number) => {
    if (document.y + height > bottom) document.addPage();
  };
  const rule = (y: number) =>
    document
      .moveTo(left, y)
      .lineTo(left + width, y)
      .lineWidth(0.5)
      .strokeColor(ink.line)
      .stroke();

  function line(cells: readonly string[], columns: readonly PdfColumn[], font: "plain" | "bold", colour: string) {
    write(font, size.text, colour);
    const widths = columns.map(({ share }) => share * width - 2 * inPoints.cell);
    const heights = cells.map((cell, at) => document.heightOfString(cell, { width: widths[at] ?? 0 }));
    const tall = Math.max(...heights) + 2 * inPoints.cell;
    need(tall);
    const y = document.y;
    let x = left;
    columns.forEach(({ share, isNumber }, at) => {
      document.text(cells[at] ?? "", x + inPoints.cell, y + inPoints.cell, {
        width: widths[at] ?? 0,
        align: isNumber ? "right" : "left",
      });
      x += share * width;
    });
    rule(y + tall);
    document.x = left;
    document.y = y + tall;
  }

  return {
    title(text, below) {
      write("bold", size.title, ink.text).text(text, left, document.y, { width });
      write("plain", size.text, ink.faint).text(below, { width });
      document.y += inPoints.gap;
    },
    heading(text) {
      need(60);
      document.y += inPoints.gap;
      write("bold", size.heading, ink.text).text(text, left, document.y, { width });
      document.y += inPoints.cell;
    },
    note(text) {
      write("plain", size.text, ink.faint).text(text, left, document.y, { width });
    },
    figures(figures) {
      const wide = width / perRow;
      for (let from = 0; from < figures.length; from += perRow) {
        need(58);
        const y = document.y;
        figures.slice(from, from + perRow).forEach(({ name, value, note }, at) => {
          const place = { width: wide - inPoints.cell, lineBreak: true };
          write("plain", size.small, ink.faint).text(name, left + at * wide, y, place);
          write("bold", size.figure, ink.text).text(value, left + at * wide, y + 12, place);
          if (note) write("plain", size.small, ink.faint).text(note, left + at * wide, y + 34, place);
        });
        document.x = left;
        document.y = y + 58;
      }
    },
    table(columns, rows) {
      const titles = columns.map(({ title }) => title);
      line(titles, columns, "bold", ink.faint);
      for (const row of rows) line(row, columns, "plain", ink.text);
    },
    bars(values, axis) {
      need(barsHeight + 30);
      const y = document.y + inPoints.gap;
      const most = Math.max(1, ...values);
      const slot = width / Math.max(1, values.length);
      write("plain", size.small, ink.faint).text(axis.most, left, y - 10, { width });
      rule(y);
      values.forEach((value, at) => {
        const tall = (value / most) * barsHeight;
        document.rect(left + at * slot, y + barsHeight - tall, Math.max(0.5, slot * 0.75), tall).fill(ink.bar);
      });
      rule(y + barsHeight);
      const below = y + barsHeight + 4;
      write("plain", size.small, ink.faint).text(axis.from, left, below, { width });
      document.text(axis.to, left, below, { width, align: "right" });
      document.x = left;
      document.y = below + inPoints.gap;
    },
  };
}
