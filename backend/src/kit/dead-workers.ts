/**
 * Gives back the jobs of workers that were killed. graphile-worker itself waits four hours before it believes that a worker
 * is gone. Here every living worker is known by a session advisory lock, which PostgreSQL lets go the moment the process or its
 * connection dies; whoever can take the lock of a worker that holds jobs knows that it is dead.
 *
 * A worker that lives but lost its connection may lose its job to another for a while. Jobs are idempotent and work in
 * transactions, so that is a repeat and no damage.
 */
import { endingWithConnections } from "@db/lost-transactions.ts";
import postgres from "postgres";
import { pause } from "./clock.ts";
import type { Logger } from "./log.ts";

const lockSpace = 7_402_616;
const lookEveryMs = 1_000;
/** A job younger than this is nobody's loss: its worker may not have registered yet. */
const suspectAfter = "3 seconds";

export interface WorkerGuard {
  /** Registers a worker of this process before it takes jobs. */
  add(workerId: string): void;
  /** From now on these count as dead: what they hold is given back. */
  forget(workerIds: readonly string[]): void;
  stop(): Promise<void>;
}

export interface GuardOptions {
  databaseUrl: string;
  log: Logger;
  /** The connection was lost and is back: answers may have been lost with it, and with them jobs that are locked but that nobody does. */
  onReconnected(): void;
}

export function guardWorkers(options: GuardOptions): WorkerGuard {
  const { log } = options;
  // One connection, never recycled: its locks say that we live.
  const pool = postgres(options.databaseUrl, {
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: 5,
    onnotice: () => {},
    backoff: (retries: number) => Math.min(0.1 * 2 ** retries, 2),
    connection: {
      application_name: "switchboard-worker-guard",
      statement_timeout: 5_000,
      tcp_keepalives_idle: 10,
      tcp_keepalives_interval: 5,
      tcp_keepalives_count: 3,
    },
  });
  const sql = endingWithConnections(pool);
  const workers = new Set<string>();
  const stopping = new AbortController();
  let session: string | null = null;
  let locked = new Set<string>();

  async function register(): Promise<void> {
    const [row] = await sql<{ pid: string }[]>`select pg_backend_pid()::text as pid`;
    const now = row?.pid ?? null;
    if (now !== session) locked = new Set();
    if (now !== session && session !== null) options.onReconnected();
    session = now;
    for (const id of workers) {
      if (locked.has(id)) continue;
      await sql`select pg_advisory_lock_shared(${lockSpace}, hashtext(${id}))`;
      locked.add(id);
    }
  }

  async function bury(): Promise<void> {
    const suspects = await sql<{ id: string }[]>`
      select locked_by as id from graphile_worker._private_jobs
      where locked_by is not null and locked_at < now() - ${suspectAfter}::interval
      union select locked_by from graphile_worker._private_job_queues
      where locked_by is not null and locked_at < now() - ${suspectAfter}::interval`;
    for (const { id } of suspects) {
      if (workers.has(id)) continue;
      const isDead = await sql.begin(async (tx) => {
        const [row] = await tx<
          { free: boolean }[]
        >`select pg_try_advisory_xact_lock(${lockSpace}, hashtext(${id})) as free`;
        if (row?.free) await tx`select graphile_worker.force_unlock_workers(array[${id}])`;
        return row?.free === true;
      });
      if (isDead) log.warn({ workerId: id }, "a worker is gone; its jobs are given back");
    }
  }

  const loop = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await register();
        await bury();
      } catch (error) {
        log.debug({ err: error }, "worker guard: the database is away");
      }
      await pause(lookEveryMs, stopping.signal);
    }
  })();

  return {
    add: (workerId) => void workers.add(workerId),
    forget(workerIds) {
      for (const id of workerIds) workers.delete(id);
    },
    async stop() {
      stopping.abort();
      await loop;
      await sql.end({ timeout: 1 });
    },
  };
}
