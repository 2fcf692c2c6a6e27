/**
 * What the Mini App may weigh, checked on the built files: `bun run miniapp/tools/budgets.ts [folder]`. Prints a table and
 * exits with 1 when something is heavier than it may be, or when the page's own scripts would be refused by its policy. Sizes are gzip, as most web views ask for.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Kilobytes of gzip (1 KB = 1,024 bytes). */
const limits = { firstScreen: 120, section: 25, sectionWithCharts: 40, catalog: 8 } as const;

const folder = process.argv[2] ?? join(import.meta.dirname, "../../dist/miniapp");
const page = join(folder, "index.html");
if (!existsSync(page)) {
  console.error(`There is no build in ${folder}. Run: npm run build`);
  process.exit(1);
}

const assets = join(folder, "app-assets");
const scripts = readdirSync(assets).filter((name) => name.endsWith(".js"));
const source = new Map(scripts.map((name) => [name, readFileSync(join(assets, name), "utf8")]));
const gzipOf = (path: string) => Bun.gzipSync(readFileSync(path), { level: 9 }).length;
const weight = new Map(scripts.map((name) => [name, gzipOf(join(assets, name))]));
const html = readFileSync(page, "utf8");

/** Files that a chunk imports before it can run, without those it may import later. */
function closure(first: Iterable<string>, known: ReadonlySet<string> = new Set()): Set<string> {
  const found = new Set<string>();
  const visit = (name: string) => {
    if (known.has(name) || found.has(name) || !source.has(name)) return;
    found.add(name);
    for (const [, next] of (source.get(name) ?? "").matchAll(/(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g))
      if (next) visit(next);
  };
  for (const name of first) visit(name);
  return found;
}

const named = (pattern: RegExp, text: string) => [...text.matchAll(pattern)].map((match) => match[1] ?? "");
const entry = closure(named(/<script type="module"[^>]*src="\/app-assets\/([^"]+)"/g, html));
const isCatalog = (name: string) => /^(?:en|ru|uk)(?:-[a-z]+)?-/.test(name);
const isSection = (name: string) => /\.(?:screen|section)-/.test(name);
const total = (names: Iterable<string>) => [...names].reduce((sum, name) => sum + (weight.get(name) ?? 0), 0);

const catalogs = scripts.filter(isCatalog);
/** Names end with a hash of eight characters; the words of a section carry its name before that. */
const isFirstCatalog = (name: string) => /^(?:en|ru|uk)-.{8}\.js$/.test(name);
const firstCatalog = Math.max(0, ...scripts.filter(isFirstCatalog).map((name) => weight.get(name) ?? 0));
const today = scripts.filter((name) => name.startsWith("today.screen-"));
const firstScreen = gzipOf(page) + total(entry) + total(closure(today, entry)) + firstCatalog;

interface Line {
  what: string;
  bytes: number;
  limitKb: number;
}
const lines: Line[] = [
  { what: "first screen: page, styles, scripts, one language", bytes: firstScreen, limitKb: limits.firstScreen },
  ...scripts
    .filter((name) => isSection(name) && !today.includes(name))
    .map((name) => {
      // What lists and pickers need is shared by most sections; it is counted in each of them all the same.
      const own = closure([name], entry);
      const hasCharts = [...own].some((part) => /uplot|chart/i.test(part));
      return {
        what: name.replace(/-[^.]{8}\.js$/, ""),
        bytes: total(own),
        limitKb: hasCharts ? limits.sectionWithCharts : limits.section,
      };
    }),
  ...catalogs.map((name) => ({
    what: `words: ${name.replace(/-[^.]{8}\.js$/, "")}`,
    bytes: weight.get(name) ?? 0,
    limitKb: limits.catalog,
  })),
];

const kb = (bytes: number) => (bytes / 1024).toFixed(1).padStart(7);
let isRefused = false;
console.log("gzip KB  limit  what");
for (const { what, bytes, limitKb } of lines.sort((a, b) => b.bytes - a.bytes)) {
  const isOver = bytes > limitKb * 1024;
  isRefused ||= isOver;
  console.log(`${kb(bytes)} ${String(limitKb).padStart(6)}  ${what}${isOver ? "   ← too heavy" : ""}`);
}
const later = scripts.filter((name) => name.startsWith("telegram-"));
for (const name of later) console.log(`${kb(weight.get(name) ?? 0)}      –  ${name} (after the first screen)`);
if (firstCatalog === 0 || entry.size === 0 || today.length === 0) {
  console.error("The build looks unlike itself: its entry, its first screen or its languages were not found.");
  isRefused = true;
}
// A script that the policy does not allow is silently left out, and the app is a second slower without anybody knowing why.
const { scriptHashes } = JSON.parse(readFileSync(join(folder, "csp.json"), "utf8")) as { scriptHashes: string[] };
for (const code of named(/<script>(.*?)<\/script>/gs, html)) {
  const hash = `sha256-${new Bun.CryptoHasher("sha256").update(code).digest("base64")}`;
  if (scriptHashes.includes(hash)) continue;
  console.error(`An inline script of the page is missing in csp.json: ${hash}`);
  isRefused = true;
}
process.exit(isRefused ? 1 : 0);
