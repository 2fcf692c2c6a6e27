/** SQL of sequences and of the people in them. `Own`: of the given workspace. */
import { decodeIdCursor } from "@backend/kit/paging.ts";
import type { Db } from "@db/client.ts";
import {
  broadcasts,
  sequenceConversions,
  sequenceMessages,
  sequenceRuns,
  sequenceSteps,
  sequences,
} from "@db/schema/broadcasts.ts";
import { and, asc, desc, eq, getTableColumns, inArray, isNotNull, isNull, lt, lte, sql } from "drizzle-orm";
import type { StopReason } from "./domain/sequence.ts";

export type SequenceRow = typeof sequences.$inferSelect;
/** What is in force: all but the change that waits, which holds a letter for each of its steps and language. */
export type SequenceInForce = Omit<SequenceRow, "waiting">;
export type NewSequence = typeof sequences.$inferInsert;
export type StepRow = typeof sequenceSteps.$inferSelect;
export type RunRow = typeof sequenceRuns.$inferSelect;

// ── Sequences ───────────────────────────────────────────────────────────────────────────────────────────────────────

const { waiting: _long, ...inForce } = getTableColumns(sequences);

const own = (workspaceId: string, id: string) => and(eq(sequences.workspaceId, workspaceId), eq(sequences.id, id));

/** Those in use, or those in the archive; the newest first. */
export const listOwnSequences = (
  db: Db,
  workspaceId: string,
  { isArchived }: { isArchived: boolean },
): Promise<SequenceInForce[]> =>
  db
    .select(inForce)
    .from(sequences)
    .where(
      and(
        eq(sequences.workspaceId, workspaceId),
        isArchived ? isNotNull(sequences.archivedAt) : isNull(sequences.archivedAt),
      ),
    )
    .orderBy(desc(sequences.createdAt), desc(sequences.id));

export async function findOwnSequence(db: Db, workspaceId: string, id: string): Promise<SequenceRow | null> {
  const [row] = await db.select().from(sequences).where(own(workspaceId, id));
  return row ?? null;
}

/** Against other changes and against steps that are being taken; not against people who come in. */
export async function lockOwnSequence(db: Db, workspaceId: string, id: string): Promise<SequenceRow | null> {
  const [row] = await db.select().from(sequences).where(own(workspaceId, id)).for("no key update");
  return row ?? null;
}

