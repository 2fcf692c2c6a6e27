/** The Mini App and the simulator, built only when what they are made of has changed. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root, run, Sentence } from "./process.mjs";

const bundles = [
  { name: "miniapp", config: "miniapp/vite.config.ts" },
  { name: "simulator", config: "miniapp/vite.simulator.config.ts" },
];
const vite = join(root, "node_modules/vite/bin/vite.js");

/**
 * @param {string} bun path of the pinned Bun
 * @returns {Promise<string[]>} names of the bundles that were built
 */
export async function ensureBuilt(bun) {
  const wanted = sourcesStamp();
  const stale = bundles.filter(({ name }) => !existsSync(join(root, "dist", name)) || readStamp(name) !== wanted);
  if (stale.length === 0) return [];
  console.log(`Building ${stale.map(({ name }) => name).join(" and ")}…`);
  await Promise.all(stale.map((bundle) => build(bun, bundle, wanted)));
  return stale.map(({ name }) => name);
}

/**
 * Builds again at every change, into what a running server serves. What that leaves in dist/ has no stamp.
 * @param {string} bun path of the pinned Bun
 * @returns {() => void} stops it
 */
export function watchBundles(bun) {
  const watchers = bundles.map(({ name, config }) => {
    rmSync(stampFile(name), { force: true });
    const args = [vite, "build", "--watch", "--config", config, "--outDir", join(root, "dist", name), "--emptyOutDir"];
    return spawn(bun, args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  });
  return () => {
    for (const watcher of watchers) watcher.kill();
  };
}

async function build(bun, { name, config }, wanted) {
  const target = join(root, "dist", name);
  const fresh = join(root, "dist", `.${name}.new`);
  mkdirSync(join(root, "dist"), { recursive: true });
  const done = await run(bun, [vite, "build", "--config", config, "--outDir", fresh, "--emptyOutDir"], {
    env: { NODE_ENV: "production" },
  });
  if (done.code !== 0) throw new Sentence(`${name} could not be built:\n${done.output.trim()}`);
  // Swapped whole, so that a server that is running never serves half of a build.
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
  writeFileSync(stampFile(name), wanted);
}

const stampFile = (name) => join(root, "dist", `.${name}.stamp`);
const readStamp = (name) => (existsSync(stampFile(name)) ? readFileSync(stampFile(name), "utf8") : "");

/** What the browser gets: miniapp/ itself, and the words and pure rules it shares with the server. */
function sourcesStamp() {
  const hash = createHash("sha256");
  for (const file of ["bun.lock", "tsconfig.json", ...files("miniapp"), ...files("backend/src").filter(isShared)])
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(join(root, file)))
      .update("\0");
  return hash.digest("hex");
}

const isShared = (file) => /\/(domain|i18n)\//.test(file);

function files(folder) {
  const absolute = join(root, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}
