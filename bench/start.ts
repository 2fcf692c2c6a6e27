import { join } from "node:path";
import { startEmbeddedPostgres } from "@db/embedded.ts";
import { temporaryFolder } from "./product.ts";
import { atMost, type Bench, median, type Row, type RunOptions, row } from "./row.ts";
import { build, type SandboxRun, startSandbox } from "./sandbox.ts";

/** From the command in the terminal to an answer of /ready, sandbox and database and all. */
export const start: Bench = {
  name: "start",
  what: "`npm start` in the sandbox with its own PostgreSQL, from the command to /ready; everything is built already",
  run: measure,
};

type Started = Pick<SandboxRun, "readyMs" | "greetedMs">;

async function measure({ runs, say }: RunOptions): Promise<Row[]> {
  await build();
  const first: Started[] = [];
  const second: Started[] = [];
  const alone = { first: [] as number[], second: [] as number[] };
  for (let n = 0; n < runs; n++) {
    const folder = temporaryFolder();
    first.push(await startOnce(folder.path));
    second.push(await startOnce(folder.path));
    folder.remove();
    const other = temporaryFolder();
    alone.first.push(await databaseAlone(other.path));
    alone.second.push(await databaseAlone(other.path));
    other.remove();
    const [one, two] = [first.at(-1)?.readyMs ?? 0, second.at(-1)?.readyMs ?? 0];
    const [dbOne, dbTwo] = [alone.first.at(-1) ?? 0, alone.second.at(-1) ?? 0];
    say(`run ${n + 1}: first ${Math.round(one)} ms, second ${Math.round(two)} ms`);
    say(`  PostgreSQL alone: ${Math.round(dbOne)} and ${Math.round(dbTwo)} ms`);
  }
  const seconds = (all: Started[], what: keyof Started) => median(all.map((one) => one[what])) / 1000;
  const floor = (all: number[]) => ({ what: "its PostgreSQL alone", value: median(all) / 1000 });
  return [
    row({
      what: "second start to ready",
      value: seconds(second, "readyMs"),
      unit: "s",
      floor: floor(alone.second),
      target: atMost(3),
    }),
    row({
      what: "first start to ready",
      value: seconds(first, "readyMs"),
      unit: "s",
      floor: floor(alone.first),
      target: atMost(20),
    }),
    row({ what: "first start to the greeting, demo data written", value: seconds(first, "greetedMs"), unit: "s" }),
  ];
}

async function startOnce(dataDir: string): Promise<Started> {
  const sandbox = await startSandbox(dataDir);
  await sandbox.stop();
  return sandbox;
}

async function databaseAlone(dataDir: string): Promise<number> {
  const startedAt = performance.now();
  const server = await startEmbeddedPostgres({ dataDir: join(dataDir, "postgres") });
  const ms = performance.now() - startedAt;
  await server.stop();
  return ms;
}