/** Serialises what counts sequences before adding one: two requests at once do not both find room. */
export const lockSequencesOf = (db: Db, workspaceId: string) =>
  db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`sequences:${workspaceId}`}, 0))`);

export async function insertSequence(db: Db, values: NewSequence): Promise<SequenceRow> {
  const [row] = await db.insert(sequences).values(values).returning();
  if (!row) throw new Error("a sequence just stored is not there");
  return row;
}

/** Every change makes it another to `seenAt`: two within one millisecond are two states too. */
export async function updateSequence(
  db: Db,
  { id, updatedAt }: SequenceRow,
  values: Partial<NewSequence>,
  now: Date,
): Promise<SequenceRow> {
  const [row] = await db
    .update(sequences)
    .set({ ...values, updatedAt: new Date(Math.max(now.getTime(), updatedAt.getTime() + 1)) })
    .where(eq(sequences.id, id))
    .returning();
  if (!row) throw new Error("a locked sequence is not there");
  return row;
}

export const deleteSequenceRow = (db: Db, id: string) => db.delete(sequences).where(eq(sequences.id, id));

/** Whether anybody was written to by it; messages of steps that are gone count too, and those that retention has forgotten. */
export async function hasSent(db: Db, sequenceId: string): Promise<boolean> {
  const [found] = await db.execute<{ has_sent: boolean }>(sql`
    select exists (select from sequence_messages where sequence_id = ${sequenceId})
      or exists (select from sequence_steps where sequence_id = ${sequenceId} and sent > 0) as has_sent`);
  return found?.has_sent === true;
}

export const listSteps = (db: Db, sequenceIds: readonly string[]): Promise<StepRow[]> =>
  sequenceIds.length === 0
    ? Promise.resolve([])
    : db
        .select()
        .from(sequenceSteps)
        .where(inArray(sequenceSteps.sequenceId, [...sequenceIds]))
        .orderBy(asc(sequenceSteps.sequenceId), asc(sequenceSteps.position));

/** Of each sequence; without their letters. */
export async function countStepsOf(db: Db, sequenceIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await db
    .select({ id: sequenceSteps.sequenceId, count: sql<number>`count(*)::int` })
    .from(sequenceSteps)
    .where(inArray(sequenceSteps.sequenceId, [...sequenceIds]))
    .groupBy(sequenceSteps.sequenceId);
  return new Map(rows.map(({ id, count }) => [id, count]));
}

export type StepValues = Pick<StepRow, "delayMinutes" | "atClock" | "condition" | "letter">;

/** Puts these steps in the place of the former ones. A step that keeps its id keeps its figures. */
export async function replaceSteps(
  db: Db,
  sequenceId: string,
  steps: readonly (StepValues & { id: string; isNew: boolean })[],
): Promise<void> {
  const kept = steps.filter(({ isNew }) => !isNew).map(({ id }) => id);
  await db.execute(sql`
    delete from sequence_steps where sequence_id = ${sequenceId} and not (id = any(${`{${kept.join(",")}}`}::uuid[]))`);
  // Out of each other's way first: places are unique at every moment.
  await db
    .update(sequenceSteps)
    .set({ position: sql`-1 - ${sequenceSteps.position}` })
    .where(eq(sequenceSteps.sequenceId, sequenceId));
  for (const [position, { isNew, id, ...values }] of steps.entries()) {
    if (isNew) await db.insert(sequenceSteps).values({ id, sequenceId, position, ...values });
    else
      await db
        .update(sequenceSteps)
        .set({ position, ...values })
        .where(eq(sequenceSteps.id, id));
  }
}

/**
 * Moves everybody who is under way to his new place: one entry for each former place. Whoever waited for a step that is gone passes
 * it when its time comes, and waits `laterMinutes` more for the next.
 */
export async function moveRuns(
  db: Db,
  sequenceId: string,
  places: readonly { place: number; laterMinutes: number }[],
): Promise<void> {
  const rows = places.map(({ place, laterMinutes }, former) => ({ f: former, p: place, m: laterMinutes }));
  await db.execute(sql`
    update sequence_runs r set position = m.p, next_at = r.next_at + make_interval(mins => m.m)
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as m(f int, p int, m int)
    where r.sequence_id = ${sequenceId} and r.state = 'active' and r.position = m.f and (m.p <> m.f or m.m <> 0)`);
}

export interface PeopleCount {
  active: number;
  finished: number;
  stopped: number;
}

export async function countPeople(db: Db, sequenceIds: readonly string[]): Promise<Map<string, PeopleCount>> {
  if (sequenceIds.length === 0) return new Map();
  const rows = await db.execute<PeopleCount & { sequence_id: string } & Record<string, unknown>>(sql`
    select sequence_id, count(*) filter (where state = 'active')::int as active,
      count(*) filter (where state = 'finished')::int as finished, count(*) filter (where state = 'stopped')::int as stopped
    from sequence_runs where sequence_id = any(${`{${sequenceIds.join(",")}}`}::uuid[]) group by sequence_id`);
  return new Map(
    rows.map(({ sequence_id, active, finished, stopped }) => [sequence_id, { active, finished, stopped }]),
  );
}

/** How many wait before each step, by its place. */
export async function countWaiting(db: Db, sequenceId: string): Promise<Map<number, number>> {
  const rows = await db
    .select({ position: sequenceRuns.position, count: sql<number>`count(*)::int` })
    .from(sequenceRuns)
    .where(and(eq(sequenceRuns.sequenceId, sequenceId), eq(sequenceRuns.state, "active")))
    .groupBy(sequenceRuns.position);
  return new Map(rows.map(({ position, count }) => [position, count]));
}

/** How many people clicked in each step's messages, and how many bought through them. */
export async function answersOfSteps(
  db: Db,
  stepIds: readonly string[],
): Promise<Map<string, { clicked: number; converted: number }>> {
  if (stepIds.length === 0) return new Map();
  const rows = await db.execute<{ step_id: string; clicked: number; converted: number }>(sql`
    select step_id, count(distinct subscriber_id) filter (where clicked_at is not null)::int as clicked,
      count(distinct subscriber_id) filter (where converted_at is not null)::int as converted
    from sequence_messages
    where step_id = any(${`{${stepIds.join(",")}}`}::uuid[]) and (clicked_at is not null or converted_at is not null)
    group by step_id`);
  return new Map(rows.map(({ step_id, clicked, converted }) => [step_id, { clicked, converted }]));
}

/** Money by step and currency, exact; what most conversions came in first. */
export const moneyOfSteps = (db: Db, stepIds: readonly string[]) =>
  stepIds.length === 0
    ? Promise.resolve([])
    : db
        .select({
          stepId: sequenceMessages.stepId,
          currency: sequenceConversions.currency,
          amount: sql<string>`trim_scale(sum(${sequenceConversions.amount}::numeric))::text`,
        })
        .from(sequenceConversions)
        .innerJoin(sequenceMessages, eq(sequenceMessages.id, sequenceConversions.messageId))
        .where(
          and(
            inArray(sequenceMessages.stepId, [...stepIds]),
            // Whatever earned has marked its message; few have, and an index has them.
            isNotNull(sequenceMessages.convertedAt),
            eq(sequenceConversions.isEarned, true),
            isNotNull(sequenceConversions.amount),
          ),
        )
        .groupBy(sequenceMessages.stepId, sequenceConversions.currency)
        .orderBy(sql`count(*) desc`, asc(sequenceConversions.currency));

/** Broadcasts that somebody may have clicked in; the newest first. */
export const listStartedBroadcasts = (
  db: Db,
  workspaceId: string,
  limit: number,
): Promise<{ id: string; name: string }[]> =>
  db
    .select({ id: broadcasts.id, name: broadcasts.name })
    .from(broadcasts)
    .where(and(eq(broadcasts.workspaceId, workspaceId), isNotNull(broadcasts.startedAt)))
    .orderBy(desc(broadcasts.createdAt), desc(broadcasts.id))
    .limit(limit);

// ── People who begin and end ────────────────────────────────────────────────────────────────────────────────────────

/** What happens to one person is taken one after another: two entries at once find each other. */
export const lockPerson = (db: Db, subscriberId: number) =>
  db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`sequence-person:${subscriberId}`}, 0))`);

