/** `bun run restore file` fills an empty database from a backup. Stop the product first, and give it the same SECRETS_KEY. */
import { resolve } from "node:path";
import { readConfig } from "@backend/app/config.ts";
import { withDatabase } from "./backup/open.ts";
import { restoreDatabase } from "./backup/restore.ts";

const [file] = process.argv.slice(2);
if (!file) {
  console.error("usage: bun run restore file");
  process.exit(2);
}
try {
  const { takenAt, rows } = await withDatabase(readConfig(), (url) => restoreDatabase(url, resolve(file)));
  const count = Object.values(rows).reduce((sum, n) => sum + n, 0);
  console.log(`Restored ${count} rows of ${Object.keys(rows).length} tables, as they were at ${takenAt}.`);
} catch (error) {
  console.error(`Nothing was restored: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
