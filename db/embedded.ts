/**
 * A real PostgreSQL server that comes with the product: nothing to install, data in one folder. It listens on loopback
 * only, on a port of its own choosing, with generated passwords.
 *
 * `dataDir` holds `access.json` (port, passwords, where the data lie; mode 0600), two lock files and, unless the server's
 * user cannot reach it (embedded/placement.ts), `server/` with the cluster and its log.
 *
 * Every process that uses the server holds a shared lock on `users.lock`; whoever lets go last stops the server. A killed
 * process loses its lock by itself, so the next start simply finds the orphan server and goes on with it.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import postgres from "postgres";
import { type Binaries, copyBinaries, findBinaries } from "./embedded/binaries.ts";
import { type Lock, tryLock, waitForLock } from "./embedded/lock.ts";
import { canReach, makeHome, type ServerUser, serverUser } from "./embedded/placement.ts";

export interface EmbeddedOptions {
  /** Folder of this database; made if missing. */
  dataDir: string;
  log?: (message: string) => void;
  /** For tests: no fsync, the role may create databases, and a cluster that does not start is made anew. */
  fast?: boolean;
}

export interface EmbeddedPostgres {
  /** Of the application's role: it owns its database and is no superuser. */
  url: string;
  /** True when the server was running already, for another process or left by one that was killed. */
  wasRunning: boolean;
  /** Fast shutdown, unless another process still uses the server. Safe to call twice. */
  stop(): Promise<void>;
}

/** What `access.json` says. */
interface Access {
  port: number;
  password: string;
  adminPassword: string;
  home: string;
  /** False until the cluster was complete once: from then on a missing cluster is a loss, not a first start. */
  isInitialised: boolean;
}

interface Place {
  dataDir: string;
  cluster: string;
  logFile: string;
  access: Access;
  binaries: Binaries;
  user: ServerUser | undefined;
  isFast: boolean;
}

const role = "switchboard";
const startTimeoutMs = 60_000;

/**
 * Starts the server of `dataDir`, or joins it when it runs. Makes the cluster at the first call (about a second).
 * Throws an Error with a sentence for the operator: other major version, no room, not startable, held by another start.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {});
  const dataDir = resolve(options.dataDir);
  const found = findBinaries();
  const user = serverUser();
  // 0711: the server's user must pass through, and sees nothing on the way.
  const mode = user ? 0o711 : 0o700;
  mkdirSync(dataDir, { recursive: true, mode });
  if (user && statSync(dataDir).uid === 0) chmodSync(dataDir, mode);
  const starting = await lockStart(dataDir);
  try {
    const place = prepare(dataDir, found, user, options.fast ?? false);
    if (!existsSync(place.cluster)) await initialise(place, log);
    checkVersion(place);
    const wasRunning = await joinRunning(place, log);
    if (!wasRunning) await startServer(place, log);
    const using = await waitForLock(join(dataDir, "users.lock"), "shared", 5_000);
    if (!using) throw new Error(`The lock ${join(dataDir, "users.lock")} cannot be taken.`);
    return { url: urlOf(place.access), wasRunning, stop: stopper(place, using) };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC")
      throw new Error(`The database in ${dataDir} cannot start: no space left on the disk.`);
    throw error;
  } finally {
    starting.release();
  }
}

async function lockStart(dataDir: string): Promise<Lock> {
  const lock = await waitForLock(join(dataDir, "start.lock"), "exclusive", startTimeoutMs);
  if (!lock) throw new Error(`Another process has been starting or stopping the database in ${dataDir} for a minute.`);
  return lock;
}

const urlOf = ({ port, password }: Access) => `postgres://${role}:${password}@127.0.0.1:${port}/${role}`;

// ── Where things are ────────────────────────────────────────────────────────────────────────────────────────────────

function prepare(dataDir: string, found: Binaries, user: ServerUser | undefined, isFast: boolean): Place {
  const file = join(dataDir, "access.json");
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Access) : undefined;
  const isLost = known?.isInitialised === true && !existsSync(join(known.home, "cluster"));
  if (isLost && !isFast && !existsSync(join(dataDir, "server", "cluster")))
    throw new Error(
      `The database that ${file} tells of is gone: ${join(known.home, "cluster")} does not exist. Put it back, or delete ${dataDir} to begin with an empty database.`,
    );
  // A project folder that was moved takes its database with it; only a home elsewhere keeps its recorded place.
  const local = join(dataDir, "server");
  const isKnownHome = known !== undefined && existsSync(known.home);
  const home = existsSync(join(local, "cluster")) ? local : isKnownHome ? known.home : makeHome(dataDir, user, isFast);
  const cluster = join(home, "cluster");
  const owner = ownerOf(cluster, user);
  const access: Access = {
    port: known?.port ?? 0,
    password: known?.password ?? randomBytes(24).toString("hex"),
    adminPassword: known?.adminPassword ?? randomBytes(24).toString("hex"),
    home,
    isInitialised: (known?.isInitialised ?? false) && existsSync(cluster),
  };
  const binaries = owner && !canReach(found.root, owner) ? copyBinaries(found, home) : found;
  const place = { dataDir, cluster, logFile: join(home, "server.log"), access, binaries, user: owner, isFast };
  saveAccess(place);
  return place;
}

/** The cluster's owner counts, not today's first choice: a user “postgres” may have been added since. */
function ownerOf(cluster: string, user: ServerUser | undefined): ServerUser | undefined {
  const { uid, gid } = statSync(cluster, { throwIfNoEntry: false }) ?? {};
  if (uid === undefined || gid === undefined) return user;
  if (!user) {
    if (uid !== process.getuid?.())
      throw new Error(`${cluster} belongs to another user of this machine: start Switchboard as that user.`);
    return undefined;
  }
  if (uid !== 0) return { uid, gid };
  // Copied back by root, for example from a backup of the folder.
  chownTree(cluster, user);
  return user;
}

