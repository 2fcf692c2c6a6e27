/**
 * Clicks as they come, written in groups: while one transaction is on its way, the visitors that arrive wait together for the
 * next. So ten thousand people in a minute cost a few hundred commits, and nobody waits for another's.
 *
 * A code names a recipient of a broadcast or a message of a sequence: their ids are of one kind, and one of the two tables has it.
 *
 * No click touches the row of its broadcast, which the sender keeps busy: `broadcasts.clicked` is counted anew from the recipients
 * by a job, two seconds later at most.
 */
import { publishAll } from "@backend/kit/events.ts";
import { groupCommit } from "@backend/kit/group-commit.ts";
import { enqueueAll } from "@backend/kit/jobs.ts";
import type { Logger } from "@backend/kit/log.ts";
import { noteClicks } from "@backend/modules/audience/index.ts";
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";
import type { Options } from "./contracts.ts";
import type { Click } from "./domain/click-code.ts";
import { linkClicked } from "./events.ts";
import { countAnswersJob, countAnswersSoon } from "./result-jobs.ts";
import { countSequenceClicks } from "./sequence-clicks.ts";

export interface Visit extends Click {
  /** False for robots: they are told the address and leave no trace. */
  isCounted: boolean;
  at: Date;
}

/** What a code stands for. */
export interface VisitedLink {
  url: string;
  options: Options;
  /** Of the broadcast or sequence. */
  name: string;
}

export interface ClickStore {
  /**
   * Resolves once the visit is committed, or could not be; null when there is no such recipient or link (any more). Throws
   * `common.unavailable` when too many wait.
   */
  visit(visit: Visit): Promise<VisitedLink | null>;
}

/** A statement of some hundred visits takes a few milliseconds. */
const groupSize = 250;
/** Visits that may wait for their commit; beyond it everybody is better off trying again. */
const maxWaiting = 10_000;
const triesOfAGroup = 3;
/**
 * What another try mends: two processes that write clicks of the same people can embrace, and PostgreSQL lets one of them go; and a
 * recipient may be erased between the question and the writing.
 */
const passing = new Set(["40P01", "23503"]);

interface FoundRow extends Record<string, unknown> {
  k: number;
  /** Of a recipient, or of a message of a sequence. */
  recipient_id: string;
  /** One of the two. */
  broadcast_id: string | null;
  sequence_id: string | null;
  workspace_id: string;
  subscriber_id: string | null;
  url: string;
  options: Options;
  name: string;
}

interface FreshRow extends Record<string, unknown> {
  recipient_id: string;
  number: number;
}

export function createClickStore(db: Db, log: Pick<Logger, "error">): ClickStore {
  const group = groupCommit<Visit, VisitedLink | null>((visits) => write(db, log, visits), { groupSize, maxWaiting });
  return { visit: group.add };
}

/** Answers in the order of the visits. */
async function write(db: Db, log: Pick<Logger, "error">, visits: readonly Visit[]): Promise<(VisitedLink | null)[]> {
  const found = await find(db, visits);
  try {
    await countInOneTransaction(db, found, visits);
  } catch (error) {
    // Where they lead is known, and people are not made to wait for our books.
    log.error({ err: error, visits: visits.length }, "clicks were not counted");
  }
  const byVisit = new Map(found.map((row) => [row.k, row]));
  return visits.map((_, k) => {
    const row = byVisit.get(k);
    return row ? { url: row.url, options: row.options, name: row.name } : null;
  });
}

async function countInOneTransaction(db: Db, found: readonly FoundRow[], visits: readonly Visit[]): Promise<void> {
  let counted = found.filter((row) => visits[row.k]?.isCounted);
  for (let tries = 1; counted.length > 0; tries++) {
    const rows = counted;
    try {
      await db.transaction((tx) => count(tx as unknown as Db, rows, visits));
      return;
    } catch (error) {
      const { code, cause } = error as { code?: string; cause?: { code?: string } };
      if (tries === triesOfAGroup || !passing.has(code ?? cause?.code ?? "")) throw error;
      counted = (await find(db, visits)).filter((row) => visits[row.k]?.isCounted);
    }
  }
}

/** What the codes stand for. A recipient and a number that belong to no broadcast together find nothing. */
const find = (db: Db, visits: readonly Visit[]) =>
  db.execute<FoundRow>(sql`
    with v as (
      select * from jsonb_to_recordset(${JSON.stringify(visits.map((visit, k) => ({ k, r: String(visit.recipientId), n: visit.link })))}::jsonb)
        as v(k int, r bigint, n smallint)
    )
    select v.k, v.n, r.id as recipient_id, r.broadcast_id, null::uuid as sequence_id, r.workspace_id, r.subscriber_id, l.url, b.options, b.name
    from v join broadcast_recipients r on r.id = v.r
    join broadcast_links l on l.broadcast_id = r.broadcast_id and l.number = v.n
    join broadcasts b on b.id = r.broadcast_id
    union all
    select v.k, v.n, m.id, null, m.sequence_id, m.workspace_id, m.subscriber_id, l.url, q.options, q.name
    from v join sequence_messages m on m.id = v.r
    join sequence_links l on l.sequence_id = m.sequence_id and l.number = v.n
    join sequences q on q.id = m.sequence_id
    order by recipient_id, n`);

