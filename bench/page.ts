/** The results section of docs/performance.md: one part per benchmark, between marks, the rest of the page is left alone. */
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import type { Bench, Row } from "./row.ts";
import { table } from "./table.ts";

const page = fileURLToPath(new URL("../docs/performance.md", import.meta.url));

/** Replaces what stands between the marks of this benchmark. Throws when the page has no such marks. */
export async function writeResults(bench: Bench, rows: readonly Row[], runs: number): Promise<void> {
  const text = await Bun.file(page).text();
  const [from, to] = [`<!-- results of ${bench.name} -->`, `<!-- end of ${bench.name} -->`];
  const [start, end] = [text.indexOf(from), text.indexOf(to)];
  if (start === -1 || end < start) throw new Error(`docs/performance.md has no place for ${bench.name}`);
  // Our own processes are part of it; far above the number of processors, others were at work too.
  const load = (loadavg()[0] ?? 0).toFixed(1);
  const head = `*${new Date().toISOString().slice(0, 10)}, Bun ${Bun.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}, median of ${runs}, load average at the end ${load}.*`;
  await Bun.write(page, `${text.slice(0, start)}${from}\n${head}\n\n${table(rows)}\n${text.slice(end)}`);
}
