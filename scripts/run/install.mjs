/** node_modules as bun.lock says, installed only when it is not: the second start needs no network. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run, Sentence } from "./process.mjs";

const packageJson = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const pinned = packageJson.dependencies.bun;
const stampFile = join(root, "node_modules/.installed");
const bunPath = join(root, "node_modules/bun/bin/bun.exe");

/** @returns {Promise<string>} the path of the pinned Bun */
export async function ensureInstalled() {
  const wanted = stamp();
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted && isBinary(bunPath)) return bunPath;
  console.log("Installing dependencies…");
  const [command, ...args] = await installer();
  const done = await run(command, [...args, "install", "--frozen-lockfile"]);
  if (done.code !== 0) {
    const why = done.output.trim().split("\n").slice(-8).join("\n");
    throw new Sentence(`The dependencies could not be installed (is the npm registry reachable?):\n${why}`);
  }
  await ensureBun();
  writeFileSync(stampFile, wanted);
  return bunPath;
}

function stamp() {
  const hash = createHash("sha256").update(readFileSync(join(root, "bun.lock")));
  return hash.update(`${process.platform} ${process.arch}`).digest("hex");
}

/** Before its install script has run, bun.exe is a few lines of text. */
function isBinary(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && stat.size > 1_000_000;
}

/** Who installs: the Bun that runs this, the pinned one, one on the PATH, or npm's npx. */
async function installer() {
  if (process.versions.bun) return [process.execPath];
  if (isBinary(bunPath)) return [bunPath];
  if ((await run("bun", ["--version"])).code === 0) return ["bun"];
  return ["npx", "--yes", `bun@${pinned}`];
}

/** Where install scripts are switched off (npm's ignore-scripts, for example), Bun's own script is run by hand. */
async function ensureBun() {
  if (!isBinary(bunPath)) await run(process.execPath, [join(root, "node_modules/bun/install.js")]);
  const done = await run(bunPath, ["--version"]);
  if (done.code !== 0 || done.output.trim() !== pinned)
    throw new Sentence(`Bun ${pinned} does not run on this machine: ${done.output.trim() || "no reason given"}`);
}
