/**
 * `bun run restore file` fills an empty database from a backup. Stop the product first, and give it the same SECRETS_KEY.
 * Persons on the list beside the file (see backup/erasures.ts) are erased again.
 */
import { resolve } from "node:path";
import { readConfig } from "@backend/app/config.ts";
import { erasuresFileOf, readErasures, replayErasures } from "./backup/erasures.ts";
import { withDatabase } from "./backup/open.ts";
import { restoreDatabase } from "./backup/restore.ts";

const [file] = process.argv.slice(2);
if (!file) {
  console.error("usage: bun run restore file");
  process.exit(2);
}
try {
  const config = readConfig();
  const backup = resolve(file);
  const list = readErasures(erasuresFileOf(backup));
  const { takenAt, rows, replayed } = await withDatabase(config, async (url) => ({
    ...(await restoreDatabase(url, backup)),
    replayed: list.length > 0 ? await replayErasures(url, config, list) : null,
  }));
  const count = Object.values(rows).reduce((sum, n) => sum + n, 0);
  console.log(`Restored ${count} rows of ${Object.keys(rows).length} tables, as they were at ${takenAt}.`);
  if (replayed) console.log(`Erased ${replayed.erased} persons again who had asked for it after that.`);
  for (const { personId } of replayed?.members ?? [])
    console.log(
      `Person ${personId} asked to be erased, but is a member again: remove the member, then erase the person.`,
    );
} catch (error) {
  console.error(`Nothing was restored: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
