/** Figures for people: a Markdown table that also reads well in a terminal. */
import type { Row } from "./row.ts";

const figure = (value: number) =>
  Number.isInteger(value) || Math.abs(value) >= 1000
    ? Math.round(value).toLocaleString("en-US")
    : value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
const withUnit = (value: number, unit: string) => `${figure(value)}${unit.startsWith("/") ? "" : " "}${unit}`.trim();

function target({ target, unit }: Row): string {
  if (target === null) return "";
  const sign = target.is === "at least" ? "≥" : "≤";
  return target.of === "ratio" ? `${sign} ${target.limit} ×` : `${sign} ${withUnit(target.limit, unit)}`;
}

const cells = (row: Row): string[] => [
  row.what,
  withUnit(row.value, row.unit),
  row.floor ? `${withUnit(row.floor.value, row.unit)} (${row.floor.what})` : "",
  row.ratio === null ? "" : `${row.ratio.toFixed(2)} ×`,
  target(row),
  row.ok === null ? "" : row.ok ? "yes" : "NO",
];

export function table(rows: readonly Row[]): string {
  const head = ["what", "measured", "floor in the same run", "÷ floor", "target", "reached"];
  const lines = [head, ...rows.map(cells)];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const format = (line: string[]) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [
    format(head),
    `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`,
    ...lines.slice(1).map(format),
  ].join("\n");
}