async function count(tx: Db, rows: readonly FoundRow[], visits: readonly Visit[]): Promise<void> {
  const latest = new Date(Math.max(...rows.map(({ k }) => visits[k]?.at.getTime() ?? 0)));
  const inBroadcasts = rows.flatMap((row) =>
    row.broadcast_id === null ? [] : [{ ...row, broadcast_id: row.broadcast_id }],
  );
  await countInBroadcasts(tx, inBroadcasts, visits);
  await countSequenceClicks(
    tx,
    rows.flatMap(({ k, recipient_id, sequence_id, workspace_id, subscriber_id }) =>
      sequence_id === null
        ? []
        : [
            {
              messageId: recipient_id,
              sequenceId: sequence_id,
              workspaceId: workspace_id,
              subscriberId: Number(subscriber_id),
              at: visits[k]?.at ?? latest,
            },
          ],
    ),
  );
  await noteClicks(tx, subscribersOf(rows), latest);
  // A job with a key is a row too, which conversions take after the person's: in the other order the two would embrace.
  const ofBroadcast = new Map(inBroadcasts.map((row) => [row.broadcast_id, row.workspace_id]));
  const counting = [...ofBroadcast].sort().map(([broadcastId, workspaceId]) => ({ broadcastId, workspaceId }));
  await enqueueAll(tx, countAnswersJob, counting, { runAt: countAnswersSoon(latest) });
}

async function countInBroadcasts(
  tx: Db,
  rows: readonly (FoundRow & { broadcast_id: string })[],
  visits: readonly Visit[],
): Promise<void> {
  if (rows.length === 0) return;
  const clicks = rows.map(({ k, recipient_id }) => ({ r: recipient_id, n: visits[k]?.link, t: visits[k]?.at }));
  // Whoever makes the first row of a recipient and link counts a person for the link. The recipient's own counter goes from none to
  // some once; that moment stays his.
  const fresh = await tx.execute<FreshRow>(sql`
    with came as (
      select r, n, count(*)::int as times, min(t) as at from jsonb_to_recordset(${JSON.stringify(clicks)}::jsonb)
        as c(r bigint, n smallint, t timestamptz) group by r, n
    ), written as (
      insert into broadcast_clicks (recipient_id, number, count, at)
      select r, n, times, at from came order by r, n
      on conflict on constraint broadcast_clicks_once do update set count = broadcast_clicks.count + excluded.count
      returning recipient_id, number, (xmax = 0) as is_first
    ), recipients as (
      update broadcast_recipients r
      set clicks = least(32767, r.clicks + c.times), clicked_at = coalesce(r.clicked_at, c.at)
      from (select r as id, sum(times) as times, min(at) as at from came group by r) c where r.id = c.id
    ), links as (
      update broadcast_links l set clicks = l.clicks + c.times, people = l.people + c.people
      from (
        select r.broadcast_id, w.number, sum(came.times) as times, count(*) filter (where w.is_first) as people
        from written w join came on came.r = w.recipient_id and came.n = w.number
        join broadcast_recipients r on r.id = w.recipient_id group by 1, 2
      ) c where l.broadcast_id = c.broadcast_id and l.number = c.number
    )
    select recipient_id, number from written where is_first`);
  const byRecipient = new Map(rows.map((row) => [row.recipient_id, row]));
  const clicked = fresh.flatMap(({ recipient_id, number }) => {
    const row = byRecipient.get(recipient_id);
    return row ? [{ ...about(row), link: number }] : [];
  });
  await publishAll(tx, linkClicked, clicked);
}

const about = (row: FoundRow & { broadcast_id: string }) => ({
  workspaceId: row.workspace_id,
  broadcastId: row.broadcast_id,
  recipientId: row.recipient_id,
  subscriberId: row.subscriber_id === null ? null : Number(row.subscriber_id),
});

function subscribersOf(rows: readonly FoundRow[]): { subscriberId: number; count: number }[] {
  const counts = new Map<number, number>();
  for (const { subscriber_id } of rows)
    if (subscriber_id !== null) counts.set(Number(subscriber_id), (counts.get(Number(subscriber_id)) ?? 0) + 1);
  return [...counts].map(([subscriberId, count]) => ({ subscriberId, count }));
}
