/** What the house tests read: the project's own sources, and who imports what. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const aliases: Record<string, string> = {
  "@db/": "db/",
  "@backend/": "backend/src/",
  "@sandbox/": "backend/sandbox/",
  "@bot/": "bot/src/",
  "@miniapp/": "miniapp/src/",
};

/** Tests, and what only tests use: `testing.ts`, `testing/`. */
export const isTest = (path: string) => /\.test\.tsx?$|(^|\/)testing(\.tsx?$|\/)/.test(path);
export const read = (path: string) => readFileSync(join(root, path), "utf8");

/** Paths of the files below `folder`, from the project's root, sorted. */
export function filesIn(folder: string, pattern = /\.tsx?$/): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !/(^|\/)(node_modules|dist)\//.test(path))
    .sort();
}

export interface Import {
  from: string;
  /** Path from the root for our own files, else the package's name as written. */
  to: string;
  isOurs: boolean;
  /** Nothing of it is left at run time. */
  isTypeOnly: boolean;
  names: string[];
}

const statement = /^[ \t]*(?:import|export)\s+(?:(type)\s+)?((?:[\w$*\s,]|\{[^}]*\})+?)\s*from\s*["']([^"']+)["']/gm;
const bare = /^[ \t]*import\s*["']([^"']+)["']/gm;
const dynamic = /\bimport\(\s*["']([^"']+)["']\s*\)/g;

/** Every import and re-export of a file, as its text says. */
export function importsOf(path: string, text = read(path)): Import[] {
  const found: Import[] = [];
  const add = (specifier: string, isTypeOnly: boolean, names: string[]) =>
    found.push({ from: path, ...resolve(path, specifier), isTypeOnly, names });
  for (const [, type, clause, specifier] of text.matchAll(statement)) {
    const braces = clause?.match(/\{([^}]*)\}/)?.[1];
    const names = (braces ?? "")
      .split(",")
      .map((name) => name.trim())
      .filter(Boolean);
    const isAllTypes =
      braces !== undefined && !/^\s*[\w$*]/.test(clause ?? "") && names.every((name) => name.startsWith("type "));
    add(specifier ?? "", type === "type" || (isAllTypes && names.length > 0), names);
  }
  for (const [, specifier] of text.matchAll(bare)) add(specifier ?? "", false, []);
  for (const [line, specifier] of text.matchAll(dynamic)) add(specifier ?? "", false, [line]);
  return found;
}

function resolve(from: string, specifier: string): { to: string; isOurs: boolean } {
  const alias = Object.keys(aliases).find((prefix) => specifier.startsWith(prefix));
  if (alias) return { to: `${aliases[alias]}${specifier.slice(alias.length)}`, isOurs: true };
  if (!specifier.startsWith(".")) return { to: specifier, isOurs: false };
  const path = relative(root, join(root, dirname(from), specifier.replace(/\?.*$/, "")));
  const isFolder = statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory() ?? false;
  return { to: isFolder ? `${path}/index.ts` : path, isOurs: true };
}
