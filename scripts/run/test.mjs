/** Everything README promises about `npm test`: one line per step, the log of each in .artifacts/. */
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ensureBuilt } from "./build.mjs";
import { findChromium } from "./chromium.mjs";
import { root, run, Sentence } from "./process.mjs";

const artifacts = join(root, ".artifacts");
/** `bun test` takes these as path filters: everything but tests/browser, which has a step of its own. */
const unitTests = [
  ...["db/", "backend/", "bot/", "miniapp/", "scripts/", "bench/"],
  ...readdirSync(join(root, "tests"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "browser")
    .map(({ name }) => `tests/${name}/`),
];
// A developer's .env with a real bot token must not reach a test.
const noEnvFile = "--no-env-file";

/** Generous: on a busy machine of 2 cores a test that starts a server of its own may take some seconds. */
const testTimeoutMs = 30_000;

/**
 * @param {string} bun path of the pinned Bun
 * @param {{ filters?: string[], hasBrowser?: boolean }} options filters: run only the tests whose path contains one of them
 * @returns {Promise<number>} exit code
 */
export async function testAll(bun, { filters = [], hasBrowser = true } = {}) {
  mkdirSync(artifacts, { recursive: true });
  const total = { passed: 0, failed: 0 };
  const database = await testDatabase(bun);
  const env = { TEST_DATABASE_URL: database.url, ARTIFACTS: artifacts };
  const bin = (path) => join(root, "node_modules", path);
  const step = async (name, work) => {
    const began = performance.now();
    const result = await work();
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const isGood = result.code === 0;
    const counted = result.counts ?? { passed: 0, failed: 0 };
    total.passed += counted.passed;
    // A step that is no test, or died before it could count, is one failure.
    total.failed += isGood ? counted.failed : Math.max(counted.failed, 1);
    const detail = result.counts ? `: ${counted.passed} passed, ${counted.failed} failed` : "";
    console.log(`${isGood ? "✓" : "✗"} ${name}${detail} (${seconds} s)`);
    writeFileSync(join(artifacts, `${name.replaceAll(" ", "-")}.log`), result.output);
    if (!isGood) console.log(result.output.replace(/^\(pass\).*\n/gm, "").trimEnd());
  };
  const tests = (name, paths, more = {}) =>
    step(name, async () => {
      const done = await run(bun, ["test", noEnvFile, `--timeout=${testTimeoutMs}`, ...paths], {
        env: { ...env, ...more },
      });
      return { ...done, counts: counts(done.output) };
    });
  try {
    if (filters.length > 0) await tests("chosen tests", filters, (await findChromium(bun)) ?? {});
    else {
      await step("types", () => run(bun, [bin("typescript/bin/tsc"), "--noEmit"]));
      await step("lint", () => run(bun, [bin("@biomejs/biome/bin/biome"), "check", "."]));
      await step("migrations match schema", () => run(bun, ["run", "db/generate.ts", "--check"]));
      await tests("tests on the real database", unitTests);
      await step("bundles", () => building(bun));
      await step("bundle budgets", () => run(bun, ["run", "miniapp/tools/budgets.ts"]));
      if (hasBrowser) await browserTests(bun, step, tests);
    }
  } finally {
    await database.stop();
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
}

async function browserTests(bun, step, tests) {
  const chromium = await findChromium(bun);
  if (chromium) return tests("browser tests", ["tests/browser/"], chromium);
  return step("browser tests", async () => ({
    code: 1,
    output: "No Chromium was found. Install Chromium or Google Chrome, or set CHROMIUM to the path of one.",
  }));
}

async function building(bun) {
  try {
    const built = await ensureBuilt(bun);
    return { code: 0, output: built.length > 0 ? `built ${built.join(", ")}` : "nothing had changed" };
  } catch (error) {
    if (error instanceof Sentence) return { code: 1, output: error.message };
    throw error;
  }
}

/** The numbers of `bun test`'s closing lines. */
function counts(output) {
  const number = (word) => Number(output.match(new RegExp(`^\\s*(\\d+) ${word}$`, "m"))?.[1] ?? 0);
  return { passed: number("pass"), failed: number("fail") };
}

/** One server for all steps. Its keeper stops it when our end of the pipe closes, however we end. */
async function testDatabase(bun) {
  if (process.env.TEST_DATABASE_URL) return { url: process.env.TEST_DATABASE_URL, stop: async () => {} };
  const keeper = spawn(bun, [noEnvFile, "tests/keep-database-server.ts"], {
    cwd: root,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise((done) => keeper.on("close", done));
  const first = createInterface({ input: keeper.stdout })[Symbol.asyncIterator]().next();
  const { value: url } = await first;
  if (!url) throw new Sentence("The test database did not start; the line above says why.");
  return {
    url,
    stop: async () => {
      keeper.stdin.end();
      await ended;
    },
  };
}
