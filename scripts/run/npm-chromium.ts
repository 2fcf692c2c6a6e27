/**
 * Unpacks the Chromium that npm carries (@sparticuz/chromium, Linux on x64) with the libraries and fonts it needs, and
 * prints where it is as JSON. For machines with no browser and nobody who may install one.
 */
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

if (process.platform !== "linux" || process.arch !== "x64") process.exit(1);
const parent = join(import.meta.dir, "../../node_modules/.cache/npm-chromium");
const folder = join(parent, "153.0.0");
const launcher = join(folder, "chromium.sh");

if (!existsSync(launcher)) {
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  // The package unpacks into the temp folder, and its libraries only where it believes itself in Amazon's cloud.
  process.env.TMPDIR = unfinished;
  process.env.AWS_EXECUTION_ENV = "AWS_Lambda_nodejs22.x";
  const { default: chromium } = await import("@sparticuz/chromium");
  const binary = await chromium.executablePath();
  if (dirname(binary) !== unfinished) throw new Error(`unpacked to ${binary}`);
  writeFileSync(
    join(unfinished, "fonts.conf"),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir prefix="relative">fonts/fonts</dir></fontconfig>\n`,
  );
  // A script, so that these libraries reach the browser and no other program of the run.
  const script = [
    "#!/bin/sh",
    'here=$(dirname "$0")',
    'LD_LIBRARY_PATH="$here/al2023/lib" FONTCONFIG_FILE="$here/fonts.conf" exec "$here/chromium" "$@"',
  ];
  writeFileSync(join(unfinished, "chromium.sh"), `${script.join("\n")}\n`);
  chmodSync(join(unfinished, "chromium.sh"), 0o755);
  rmSync(folder, { recursive: true, force: true });
  renameSync(unfinished, folder);
}
console.log(JSON.stringify({ CHROMIUM: launcher }));
