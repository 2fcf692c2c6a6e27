/** The data of an embedded database: made once, of one major version, with settings written at every start. */
import { chmodSync, chownSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Place, role, saveAccess } from "./place.ts";
import { reason, run } from "./programs.ts";

export function checkVersion({ cluster, binaries, dataDir }: Place): void {
  const ours = binaries.version.split(".")[0];
  const theirs = readFileSync(join(cluster, "PG_VERSION"), "utf8").trim();
  if (ours === theirs) return;
  throw new Error(
    `The database in ${dataDir} was made by PostgreSQL ${theirs}; this version of Switchboard brings PostgreSQL ${ours}, which cannot read it. ` +
      "Start the previous version of Switchboard and run `bun run backup there.dump`; then move that folder away, start this version and run `bun run restore there.dump`.",
  );
}

export async function initialise(place: Place, log: (message: string) => void): Promise<void> {
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
export function writeSettings({ access, isFast, user }: Place, cluster: string): void {
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
    // An import writes 40 MB of log a second: in the usual 8 MB its backends wait for one another's writing.
    wal_buffers: "'32MB'",
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
