/** Who may know whom: the arrows of the architecture, read from the sources. Tests may reach anywhere. */
import { describe, expect, test } from "bun:test";
import { filesIn, type Import, importsOf, isTest, read } from "./sources.ts";

const everyFile = ["db", "backend", "bot", "miniapp"]
  .flatMap((folder) => filesIn(folder))
  .filter((path) => !isTest(path));
const everyImport = everyFile.flatMap((path) => importsOf(path));

interface Rule {
  name: string;
  /** Of which files. */
  of: RegExp;
  allows: (one: Import) => boolean;
}

const moduleOf = (path: string) => /^backend\/src\/modules\/([^/]+)\//.exec(path)?.[1];
const integrationOf = (path: string) => /^backend\/src\/integrations\/([^/]+)\//.exec(path)?.[1];
const isIn = (path: string, ...folders: string[]) => folders.some((folder) => path.startsWith(`${folder}/`));
const isModuleDoor = (path: string) => /^backend\/src\/modules\/[^/]+\/index\.ts$/.test(path);
const isDomain = (path: string) => /^backend\/src\/modules\/[^/]+\/domain\//.test(path);
/** Packages that a pure function may use: no I/O, clock, environment or randomness in them. */
const purePackages = new Set(["big.js", "croner", "re2js", "standardwebhooks"]);
/** Of the kit, what every room's rules count by. */
const pureKit = new Set(["backend/src/kit/zone.ts"]);
const pureCrypto = new Set(["createHash", "createHmac", "timingSafeEqual"]);

const rules: Rule[] = [
  {
    name: "db imports nothing of ours",
    of: /^db\//,
    allows: ({ to, isOurs }) => !isOurs || isIn(to, "db"),
  },
  {
    name: "kit knows no module",
    of: /^backend\/src\/kit\//,
    allows: ({ to, isOurs }) => !isOurs || isIn(to, "backend/src/kit", "backend/src/i18n", "db"),
  },
  {
    name: "i18n knows only itself",
    of: /^backend\/src\/i18n\//,
    allows: ({ to, isOurs }) => !isOurs || isIn(to, "backend/src/i18n"),
  },
  {
    name: "domain is pure: other domain of its room, words, and packages without effects",
    of: /^backend\/src\/modules\/[^/]+\/domain\//,
    allows: (one) => {
      if (one.to === "node:crypto") return one.names.every((name) => pureCrypto.has(name));
      if (!one.isOurs) return purePackages.has(one.to);
      return (
        isIn(one.to, "backend/src/i18n") ||
        pureKit.has(one.to) ||
        (isDomain(one.to) && moduleOf(one.to) === moduleOf(one.from))
      );
    },
  },
  {
    name: "a module knows kit, db, words, and other modules through their door",
    of: /^backend\/src\/modules\//,
    allows: ({ from, to, isOurs }) =>
      !isOurs ||
      isIn(to, "backend/src/kit", "backend/src/i18n", "db") ||
      moduleOf(to) === moduleOf(from) ||
      isModuleDoor(to),
  },
  {
    name: "an integration knows the kit, and modules only by the types of their ports",
    of: /^backend\/src\/integrations\//,
    allows: ({ from, to, isOurs, isTypeOnly }) =>
      !isOurs ||
      isIn(to, "backend/src/kit") ||
      integrationOf(to) === integrationOf(from) ||
      (isTypeOnly && (isModuleDoor(to) || /^backend\/src\/modules\/[^/]+\/ports\.ts$/.test(to))),
  },
  {
    name: "the stand-ins know the Mini App and the bot not at all",
    of: /^backend\/sandbox\//,
    allows: ({ to, isOurs }) => !isOurs || !isIn(to, "miniapp", "bot"),
  },
  {
    name: "the bot knows actions, words and the kit",
    of: /^bot\/src\//,
    allows: ({ to, isOurs, isTypeOnly }) =>
      !isOurs ||
      isIn(to, "bot/src", "backend/src/i18n", "backend/src/kit") ||
      isModuleDoor(to) ||
      /^backend\/src\/modules\/[^/]+\/actions\//.test(to) ||
      (isTypeOnly && isIn(to, "db")),
  },
  {
    name: "the Mini App takes types from the backend, and by value only pure rules and words",
    of: /^miniapp\/src\//,
    allows: ({ to, isOurs, isTypeOnly }) =>
      !isOurs ||
      isIn(to, "miniapp") ||
      isIn(to, "backend/src/i18n") ||
      isDomain(to) ||
      (isTypeOnly && isIn(to, "backend", "db")),
  },
];