function chownTree(path: string, user: ServerUser): void {
  chownSync(path, user.uid, user.gid);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) chownTree(join(path, entry.name), user);
    else if (entry.isFile()) chownSync(join(path, entry.name), user.uid, user.gid);
  }
}

function saveAccess({ dataDir, access }: Place): void {
  const file = join(dataDir, "access.json");
  writeFileSync(`${file}.new`, `${JSON.stringify(access, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function checkVersion({ cluster, binaries, dataDir }: Place): void {
  const ours = binaries.version.split(".")[0];
  const theirs = readFileSync(join(cluster, "PG_VERSION"), "utf8").trim();
  if (ours === theirs) return;
  throw new Error(
    `The database in ${dataDir} was made by PostgreSQL ${theirs}; this version of Switchboard brings PostgreSQL ${ours}, which cannot read it. ` +
      "Start the previous version of Switchboard and run `bun run backup there.dump`; then move that folder away, start this version and run `bun run restore there.dump`.",
  );
}

// ── The cluster ─────────────────────────────────────────────────────────────────────────────────────────────────────

async function initialise(place: Place, log: (message: string) => void): Promise<void> {
  log("preparing a new PostgreSQL database");
  const { cluster, access, isFast } = place;
  const unfinished = `${cluster}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const passwordFile = `${cluster}.password`;
  try {
    // The builtin C.UTF-8 locale sorts and folds case alike on every machine, whatever locales are installed.
    writeFileSync(passwordFile, access.adminPassword, { mode: 0o600 });
    if (place.user) chownSync(passwordFile, place.user.uid, place.user.gid);
    const done = await run(place, "initdb", [
      `--pgdata=${unfinished}`,
      "--username=postgres",
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--locale=C",
      "--no-instructions",
      ...(isFast ? ["--no-sync"] : []),
    ]);
    if (done.code !== 0) throw new Error(`The database could not be prepared in ${cluster}: ${reason(done.output)}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  writeFileSync(join(unfinished, "postgresql.conf"), "include 'switchboard.conf'\n");
  await single(place, unfinished, [
    `create role ${role} login ${isFast ? "createdb" : ""} password '${access.password}'`,
    `create database ${role} owner ${role}`,
    "revoke connect on database postgres from public",
  ]);
  renameSync(unfinished, cluster);
  access.isInitialised = true;
  saveAccess(place);
}

/** Runs statements with no server: the only way in while nobody has a password. */
async function single(place: Place, cluster: string, statements: string[]): Promise<void> {
  writeSettings(place, cluster);
  const done = await run(place, "postgres", ["--single", "-D", cluster, "postgres"], `${statements.join("\n")}\n`);
  if (done.code !== 0 || /\bERROR:/.test(done.output))
    throw new Error(`The database could not be prepared in ${cluster}: ${reason(done.output)}`);
}

/** Sized for a machine of 2 cores that also runs the product. */
function writeSettings({ access, isFast, user }: Place, cluster: string): void {
  const settings: Record<string, string> = {
    listen_addresses: "'127.0.0.1'",
    port: String(access.port || 5432),
    // Everything goes through TCP with a password; a socket path would also break on long folder names.
    unix_socket_directories: "''",
    password_encryption: "'scram-sha-256'",
    max_connections: isFast ? "300" : "100",
    shared_buffers: "'256MB'",
    work_mem: "'8MB'",
    maintenance_work_mem: "'128MB'",
    effective_cache_size: "'1GB'",
    random_page_cost: "1.1",
    max_wal_size: "'2GB'",
    wal_compression: "on",
    max_parallel_workers_per_gather: "1",
    jit: "off",
    timezone: "'UTC'",
    log_timezone: "'UTC'",
    log_checkpoints: "off",
    log_min_duration_statement: isFast ? "-1" : "'2s'",
    idle_in_transaction_session_timeout: "'10min'",
    ...(isFast && {
      fsync: "off",
      synchronous_commit: "off",
      full_page_writes: "off",
      wal_level: "minimal",
      max_wal_senders: "0",
      autovacuum_naptime: "'5min'",
    }),
  };
  const file = join(cluster, "switchboard.conf");
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  writeFileSync(
    file,
    `# Written anew at every start. Your own settings belong in postgresql.conf, below the include.\n${lines.join("")}`,
  );
  if (user) chownSync(file, user.uid, user.gid);
  chmodSync(file, 0o600);
}

// ── The server ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Uses the server that runs already. False when none does; a pid file that no server of ours stands behind is removed. */
async function joinRunning(place: Place, log: (message: string) => void): Promise<boolean> {
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

async function startServer(place: Place, log: (message: string) => void, isSecondTry = false): Promise<void> {
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

function stopper(place: Place, using: Lock): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    const starting = await lockStart(place.dataDir);
    try {
      using.release();
      const alone = tryLock(join(place.dataDir, "users.lock"), "exclusive");
      if (!alone) return;
      try {
        // `fast` ends sessions and writes a checkpoint; if that takes too long, `immediate` leaves it to the next start.
        for (const mode of ["fast", "immediate"]) {
          if (!existsSync(join(place.cluster, "postmaster.pid"))) return;
          await run(place, "pg_ctl", [
            "stop",
            `--pgdata=${place.cluster}`,
            `--mode=${mode}`,
            "--wait",
            "--timeout=8",
            "--silent",
          ]);
        }
      } finally {
        alone.release();
      }
    } finally {
      starting.release();
    }
  };
  return () => {
    stopping ??= stop();
    return stopping;
  };
}

// ── Small things ────────────────────────────────────────────────────────────────────────────────────────────────────

interface Finished {
  code: number;
  output: string;
}

const run = (
  { binaries, user, access }: Place,
  program: "initdb" | "pg_ctl" | "postgres",
  args: string[],
  input = "",
) => runProgram(join(binaries.root, "bin", program), args, { user, cwd: access.home, input });

function runProgram(
  path: string,
  args: string[],
  options: { user?: ServerUser | undefined; cwd?: string; input?: string } = {},
): Promise<Finished> {
  return new Promise((done) => {
    const child = spawn(path, args, {
      ...options.user,
      ...(options.cwd && { cwd: options.cwd }),
      // Nothing else from our environment: PGPORT or PGDATA set for another server would be obeyed.
      env: { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on("error", (error) => done({ code: -1, output: `${output}${error.message}` }));
    child.on("close", (code) => done({ code: code ?? -1, output }));
    child.stdin.end(options.input ?? "");
  });
}

/** The line that tells most, of all that a program printed. */
function reason(output: string): string {
  const lines = output.split("\n").map((line) => line.trim());
  if (lines.some((line) => line.includes("No space left on device"))) return "no space left on the disk.";
  const telling = lines.filter((line) => /FATAL|PANIC|ERROR|error:|could not|cannot|not found/.test(line));
  return (telling.at(-1) ?? lines.filter(Boolean).at(-1) ?? "no reason given").replace(
    /^.*?(FATAL|PANIC|ERROR):\s*/,
    "",
  );
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
