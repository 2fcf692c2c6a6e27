import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEmbeddedPostgres } from "@db/embedded.ts";
import { freePort, temporaryFolder } from "./product.ts";
import { atMost, type Bench, median, type Row, type RunOptions, row, until } from "./row.ts";

const command = fileURLToPath(new URL("../scripts/run.mjs", import.meta.url));

/** From the command in the terminal to an answer of /ready, sandbox and database and all. */
export const start: Bench = {
  name: "start",
  what: "`npm start` in the sandbox with its own PostgreSQL, from the command to /ready; everything is built already",
  run: measure,
};

interface Started {
  readyMs: number;
  greetedMs: number;
}

async function measure({ runs, say }: RunOptions): Promise<Row[]> {
  await Bun.spawn([process.execPath, command, "build"], { stdout: "ignore" }).exited;
  const first: Started[] = [];
  const second: Started[] = [];
  const floors = { first: [] as number[], second: [] as number[] };
  for (let n = 0; n < runs; n++) {
    const folder = temporaryFolder();
    first.push(await startOnce(folder.path));
    second.push(await startOnce(folder.path));
    folder.remove();
    const alone = temporaryFolder();
    floors.first.push(await databaseAlone(alone.path));
    floors.second.push(await databaseAlone(alone.path));
    alone.remove();
    say(
      `run ${n + 1}: first ${Math.round(first.at(-1)?.readyMs ?? 0)} ms, second ${Math.round(second.at(-1)?.readyMs ?? 0)} ms; ` +
        `PostgreSQL alone ${Math.round(floors.first.at(-1) ?? 0)} and ${Math.round(floors.second.at(-1) ?? 0)} ms`,
    );
  }
  const seconds = (all: Started[], what: keyof Started) => median(all.map((one) => one[what])) / 1000;
  const floor = (all: number[]) => ({ what: "its PostgreSQL alone", value: median(all) / 1000 });
  return [
    row({
      what: "second start to ready",
      value: seconds(second, "readyMs"),
      unit: "s",
      floor: floor(floors.second),
      target: atMost(3),
    }),
    row({
      what: "first start to ready",
      value: seconds(first, "readyMs"),
      unit: "s",
      floor: floor(floors.first),
      target: atMost(20),
    }),
    row({ what: "first start, demo data written and greeting printed", value: seconds(first, "greetedMs"), unit: "s" }),
  ];
}

async function startOnce(dataDir: string): Promise<Started> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = Bun.spawn([process.execPath, command, "start"], {
    env: {
      PATH: process.env.PATH ?? "",
      HOME: process.env.HOME ?? "",
      PORT: String(port),
      DATA_DIR: dataDir,
      LOG_LEVEL: "error",
    },
    stdout: "pipe",
    stderr: "inherit",
  });
  let greetedMs = Number.NaN;
  const listening = (async () => {
    for await (const chunk of child.stdout)
      if (Number.isNaN(greetedMs) && new TextDecoder().decode(chunk).includes("Simulator"))
        greetedMs = performance.now() - startedAt;
  })();
  const isReady = () =>
    fetch(`http://127.0.0.1:${port}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (child.exitCode !== null) throw new Error(`npm start ended with code ${child.exitCode}`);
    await Bun.sleep(5);
  }
  const readyMs = performance.now() - startedAt;
  await until("the greeting", () => !Number.isNaN(greetedMs));
  child.kill("SIGTERM");
  await child.exited;
  await listening;
  return { readyMs, greetedMs };
}

async function databaseAlone(dataDir: string): Promise<number> {
  const startedAt = performance.now();
  const server = await startEmbeddedPostgres({ dataDir: join(dataDir, "postgres") });
  const ms = performance.now() - startedAt;
  await server.stop();
  return ms;
}
