/** Writes `.br` and `.gz` beside every text file of the build, so that the server never compresses while somebody waits. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const worthCompressing = /\.(?:js|css|html|svg|json)$/;

export function compress(): Plugin {
  return {
    name: "switchboard:compress",
    apply: "build",
    enforce: "post",
    writeBundle: {
      order: "post",
      sequential: true,
      async handler(output) {
        const folder = output.dir;
        if (!folder) return;
        for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
          if (!entry.isFile() || !worthCompressing.test(entry.name)) continue;
          const path = join(entry.parentPath, entry.name);
          const plain = await readFile(path);
          const [br, gz] = await Promise.all([
            promisify(brotliCompress)(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
            promisify(gzip)(plain, { level: 9 }),
          ]);
          await writeFile(`${path}.br`, br);
          await writeFile(`${path}.gz`, gz);
        }
      },
    },
  };
}