export const listActiveByTrigger = (db: Db, workspaceId: string, kind: string): Promise<SequenceInForce[]> =>
  db
    .select(inForce)
    .from(sequences)
    .where(
      and(
        eq(sequences.workspaceId, workspaceId),
        eq(sequences.state, "active"),
        sql`${sequences.trigger} ->> 'kind' = ${kind}`,
      ),
    );

/** The sequences that a person is in, paused ones too. */
export const listRunning = (
  db: Db,
  workspaceId: string,
  subscriberId: number,
): Promise<{ run: RunRow; sequence: SequenceInForce }[]> =>
  db
    .select({ run: sequenceRuns, sequence: inForce })
    .from(sequenceRuns)
    .innerJoin(sequences, eq(sequences.id, sequenceRuns.sequenceId))
    .where(
      and(
        eq(sequenceRuns.subscriberId, subscriberId),
        eq(sequenceRuns.workspaceId, workspaceId),
        eq(sequenceRuns.state, "active"),
      ),
    );

export async function hasRun(db: Db, sequenceId: string, subscriberId: number): Promise<boolean> {
  const found = await db.$count(
    sequenceRuns,
    and(eq(sequenceRuns.sequenceId, sequenceId), eq(sequenceRuns.subscriberId, subscriberId)),
  );
  return found > 0;
}

