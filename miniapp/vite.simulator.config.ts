/** The simulator's build, apart from the Mini App's: a second entry there would break its shared chunks. */
import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const root = join(import.meta.dirname, "..");

export default defineConfig({
  root: join(import.meta.dirname, "simulator"),
  base: "/simulator/",
  publicDir: false,
  plugins: [react()],
  build: {
    outDir: join(root, "dist/simulator"),
    emptyOutDir: true,
    target: ["chrome120", "safari16.4"],
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
