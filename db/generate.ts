/**
 * `bun run db:generate --name keep-pins` writes the next migration from the difference between db/schema and the last
 * snapshot. Read what it wrote before committing: drizzle-kit knows no partitions and no triggers.
 * `--check` writes nothing and fails when the schema has changes that no migration carries.
 */
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const kit = join(root, "node_modules/drizzle-kit/bin.cjs");

function generate(out: string, name: string): void {
  const done = Bun.spawnSync(
    [
      process.execPath,
      kit,
      "generate",
      "--dialect",
      "postgresql",
      "--schema",
      "./db/schema/index.ts",
      "--out",
      relative(root, out),
      "--name",
      name,
    ],
    { cwd: root, stdout: "pipe", stderr: "pipe", stdin: "ignore" },
  );
  if (done.exitCode !== 0) throw new Error(`${done.stdout}${done.stderr}`);
}

const migrations = join(root, "db/migrations");
const count = (folder: string) => readdirSync(folder).filter((file) => file.endsWith(".sql")).length;

if (process.argv.includes("--check")) {
  const copy = mkdtempSync(join(root, "db/.check-"));
  try {
    cpSync(migrations, copy, { recursive: true });
    generate(copy, "check");
    if (count(copy) !== count(migrations)) {
      console.error("db/schema has changes that no migration carries. Run: bun run db:generate --name what-it-does");
      process.exit(1);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
} else {
  const name = process.argv[process.argv.indexOf("--name") + 1];
  if (!process.argv.includes("--name") || !name) {
    console.error("usage: bun run db:generate --name what-it-does");
    process.exit(2);
  }
  const before = count(migrations);
  generate(migrations, name.replaceAll("-", "_"));
  console.log(
    count(migrations) > before
      ? `wrote a migration: ${readdirSync(migrations)
          .filter((f) => f.endsWith(".sql"))
          .sort()
          .at(-1)}`
      : "no changes",
  );
}
