import { fileURLToPath } from "node:url";
import { coldLoadLimits, measureColdLoad } from "../miniapp/tools/webperf.ts";
import { temporaryFolder } from "./product.ts";
import { atMost, type Bench, type Row, type RunOptions, row } from "./row.ts";
import { build, ownersApp, startSandbox } from "./sandbox.ts";

const budgets = fileURLToPath(new URL("../miniapp/tools/budgets.ts", import.meta.url));

/** What a weak phone on a slow network waits for when the Mini App is opened for the first time. */
export const firstScreen: Bench = {
  name: "first-screen",
  what: "the Mini App opened cold: weight of the build, and time on a processor 4 times slower over Slow 4G",
  run: measure,
};

async function measure({ runs, isQuick }: RunOptions): Promise<Row[]> {
  await build();
  const folder = temporaryFolder();
  const sandbox = await startSandbox(folder.path);
  const plain = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () =>
      new Response("<!doctype html><main><section><a href='/'>A row</a></section></main>", {
        headers: { "content-type": "text/html" },
      }),
  });
  try {
    const loads = isQuick ? 1 : Math.max(5, runs);
    const floor = await measureColdLoad(`http://127.0.0.1:${plain.port}/`, { runs: loads });
    const app = await measureColdLoad(ownersApp(sandbox).address(""), { runs: loads });
    const ms = (what: string, name: "firstPaintMs" | "rowsMs") =>
      row({
        what,
        value: app[name],
        unit: "ms",
        floor: { what: "a page of one line", value: floor[name] },
        target: atMost(coldLoadLimits[name]),
      });
    return [
      row({
        what: "first screen: page, styles, scripts, one language, gzip",
        value: await firstScreenKb(),
        unit: "KB",
        target: atMost(120),
      }),
      ms("first contentful paint", "firstPaintMs"),
      ms("rows on the screen", "rowsMs"),
      row({
        what: "blocking time until the rows",
        value: app.blockingMs,
        unit: "ms",
        target: atMost(coldLoadLimits.blockingMs),
      }),
      row({ what: "layout shift", value: app.shift, unit: "", target: atMost(coldLoadLimits.shift) }),
      row({
        what: "requests before the rows",
        value: app.requestsBeforeRows,
        unit: "",
        target: atMost(coldLoadLimits.requestsBeforeRows),
      }),
      row({ what: "over the network in all, brotli", value: app.bytes / 1024, unit: "KB" }),
    ];
  } finally {
    plain.stop(true);
    await sandbox.stop();
    folder.remove();
  }
}

/** The budget check prints a table of kilobytes; its first screen is one of the lines. */
async function firstScreenKb(): Promise<number> {
  const child = Bun.spawn([process.execPath, budgets], { stdout: "pipe", stderr: "inherit" });
  const kb = /^\s*([\d.]+)\s+[\d.]+\s+first screen/m.exec(await new Response(child.stdout).text())?.[1];
  if (kb === undefined) throw new Error("the budget check says nothing about the first screen");
  return Number(kb);
}
