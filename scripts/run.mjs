/**
 * The commands of package.json. Plain JavaScript, for Node 20 or newer as for Bun: it has to run before anything is
 * installed, on a machine that has only one of the two.
 */
import { ensureBuilt, watchBundles } from "./run/build.mjs";
import { ensureInstalled } from "./run/install.mjs";
import { become, Sentence } from "./run/process.mjs";
import { testAll } from "./run/test.mjs";

const main = "backend/src/app/main.ts";

const commands = {
  async start(bun) {
    await ensureBuilt(bun);
    return become(bun, [main]);
  },
  /** The server restarts, and the bundles are built anew, at every change of a source file. */
  async dev(bun) {
    await ensureBuilt(bun);
    const stopWatching = watchBundles(bun);
    const code = await become(bun, ["--watch", main]);
    stopWatching();
    return code;
  },
  async build(bun) {
    const built = await ensureBuilt(bun);
    console.log(
      built.length > 0 ? `Built ${built.join(" and ")} into dist/.` : "Nothing had changed since the last build.",
    );
    return 0;
  },
  test: (bun, filters) => testAll(bun, { filters }),
  /** As `test`, without the browser: before every commit. */
  check: (bun) => testAll(bun, { hasBrowser: false }),
  async bench(bun, args) {
    await ensureBuilt(bun);
    return become(bun, ["bench/main.ts", ...args]);
  },
};

const [name, ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (!command) {
  console.error(`usage: node scripts/run.mjs ${Object.keys(commands).join("|")}`);
  process.exit(2);
}
try {
  process.exitCode = await command(await ensureInstalled(), args);
} catch (error) {
  if (!(error instanceof Sentence)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
