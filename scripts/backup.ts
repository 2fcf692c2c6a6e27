/**
 * `bun run backup [file] [--keep-days 30]` writes the whole database into one compressed file, while the product runs.
 * Without a name the file goes to DATA_DIR/backups, where files older than --keep-days are deleted.
 */
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readConfig } from "@backend/app/config.ts";
import { dumpDatabase } from "./backup/dump.ts";
import { erasuresFileOf, noteErasures } from "./backup/erasures.ts";
import { withDatabase } from "./backup/open.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { "keep-days": { type: "string", default: "30" } },
});

try {
  const keepDays = Number(values["keep-days"]);
  if (!(keepDays > 0)) throw new Error("--keep-days must be a number above 0.");
  const config = readConfig();
  const folder = join(config.dataDir, "backups");
  const chosen = positionals[0];
  if (!chosen) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  const file = chosen ? resolve(chosen) : join(folder, `switchboard-${stamp}.dump`);
  const { rows } = await withDatabase(config, async (url) => {
    const dumped = await dumpDatabase(url, file);
    await noteErasures(url, erasuresFileOf(file));
    return dumped;
  });
  if (!chosen) dropOld(folder, keepDays);
  const count = Object.values(rows).reduce((sum, n) => sum + n, 0);
  console.log(`Wrote ${count} rows of ${Object.keys(rows).length} tables to ${file}`);
  console.log(
    "Keep SECRETS_KEY (or DATA_DIR/secrets.key) somewhere else: without it the sealed tokens in it stay closed.",
  );
} catch (error) {
  console.error(`No backup was made: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}

function dropOld(folder: string, keepDays: number): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (name.endsWith(".dump") && Date.now() - statSync(file).mtimeMs > keepDays * 86_400_000) rmSync(file);
  }
}