/** Null when the person is in it already (`sequence_runs_one_active`). */
export async function insertRunOf(
  db: Db,
  run: { sequenceId: string; workspaceId: string; subscriberId: number; nextAt: Date; enteredAt: Date },
): Promise<bigint | null> {
  const [row] = await db.insert(sequenceRuns).values(run).onConflictDoNothing().returning({ id: sequenceRuns.id });
  return row?.id ?? null;
}

export async function stopRuns(db: Db, ids: readonly bigint[], reason: StopReason, now: Date): Promise<number> {
  if (ids.length === 0) return 0;
  const stopped = await db
    .update(sequenceRuns)
    .set({ state: "stopped", reason, nextAt: null, endedAt: now })
    .where(and(inArray(sequenceRuns.id, [...ids]), eq(sequenceRuns.state, "active")))
    .returning({ id: sequenceRuns.id });
  return stopped.length;
}

// ── Steps whose time has come ───────────────────────────────────────────────────────────────────────────────────────

/** Active sequences, of all workspaces, in which somebody's step is due. */
export async function listDueSequences(db: Db, now: Date): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select q.id from sequences q where q.state = 'active' and exists (
      select from sequence_runs r where r.sequence_id = q.id and r.state = 'active' and r.next_at <= ${now.toISOString()}::timestamptz)
    order by q.id`);
  return rows.map(({ id }) => id);
}

/** Holds off changes of the sequence, not other takers. */
export async function shareSequence(db: Db, sequenceId: string): Promise<SequenceInForce | null> {
  const [row] = await db.select(inForce).from(sequences).where(eq(sequences.id, sequenceId)).for("share");
  return row ?? null;
}

/** Those who have waited longest; what another process takes is passed over. */
export const lockDueRuns = (
  db: Db,
  sequenceId: string,
  now: Date,
  limit: number,
  only?: readonly bigint[],
): Promise<RunRow[]> =>
  db
    .select()
    .from(sequenceRuns)
    .where(
      and(
        eq(sequenceRuns.sequenceId, sequenceId),
        eq(sequenceRuns.state, "active"),
        lte(sequenceRuns.nextAt, now),
        only === undefined ? undefined : inArray(sequenceRuns.id, [...only]),
      ),
    )
    .orderBy(asc(sequenceRuns.nextAt), asc(sequenceRuns.id))
    .limit(limit)
    .for("update", { skipLocked: true });

export interface Move {
  id: bigint;
  state: RunRow["state"];
  reason: StopReason | null;
  position: number;
  nextAt: Date | null;
}

export async function moveOn(db: Db, moves: readonly Move[], now: Date): Promise<void> {
  if (moves.length === 0) return;
  const rows = moves.map(({ id, state, reason, position, nextAt }) => ({
    i: String(id),
    s: state,
    r: reason,
    p: position,
    n: nextAt,
  }));
  await db.execute(sql`
    update sequence_runs r set state = m.s, reason = m.r, position = m.p, next_at = m.n, tries = 0,
      ended_at = case when m.s <> 'active' then ${now.toISOString()}::timestamptz end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as m(i bigint, s text, r text, p int, n timestamptz)
    where r.id = m.i`);
}

export type NewMessage = typeof sequenceMessages.$inferInsert;

export async function insertMessages(db: Db, messages: readonly NewMessage[]): Promise<void> {
  if (messages.length > 0) await db.insert(sequenceMessages).values([...messages]);
}

const sliceSize = 1_000;

/**
 * Walks messages upwards from `after` and deletes those of the next thousand that are older than `before` and that nobody answered.
 * Ids are drawn in the order of time, so the walk ends (`last` null) at the first thousand with nothing old, and needs no index but
 * the key.
 */
export async function forgetMessagesSlice(
  db: Db,
  before: Date,
  after: bigint,
): Promise<{ forgotten: number; last: bigint | null }> {
  const at = before.toISOString();
  const [row] = await db.execute<{ forgotten: number; last: string | null; old: number }>(sql`
    with slice as materialized (
      select id, queued_at from sequence_messages where id > ${after} order by id limit ${sliceSize}
    ), gone as (
      delete from sequence_messages m using slice s where m.id = s.id and s.queued_at < ${at}::timestamptz
        and m.clicked_at is null and m.converted_at is null
        and not exists (select from sequence_conversions c where c.message_id = m.id)
      returning m.id
    )
    select (select count(*)::int from gone) as forgotten, (select max(id)::text from slice) as last,
      (select count(*)::int from slice where queued_at < ${at}::timestamptz) as old`);
  const isOver = !row || row.last === null || row.old === 0;
  return { forgotten: row?.forgotten ?? 0, last: isOver ? null : BigInt(row.last ?? 0) };
}

export async function countSteps(
  db: Db,
  counts: ReadonlyMap<string, { sent: number; skipped: number }>,
): Promise<void> {
  // In the order of ids: two takers wait for each other instead of embracing.
  for (const [id, { sent, skipped }] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
    await db
      .update(sequenceSteps)
      .set({ sent: sql`${sequenceSteps.sent} + ${sent}`, skipped: sql`${sequenceSteps.skipped} + ${skipped}` })
      .where(eq(sequenceSteps.id, id));
}

/** One more failed try, looked at again later; answers how many there are now. */
export async function countRunTry(db: Db, id: bigint, nextAt: Date): Promise<number> {
  const [row] = await db
    .update(sequenceRuns)
    .set({ tries: sql`${sequenceRuns.tries} + 1`, nextAt })
    .where(and(eq(sequenceRuns.id, id), eq(sequenceRuns.state, "active")))
    .returning({ tries: sequenceRuns.tries });
  return row?.tries ?? 0;
}

// ── People in lists ─────────────────────────────────────────────────────────────────────────────────────────────────

/** The last who came in first. */
export const listRunsOfSequence = (
  db: Db,
  sequenceId: string,
  filter: { state?: RunRow["state"] | undefined; subscriberIds?: readonly number[] | undefined },
  page: { cursor?: string | undefined; limit: number },
): Promise<RunRow[]> => {
  const before = decodeIdCursor(page.cursor);
  return db
    .select()
    .from(sequenceRuns)
    .where(
      and(
        eq(sequenceRuns.sequenceId, sequenceId),
        filter.state === undefined ? undefined : eq(sequenceRuns.state, filter.state),
        filter.subscriberIds === undefined ? undefined : inArray(sequenceRuns.subscriberId, [...filter.subscriberIds]),
        before === null ? undefined : lt(sequenceRuns.id, before),
      ),
    )
    .orderBy(desc(sequenceRuns.id))
    .limit(page.limit + 1);
};

export const listRunsOfPerson = (
  db: Db,
  workspaceId: string,
  subscriberId: number,
  limit: number,
): Promise<{ run: RunRow; name: string }[]> =>
  db
    .select({ run: sequenceRuns, name: sequences.name })
    .from(sequenceRuns)
    .innerJoin(sequences, eq(sequences.id, sequenceRuns.sequenceId))
    .where(and(eq(sequenceRuns.subscriberId, subscriberId), eq(sequenceRuns.workspaceId, workspaceId)))
    .orderBy(desc(sequenceRuns.id))
    .limit(limit);

export async function findOwnRun(db: Db, workspaceId: string, id: bigint): Promise<RunRow | null> {
  const [row] = await db
    .select()
    .from(sequenceRuns)
    .where(and(eq(sequenceRuns.workspaceId, workspaceId), eq(sequenceRuns.id, id)));
  return row ?? null;
}
