/** A newcomer finds the room for any change: door-plates, names, sizes; no colours or secrets where they do not belong. */
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { filesIn, isTest, read, root } from "./sources.ts";

const folders = ["db", "backend", "bot", "miniapp", "bench", "scripts", "tests"];
const sources = folders.flatMap((folder) => filesIn(folder, /\.(tsx?|mjs|css|html)$/));
const modules = existsSync(join(root, "backend/src/modules"))
  ? readdirSync(join(root, "backend/src/modules"), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  : [];

describe("rooms", () => {
  for (const { name } of modules)
    test(`${name} has a door-plate that says what it is for`, () => {
      const door = `backend/src/modules/${name}/index.ts`;
      expect(existsSync(join(root, door)) && read(door).startsWith("/**")).toBe(true);
      expect(/^\/\*\*([\s\S]*?)\*\//.exec(read(door))?.[1]?.length ?? 0).toBeGreaterThan(80);
    });

  test("have files named in kebab-case", () => {
    const odd = sources.filter((path) => !/^[a-z0-9][a-z0-9.-]*$/.test(path.slice(path.lastIndexOf("/") + 1)));
    expect(odd).toEqual([]);
  });

  test("have files that can be read in one go: at most 600 lines, tests 800", () => {
    const long = sources.filter((path) => read(path).split("\n").length > (isTest(path) ? 800 : 600));
    expect(long).toEqual([]);
  });

  test("leave nothing for later and skip no test", () => {
    const marks = new RegExp(["TO", "DO|FIX", "ME|XX", "X"].join(""));
    const skips = /\b(test|it|describe)\.(skip|only|todo)\b/;
    expect(sources.filter((path) => marks.test(read(path)) || (isTest(path) && skips.test(read(path))))).toEqual([]);
  });
});

describe("colours", () => {
  const literal = /#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b(?![\w-])|\b(?:rgba?|hsla?|hwb|oklch|oklab|lab|lch)\(/gi;

  test("are named in the token file and nowhere else in the Mini App", () => {
    const app = filesIn("miniapp/src", /\.(tsx?|css)$/).filter(
      (path) => !isTest(path) && !/(^|\/)tokens\.css$/.test(path) && !isStandIn(path),
    );
    const found = app.flatMap((path) =>
      [...withoutComments(read(path)).matchAll(literal)].map(([text]) => `${path}: ${text}`),
    );
    expect(found).toEqual([]);
  });

  /** The simulator and mock-env.ts play Telegram, which hands its own palettes to the app. */
  const isStandIn = (path: string) => /(^|\/)(simulator|mock-env)(\/|\.)/.test(path);
});

const withoutComments = (text: string) => text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "");

describe("secrets", () => {
  const looksSecret: [string, RegExp][] = [
    // The three numbers belong to bots whose tokens Telegram's and other documentation publish as examples.
    ["a bot token", /\b(?!5768337691|7342037359|123456789:)\d{8,10}:AA[A-Za-z0-9_-]{33}\b/],
    ["a private key", /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/],
    ["a cloud key", /\bAKIA[0-9A-Z]{16}\b/],
    ["a provider's key", /\b(?:sk|re|live|test)_[A-Za-z0-9]{24,}\b/],
    ["a token of a code host", /\bgh[pousr]_[A-Za-z0-9]{36}\b/],
  ];

  test("are in no file of the project", () => {
    const tracked = Bun.spawnSync(["git", "ls-files", "-co", "--exclude-standard", "-z"], { cwd: root })
      .stdout.toString()
      .split("\0");
    // An archive without git history has nothing to list, and the folders stand in.
    const paths = tracked.length > 1 ? tracked.filter(Boolean) : sources;
    const found: string[] = [];
    for (const path of paths) {
      const stat = statSync(join(root, path), { throwIfNoEntry: false });
      if (!stat?.isFile() || stat.size > 1_000_000) continue;
      const text = read(path);
      for (const [what, pattern] of looksSecret) if (pattern.test(text)) found.push(`${path}: ${what}`);
    }
    expect(found).toEqual([]);
    expect(paths.filter((path) => /(^|\/)\.env$|\.(pem|key|dump)$/.test(path))).toEqual([]);
  });
});
