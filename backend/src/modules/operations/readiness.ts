/** Whether this process can do its work, as codes that tell a stranger nothing. */
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";

export type NotReady = "starting" | "database_away" | "migrations_pending" | `${string}_starting`;

export interface Readiness {
  /** Empty = ready. Asked at most once in `freshMs`, however often strangers ask. */
  reasons(): Promise<NotReady[]>;
}

export interface ReadinessDeps {
  db: Db;
  /** `when` of the newest migration this version carries (db/migrations/meta/_journal.json). */
  newestMigration: number;
  /** Roles that were asked for and have not started yet. */
  startingRoles(): readonly string[];
  freshMs?: number;
  timeoutMs?: number;
}

const timeUp = Symbol("time up");

export function createReadiness(deps: ReadinessDeps): Readiness {
  const freshMs = deps.freshMs ?? 1_000;
  const timeoutMs = deps.timeoutMs ?? 2_000;
  let areMigrationsApplied = false;
  let asked: { at: number; answer: Promise<NotReady[]> } | null = null;

  async function ask(): Promise<NotReady[]> {
    const reasons: NotReady[] = deps.startingRoles().map((role) => `${role}_starting` as const);
    try {
      const applied = await within(timeoutMs, newestApplied(deps.db, areMigrationsApplied));
      if (applied === timeUp) return ["database_away", ...reasons];
      areMigrationsApplied ||= applied >= deps.newestMigration;
      return areMigrationsApplied ? reasons : ["migrations_pending", ...reasons];
    } catch {
      return ["database_away", ...reasons];
    }
  }

  return {
    reasons() {
      const now = performance.now();
      if (!asked || now - asked.at >= freshMs) asked = { at: now, answer: ask() };
      return asked.answer;
    },
  };
}

/** Migrations never go backwards, so once they were found applied only reachability is asked. */
async function newestApplied(db: Db, isKnown: boolean): Promise<number> {
  if (isKnown) {
    await db.execute(sql`select 1`);
    return Number.POSITIVE_INFINITY;
  }
  const [table] = await db.execute<{ there: boolean }>(
    sql`select to_regclass('drizzle.__drizzle_migrations') is not null as there`,
  );
  if (!table?.there) return 0;
  const [row] = await db.execute<{ newest: string | null }>(
    sql`select max(created_at)::text as newest from drizzle.__drizzle_migrations`,
  );
  return Number(row?.newest ?? 0);
}

async function within<T>(ms: number, work: Promise<T>): Promise<T | typeof timeUp> {
  let timer: Timer | undefined;
  try {
    return await Promise.race([
      work,
      new Promise<typeof timeUp>((resolve) => {
        timer = setTimeout(() => resolve(timeUp), ms);
      }),
    ]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
}