const shown = (one: Import) => `${one.from} → ${one.to}${one.isTypeOnly ? " (types)" : ""}`;

describe("arrows between the parts of the house", () => {
  for (const { name, of, allows } of rules)
    test(name, () => {
      const broken = everyImport.filter((one) => of.test(one.from) && !allows(one));
      expect(broken.map(shown)).toEqual([]);
    });

  test("only configuration reads the environment", () => {
    const readers = everyFile.filter(
      (path) => isIn(path, "backend/src", "bot/src") && /\b(process|Bun)\.env\b/.test(read(path)),
    );
    expect(readers.filter((path) => path !== "backend/src/app/config.ts")).toEqual([]);
  });

  test("modules do not import each other in circles", () => {
    const arrows = new Map<string, Set<string>>();
    for (const { from, to, isTypeOnly } of everyImport) {
      const [here, there] = [moduleOf(from), moduleOf(to)];
      if (here && there && here !== there && !isTypeOnly) arrows.set(here, (arrows.get(here) ?? new Set()).add(there));
    }
    expect(circle(arrows)).toEqual([]);
  });

  test("every import of our own names a file that exists", () => {
    const known = new Set([
      ...everyFile,
      ...filesIn("miniapp", /./),
      ...filesIn("backend", /./),
      ...filesIn("db", /./),
    ]);
    const lost = everyImport.filter(({ to, isOurs }) => isOurs && !known.has(to) && to !== "package.json");
    expect(lost.map(shown)).toEqual([]);
  });
});

describe("the reader of imports", () => {
  const kinds = (text: string) =>
    importsOf("backend/src/kit/x.ts", text).map(({ to, isTypeOnly }) => `${to} ${isTypeOnly}`);

  test("sees values, types, re-exports, dynamic imports and statements over several lines", () => {
    expect(kinds('import type { A } from "@db/a.ts";')).toEqual(["db/a.ts true"]);
    expect(kinds('import { type A, type B } from "@db/a.ts";')).toEqual(["db/a.ts true"]);
    expect(kinds('import {\n  type A,\n  b,\n} from "@db/a.ts";')).toEqual(["db/a.ts false"]);
    expect(kinds('import d, { type A } from "@db/a.ts";')).toEqual(["db/a.ts false"]);
    expect(kinds('export * from "./b.ts";')).toEqual(["backend/src/kit/b.ts false"]);
    expect(kinds('import "../app/c.ts";')).toEqual(["backend/src/app/c.ts false"]);
    expect(kinds('const x = lazy(() => import("@miniapp/d.tsx"));')).toEqual(["miniapp/src/d.tsx false"]);
    expect(kinds("import e from 'elysia';")).toEqual(["elysia false"]);
  });

  test("finds a circle", () => {
    expect(
      circle(
        new Map([
          ["a", new Set(["b"])],
          ["b", new Set(["c"])],
          ["c", new Set(["a"])],
        ]),
      ),
    ).toEqual(["a", "b", "c", "a"]);
    expect(
      circle(
        new Map([
          ["a", new Set(["b", "c"])],
          ["b", new Set(["c"])],
        ]),
      ),
    ).toEqual([]);
  });
});

/** The names on the first circle found, or nothing. */
function circle(arrows: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const done = new Set<string>();
  const walk = (name: string, path: string[]): string[] => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (done.has(name)) return [];
    for (const next of arrows.get(name) ?? []) {
      const found = walk(next, [...path, name]);
      if (found.length > 0) return found;
    }
    done.add(name);
    return [];
  };
  for (const name of arrows.keys()) {
    const found = walk(name, []);
    if (found.length > 0) return found;
  }
  return [];
}
