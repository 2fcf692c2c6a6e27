/** The running server of an embedded database: found, started, stopped. */
import { existsSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import postgres from "postgres";
import { initialise, writeSettings } from "./cluster.ts";
import { type Access, type Place, saveAccess, urlOf } from "./place.ts";
import { reason, run, runProgram } from "./programs.ts";

export const startTimeoutMs = 60_000;

/** Uses the server that runs already. False when none does; a pid file that no server of ours stands behind is removed. */
export async function joinRunning(place: Place, log: (message: string) => void): Promise<boolean> {
  const file = join(place.cluster, "postmaster.pid");
  const end = Date.now() + startTimeoutMs;
  while (existsSync(file)) {
    const lines = readFileSync(file, "utf8").split("\n");
    const pid = Number(lines[0]);
    if (!(await isOurServer(pid, place.cluster))) {
      // A dead server's file stays: PostgreSQL reads in it whether children of that server still write to the data, and
      // waits for them. But of the pid it only asks whether it lives, and would refuse when somebody else has it now.
      if (isAlive(pid)) rmSync(file, { force: true });
      return false;
    }
    const port = Number(lines[3]);
    if (port > 0 && (await answers({ ...place.access, port }))) {
      if (place.access.port !== port) {
        place.access.port = port;
        saveAccess(place);
      }
      log(`PostgreSQL is running already on port ${port}`);
      return true;
    }
    if (Date.now() > end)
      throw new Error(`PostgreSQL runs in ${place.cluster} (pid ${pid}) but does not answer. See ${place.logFile}`);
    await Bun.sleep(50);
  }
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function isOurServer(pid: number, cluster: string): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  let command: string;
  try {
    command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    if (existsSync("/proc/self/cmdline")) return false;
    command = (await runProgram("ps", ["-p", String(pid), "-o", "command="])).output;
  }
  return command.includes("postgres") && command.includes(cluster);
}

/** False while the server starts, recovers or stops. */
async function answers(access: Access): Promise<boolean> {
  const sql = postgres(urlOf(access), { max: 1, connect_timeout: 5, onnotice: () => {}, backoff: () => 0.05 });
  try {
    await sql`select 1`;
    return true;
  } catch (error) {
    if (error instanceof postgres.PostgresError && error.code === "28P01")
      throw new Error("PostgreSQL does not accept the password in access.json: it belongs to another database.");
    return false;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

export async function startServer(place: Place, log: (message: string) => void, isSecondTry = false): Promise<void> {
  const began = performance.now();
  const end = Date.now() + 10_000;
  rotate(place.logFile);
  while (true) {
    if (!place.access.port || !(await isFree(place.access.port))) place.access.port = await freePort();
    writeSettings(place, place.cluster);
    const from = sizeOf(place.logFile);
    const done = await run(place, "pg_ctl", [
      "start",
      `--pgdata=${place.cluster}`,
      `--log=${place.logFile}`,
      "--wait",
      `--timeout=${startTimeoutMs / 1000}`,
      "--silent",
    ]);
    if (done.code === 0) break;
    const said = `${done.output}\n${existsSync(place.logFile) ? readFileSync(place.logFile, "utf8").slice(from) : ""}`;
    // Another program was quicker to take the port, or children of a killed server are still on their way out.
    const isPassing = /Address already in use|pre-existing shared memory block/.test(said);
    if (isPassing && Date.now() < end) {
      await Bun.sleep(100);
      continue;
    }
    if (place.isFast && !isSecondTry) {
      // Without fsync a power cut or a kill may leave a cluster that cannot start; there is nothing in it to lose.
      rmSync(place.cluster, { recursive: true, force: true });
      await initialise(place, log);
      return startServer(place, log, true);
    }
    throw new Error(`PostgreSQL did not start: ${reason(said)} (log: ${place.logFile})`);
  }
  saveAccess(place);
  log(`PostgreSQL started on port ${place.access.port} in ${Math.round(performance.now() - began)} ms`);
}

/** `fast` ends sessions and writes a checkpoint; if that takes too long, `immediate` leaves the rest to the next start. */
export async function stopServer(place: Place): Promise<void> {
  for (const mode of ["fast", "immediate"]) {
    if (!existsSync(join(place.cluster, "postmaster.pid"))) return;
    const args = ["stop", `--pgdata=${place.cluster}`, `--mode=${mode}`, "--wait", "--timeout=8", "--silent"];
    await run(place, "pg_ctl", args);
  }
}

function rotate(logFile: string): void {
  if (sizeOf(logFile) > 10_000_000) renameSync(logFile, `${logFile}.old`);
}

const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", () => done(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => done(true)));
  });
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen({ port: 0, host: "127.0.0.1" }, () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? done(address.port) : fail(new Error("no free port")),
      );
    });
  });
}
