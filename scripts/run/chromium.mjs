/** A browser for the browser tests: the one CHROMIUM names, one that is installed, or the one from npm. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { root, run } from "./process.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const macApps = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * @param {string} bun path of the pinned Bun
 * @returns {Promise<Record<string, string> | null>} environment that tells the tests where it is; null when there is none
 */
export async function findChromium(bun) {
  if (process.env.CHROMIUM) return { CHROMIUM: process.env.CHROMIUM };
  const folders = (process.env.PATH ?? "").split(delimiter);
  const installed = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...macApps].find(canRun);
  if (installed) return { CHROMIUM: installed };
  const unpacked = await run(bun, [join(root, "scripts/run/npm-chromium.ts")]);
  return unpacked.code === 0 ? JSON.parse(unpacked.output.trim().split("\n").at(-1)) : null;
}

function canRun(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
