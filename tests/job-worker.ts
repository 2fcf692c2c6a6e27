/** A worker that does one job after another when a test says so, by the test's own clock. */
import type { Runtime } from "@backend/app/container.ts";
import { jobHandlers } from "@backend/app/jobs.ts";
import { systemActor } from "@backend/kit/context.ts";
import { readPayload } from "@backend/kit/jobs.ts";
import type { TestDatabase } from "@db/testing.ts";
import { sql } from "drizzle-orm";

const minuteMs = 60_000;

/**
 * Does one job whose time has come, of the given name or of any; false without one. A job that throws comes again after a minute of the
 * test's clock.
 */
export function jobWorker(of: {
  database: TestDatabase;
  runtime: Runtime;
  now(): Date;
}): (only?: string | null) => Promise<boolean> {
  const { database, runtime, now } = of;
  const handlers = new Map(jobHandlers(runtime).map((handler) => [handler.job.name, handler]));
  return async (only = null) => {
    const due = new Date(Math.max(now().getTime(), Date.now()) + 50).toISOString();
    const [row] = await database.db.execute<{
      name: string;
      payload: unknown;
      tries: number;
      most: number;
      key: string | null;
    }>(sql`
      with next as (select j.id from graphile_worker._private_jobs j where run_at <= ${due}::timestamptz and attempts < max_attempts
          and (${only}::text is null or task_id = (select id from graphile_worker._private_tasks where identifier = ${only}))
        order by priority, run_at, id limit 1 for update skip locked)
      delete from graphile_worker._private_jobs j using next, graphile_worker._private_tasks t
      where j.id = next.id and t.id = j.task_id
      returning t.identifier as name, j.payload, j.attempts::int as tries, j.max_attempts::int as most, j.key`);
    if (!row) return false;
    const handler = handlers.get(row.name);
    if (!handler) throw new Error(`nobody does ${row.name}`);
    const payload = readPayload(handler.job, row.payload) as never;
    const at = handler.workspaceOf?.(payload);
    const ctx = { ...runtime.contextFor(at ? systemActor(at) : runtime.actorFor(null), row.name), now: now() };
    try {
      await handler.action(ctx as never, payload);
    } catch (error) {
      if (row.tries + 1 >= row.most) throw error;
      const again = new Date(now().getTime() + minuteMs).toISOString();
      await database.db.execute(sql`select graphile_worker.add_job(${row.name}, ${JSON.stringify(row.payload)}::json,
        run_at => ${again}::timestamptz, max_attempts => ${row.most - row.tries - 1}, job_key => ${row.key})`);
    }
    return true;
  };
}
