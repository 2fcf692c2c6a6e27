/**
 * Work that always throws comes to an end that somebody sees (RELIABILITY: poisoned input). What is thrown by the work itself is
 * counted, a row in `stumbles` for each work; the fifth time in a row ends it, and everything beside it goes on. What the moment is to
 * blame for (`isPassing`) is never counted, or an outage of the database would end everything at once.
 */
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";
import { type Action, type ActionContext, inTransaction } from "./context.ts";
import { isOutage, isPassing } from "./errors.ts";

/** Failures in a row after which work is set aside. */
export const triesAtMost = 5;

export interface SetAside<Input, Ports> {
  /** What is done, `domain.verb`: tries are counted for it and a subject. */
  work: string;
  /** What it is done to. */
  subjectOf(input: Input): string;
  /**
   * Ends the work so that somebody sees it: a state with a reason, a message. Runs in a transaction; does nothing to work that has ended
   * already. When it throws, the next try comes here again.
   */
  giveUp: Action<Input, unknown, Ports>;
}

/**
 * The action, tried again by whoever calls it (a job, a schedule) until it has thrown `triesAtMost` times in a row: then it is given up
 * and answers as if it were done. Errors that pass are thrown on and not counted; a success begins the count anew. The job around it
 * needs more tries than `triesAtMost`, or a schedule that finds what it left, since passing errors but outages (kit/worker.ts) use them up
 * too.
 */
export function settingAside<Input, Ports>(
  action: Action<Input, unknown, Ports>,
  { work, subjectOf, giveUp }: SetAside<Input, Ports>,
): Action<Input, void, Ports> {
  return async (ctx, input) => {
    const subject = subjectOf(input);
    try {
      await action(ctx, input);
    } catch (error) {
      if (isPassing(error)) throw error;
      if ((await countStumble(ctx, work, subject)) < triesAtMost) throw error;
      ctx.log.error({ err: error, work, subject }, "set aside: it failed too often in a row");
      await inTransaction(ctx, async (tx) => {
        await giveUp(tx, input);
        await forgetStumbles(tx.db, work, subject);
      });
      return;
    }
    await forgetStumbles(ctx.db, work, subject);
  };
}

/**
 * One of many in a loop: what it stumbles over is logged as `what` with the ids in `named`, which the work may still fill, and does not keep
 * the others from their turn. That the database is away is thrown: the others would meet it too. False when it stumbled.
 */
export async function stepOver(
  ctx: Pick<ActionContext, "log">,
  named: Readonly<Record<string, string>>,
  what: string,
  work: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (isOutage(error)) throw error;
    ctx.log.error({ err: error, ...named }, what);
    return false;
  }
}

async function countStumble({ db, now }: ActionContext<unknown>, work: string, subject: string): Promise<number> {
  const [row] = await db.execute<{ tries: number }>(sql`
    insert into stumbles (work, subject, stumbled_at) values (${work}, ${subject}, ${now.toISOString()}::timestamptz)
    on conflict (work, subject) do update set tries = stumbles.tries + 1, stumbled_at = excluded.stumbled_at
    returning tries`);
  return row?.tries ?? 1;
}

/** For a person who begins the work again: it has all its tries. */
export async function forgetStumbles(db: Db, work: string, subject: string): Promise<void> {
  await db.execute(sql`delete from stumbles where work = ${work} and subject = ${subject}`);
}

/** Counts of work that is not there any more; everything else is tried again, or set aside, within hours. */
export async function forgetOldStumbles(db: Db, before: Date): Promise<void> {
  await db.execute(sql`delete from stumbles where stumbled_at < ${before.toISOString()}::timestamptz`);
}
