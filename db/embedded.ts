/**
 * A real PostgreSQL server that comes with the product: nothing to install, data in one folder. It listens on loopback
 * only, on a port of its own choosing, with generated passwords.
 *
 * `dataDir` holds `access.json` (port, passwords, where the data lie; mode 0600), two lock files and, unless the server's
 * user cannot reach it (embedded/server-user.ts), `server/` with the cluster and its log.
 *
 * Every process that uses the server holds a shared lock on `users.lock`; whoever lets go last stops the server. A killed
 * process loses its lock by itself, so the next start simply finds the orphan server and goes on with it.
 */
import { chmodSync, existsSync, mkdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { findBinaries } from "./embedded/binaries.ts";
import { checkVersion, initialise } from "./embedded/cluster.ts";
import { type Lock, tryLock, waitForLock } from "./embedded/lock.ts";
import { type Place, prepare, urlOf } from "./embedded/place.ts";
import { joinRunning, startServer, startTimeoutMs, stopServer } from "./embedded/server.ts";
import { serverUser } from "./embedded/server-user.ts";

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

function stopper(place: Place, using: Lock): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    const starting = await lockStart(place.dataDir);
    try {
      using.release();
      const alone = tryLock(join(place.dataDir, "users.lock"), "exclusive");
      if (!alone) return;
      try {
        await stopServer(place);
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
