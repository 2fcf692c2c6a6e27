/**
 * Locks between processes that the kernel gives back when a process dies, however it dies. Bun has no flock(); a SQLite
 * transaction holds the same kind of kernel lock on its file and works on every system Bun runs on. Nothing is ever
 * written: the files stay empty.
 */
import { Database } from "bun:sqlite";

export interface Lock {
  release(): void;
}

/** Takes the lock if nobody stands in the way: `exclusive` alone, `shared` together with other shared holders. */
export function tryLock(file: string, kind: "shared" | "exclusive"): Lock | null {
  const database = new Database(file);
  try {
    // Without a journal file the lock can be had on a full disk too, when stopping the server matters most.
    database.run("pragma journal_mode = memory");
    if (kind === "exclusive") database.run("begin exclusive");
    else {
      database.run("begin");
      // The shared lock is taken by the first read, not by `begin`.
      database.query("select 1 from sqlite_master").get();
    }
  } catch (error) {
    database.close();
    if (error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY")) return null;
    throw error;
  }
  return { release: () => database.close() };
}

/** Waits for the lock, at most `timeoutMs`; null when somebody held it for all that time. */
export async function waitForLock(file: string, kind: "shared" | "exclusive", timeoutMs: number): Promise<Lock | null> {
  const end = Date.now() + timeoutMs;
  while (true) {
    const lock = tryLock(file, kind);
    if (lock || Date.now() >= end) return lock;
    await Bun.sleep(20);
  }
}
