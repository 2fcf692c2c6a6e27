/** SQL of subscribers and what they refuse. `Own` in a name: of the given workspace, a stranger's is not found. */
import { idsInOrder, type WordConditions, wordsIn } from "@backend/kit/search.ts";
import { type Db, plannedForValues } from "@db/client.ts";
import { optOuts, type SubscriberState, subscribers } from "@db/schema/audience.ts";
import { and, eq, inArray, isNotNull, isNull, lt, ne, or, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Condition } from "./domain/segment.ts";
import { conditionSql, type SegmentClock } from "./segment-sql.ts";

export type SubscriberRow = typeof subscribers.$inferSelect;
export type OptOutRow = typeof optOuts.$inferSelect;

// ── Recording ───────────────────────────────────────────────────────────────────────────────────────────────────────

export async function findSubscriberOf(db: Db, botId: string, telegramId: number): Promise<SubscriberRow | null> {
  const [row] = await db
    .select()
    .from(subscribers)
    .where(and(eq(subscribers.botId, botId), eq(subscribers.telegramId, telegramId)));
  return row ?? null;
}

/** Null when there is one already: the first of two updates at once makes it. */
export async function insertSubscriber(db: Db, values: typeof subscribers.$inferInsert): Promise<SubscriberRow | null> {
  const [row] = await db.insert(subscribers).values(values).onConflictDoNothing().returning();
  return row ?? null;
}

/**
 * Those who are subscribers already stay as they are, but for whoever was imported before: he gets his chat, and is as reachable as it is.
 * Answers how many were made or got theirs.
 */
export async function insertSubscribers(db: Db, values: (typeof subscribers.$inferInsert)[]): Promise<number> {
  if (values.length === 0) return 0;
  const rows = await db
    .insert(subscribers)
    .values(values)
    .onConflictDoUpdate({
      target: [subscribers.botId, subscribers.telegramId],
      set: {
        chatId: sql`excluded.chat_id`,
        personId: sql`coalesce(${subscribers.personId}, excluded.person_id)`,
        state: sql`excluded.state`,
        subscribedAt: sql`excluded.subscribed_at`,
        lostAt: sql`excluded.lost_at`,
      },
      setWhere: isNull(subscribers.chatId),
    })
    .returning({ id: subscribers.id });
  return rows.length;
}

export async function updateSubscriber(
  db: Db,
  id: bigint,
  values: Partial<typeof subscribers.$inferInsert>,
): Promise<void> {
  await db.update(subscribers).set(values).where(eq(subscribers.id, id));
}

/** Makes somebody writable again; false when he is already. */
export async function reviveSubscriber(db: Db, id: bigint, now: Date): Promise<boolean> {
  const rows = await db
    .update(subscribers)
    .set({
      state: "active",
      lostAt: null,
      subscribedAt: sql`coalesce(${subscribers.subscribedAt}, ${now.toISOString()})`,
    })
    .where(and(eq(subscribers.id, id), ne(subscribers.state, "active")))
    .returning({ id: subscribers.id });
  return rows.length > 0;
}

/** Those of the matching that could be written to until now. */
export async function loseSubscribers(
  db: Db,
  which: SQL | undefined,
  state: Exclude<SubscriberState, "active">,
  now: Date,
): Promise<SubscriberRow[]> {
  return db
    .update(subscribers)
    .set({ state, lostAt: now })
    .where(and(which, eq(subscribers.state, "active")))
    .returning();
}

export const ofChat = (workspaceId: string, chatId: string) =>
  and(eq(subscribers.workspaceId, workspaceId), eq(subscribers.chatId, chatId));

export const ofPerson = (workspaceId: string, personId: string) =>
  and(eq(subscribers.workspaceId, workspaceId), eq(subscribers.personId, personId));

export async function listOwnOfPerson(db: Db, workspaceId: string, personId: string): Promise<SubscriberRow[]> {
  return db.select().from(subscribers).where(ofPerson(workspaceId, personId));
}

/** One human in all bots of the workspace, oldest first. */
export async function listOwnOfHuman(db: Db, workspaceId: string, telegramId: number): Promise<SubscriberRow[]> {
  return db
    .select()
    .from(subscribers)
    .where(and(eq(subscribers.workspaceId, workspaceId), eq(subscribers.telegramId, telegramId)))
    .orderBy(subscribers.id);
}

/** Without those whom the bot has no chat with. */
export async function countSubscribersByBot(db: Db): Promise<Map<string, number>> {
  const rows = await db
    .select({ botId: subscribers.botId, count: sql<number>`count(*)::int` })
    .from(subscribers)
    .where(isNotNull(subscribers.chatId))
    .groupBy(subscribers.botId);
  return new Map(rows.map(({ botId, count }) => [botId, count]));
}

// ── Refusals ────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * One human's refusals change, or are copied into a new row, one after another: a bot that he starts while he says stop to
 * another must not miss it. Held until the transaction ends, and taken before any of his rows is touched.
 */
export async function lockHumans(db: Db, workspaceId: string, telegramIds: readonly number[]): Promise<void> {
  await db.execute(sql`
    select pg_advisory_xact_lock(hashtextextended('opt-outs:' || ${workspaceId} || ':' || id, 0))
    from (select unnest(${`{${telegramIds.join(",")}}`}::bigint[]) as id order by id) ids`);
}

export async function listRefusals(db: Db, workspaceId: string, telegramId: number): Promise<OptOutRow[]> {
  return db
    .select()
    .from(optOuts)
    .where(and(eq(optOuts.workspaceId, workspaceId), eq(optOuts.telegramId, telegramId)));
}

/** True when it was not refused until now. */
export async function insertRefusal(
  db: Db,
  refusal: Pick<OptOutRow, "workspaceId" | "telegramId" | "categoryId" | "via" | "at">,
): Promise<boolean> {
  const rows = await db
    .insert(optOuts)
    .values({ ...refusal, endedAt: null })
    .onConflictDoUpdate({
      target: [optOuts.workspaceId, optOuts.telegramId, optOuts.categoryId],
      set: { via: refusal.via, at: refusal.at, endedAt: null },
      setWhere: isNotNull(optOuts.endedAt),
    })
    .returning({ categoryId: optOuts.categoryId });
  return rows.length > 0;
}

/** True when it was refused until now. The row stays: when it was refused and taken back is part of the consent. */
export async function endRefusal(
  db: Db,
  refusal: { workspaceId: string; telegramId: number; categoryId: number },
  now: Date,
): Promise<boolean> {
  const rows = await db
    .update(optOuts)
    .set({ endedAt: now })
    .where(
      and(
        eq(optOuts.workspaceId, refusal.workspaceId),
        eq(optOuts.telegramId, refusal.telegramId),
        eq(optOuts.categoryId, refusal.categoryId),
        isNull(optOuts.endedAt),
      ),
    )
    .returning({ categoryId: optOuts.categoryId });
  return rows.length > 0;
}

/** The refusals of one human as his rows carry them. */
export async function copyRefusals(db: Db, workspaceId: string, telegramId: number): Promise<void> {
  await db.execute(sql`
    update subscribers s set is_opted_out = r.everything, opted_out_of = r.categories
    from (select coalesce(bool_or(category_id = 0), false) as everything,
        coalesce(array_agg(category_id order by category_id) filter (where category_id > 0), '{}') as categories
      from opt_outs where workspace_id = ${workspaceId} and telegram_id = ${telegramId} and ended_at is null) r
    where s.workspace_id = ${workspaceId} and s.telegram_id = ${telegramId}
      and (s.is_opted_out, s.opted_out_of) is distinct from (r.everything, r.categories)`);
}

/** Who of these refuses anything. */
export async function findOwnRefusers(db: Db, workspaceId: string, telegramIds: readonly number[]): Promise<number[]> {
  const rows = await db
    .selectDistinct({ telegramId: optOuts.telegramId })
    .from(optOuts)
    .where(
      and(eq(optOuts.workspaceId, workspaceId), inArray(optOuts.telegramId, [...telegramIds]), isNull(optOuts.endedAt)),
    );
  return rows.map(({ telegramId }) => telegramId);
}

// ── Lists ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Which subscribers of a workspace; whatever is left out does not narrow. */
export interface SubscriberFilter {
  botId?: string;
  state?: SubscriberState;
  tagId?: number;
  search?: string;
  /** A segment's condition, and the moment and zone that its dates are counted from. Whoever asks has seen that it can be used. */
  meant?: { condition: Condition } & SegmentClock;
}

/** `subscribers` as lists name a row of it, and conditions of segments do. */
export const people = alias(subscribers, "s");

/**
 * A filter as conditions over `people`: `scope` walks along an index in the order of the list; `narrow` (tags, words, a segment) can be
 * seen on a row; `indexed` says the same, of words in the way that their index is asked, which is too dear to be asked of rows.
 */
interface Conditions extends WordConditions {
  scope: SQL;
}

function conditionsOf(workspaceId: string, filter: SubscriberFilter): Conditions {
  const { botId, state, tagId, search, meant } = filter;
  const words = wordsIn(people.searchText, search ?? "");
  const scope = and(
    eq(people.workspaceId, workspaceId),
    botId === undefined ? undefined : eq(people.botId, botId),
    state === undefined ? undefined : eq(people.state, state),
  ) as SQL;
  const others = and(
    // The index of tags answers for "contains", not for "is one of".
    tagId === undefined ? undefined : sql`${people.tags} @> array[${tagId}]::int[]`,
    meant && sql`(${conditionSql(meant.condition, meant)})`,
  );
  return { scope, narrow: and(others, words.narrow), indexed: and(others, words.indexed) };
}

/** All of a filter over `people`. */
export function matching(workspaceId: string, filter: SubscriberFilter): SQL {
  const { scope, indexed } = conditionsOf(workspaceId, filter);
  return and(scope, indexed) as SQL;
}

/** The same, of words only what can be seen on a row: for a walk along an index, page after page. */
export function matchingAlong(workspaceId: string, filter: SubscriberFilter): SQL {
  const { scope, narrow } = conditionsOf(workspaceId, filter);
  return and(scope, narrow) as SQL;
}

/** One page in the order of a list; one row more than `limit`, which says whether there is another page. */
async function pageOf(
  db: Db,
  { scope, narrow, indexed }: Conditions,
  page: { after: SQL | undefined; order: SQL; limit: number },
): Promise<SubscriberRow[]> {
  const { after, order } = page;
  const where = and(scope, after);
  const limit = page.limit + 1;
  const read = (ids: SQL | undefined) => db.select().from(people).where(ids).orderBy(order).limit(limit);
  if (!narrow) return read(where);
  // Tags have an index without an order too, and are found as words are.
  const found = await idsInOrder(db, {
    from: sql`subscribers s`,
    as: sql`s`,
    scope: where,
    narrow,
    indexed,
    order,
    limit,
  });
  return read(sql`${people.id} = any(${`{${found.join(",")}}`}::bigint[])`);
}

/** Newest first. */
export const listNewest = (
  db: Db,
  workspaceId: string,
  filter: SubscriberFilter,
  page: { before: bigint | null; limit: number },
): Promise<SubscriberRow[]> =>
  pageOf(db, conditionsOf(workspaceId, filter), {
    after: page.before === null ? undefined : lt(people.id, page.before),
    order: sql`${people.id} desc`,
    limit: page.limit,
  });

/** Last seen first; whoever was never seen is not in this list. */
export const listLastSeen = (
  db: Db,
  workspaceId: string,
  filter: SubscriberFilter,
  page: { before: { at: Date; id: bigint } | null; limit: number },
): Promise<SubscriberRow[]> =>
  pageOf(db, conditionsOf(workspaceId, filter), {
    after: and(
      isNotNull(people.lastSeenAt),
      page.before === null
        ? undefined
        : sql`(${people.lastSeenAt}, ${people.id}) < (${page.before.at.toISOString()}, ${page.before.id})`,
    ),
    order: sql`${people.lastSeenAt} desc, ${people.id} desc`,
    limit: page.limit,
  });

const planned = sql.raw(plannedForValues);

/** How many match, counted up to `most`. */
export async function countMatching(db: Db, where: SQL, most: number): Promise<number> {
  const [row] = await db.execute<{ count: number }>(
    sql`${planned} select count(*)::int as count from (select 1 from subscribers s where ${where} limit ${most}) few`,
  );
  return row?.count ?? 0;
}

export async function findOwnSubscriber(db: Db, workspaceId: string, id: bigint): Promise<SubscriberRow | null> {
  const [row] = await db
    .select()
    .from(subscribers)
    .where(and(eq(subscribers.workspaceId, workspaceId), eq(subscribers.id, id)));
  return row ?? null;
}

/** For a change: whoever changes the same one waits. */
export async function lockOwnSubscriber(db: Db, workspaceId: string, id: bigint): Promise<SubscriberRow | null> {
  const [row] = await db
    .select()
    .from(subscribers)
    .where(and(eq(subscribers.workspaceId, workspaceId), eq(subscribers.id, id)))
    .for("no key update");
  return row ?? null;
}

export async function listOwnByIds(db: Db, workspaceId: string, ids: readonly number[]): Promise<{ id: bigint }[]> {
  return db
    .select({ id: subscribers.id })
    .from(subscribers)
    .where(and(eq(subscribers.workspaceId, workspaceId), inArray(subscribers.id, ids.map(BigInt))));
}

// ── One person's data ───────────────────────────────────────────────────────────────────────────────────────────────

const ofIdentity = (person: { workspaceId: string; personId: string; telegramId: number | null }) =>
  and(
    eq(subscribers.workspaceId, person.workspaceId),
    person.telegramId === null
      ? eq(subscribers.personId, person.personId)
      : or(eq(subscribers.personId, person.personId), eq(subscribers.telegramId, person.telegramId)),
  );

export async function listOwnOfIdentity(
  db: Db,
  person: { workspaceId: string; personId: string; telegramId: number | null },
): Promise<SubscriberRow[]> {
  return db.select().from(subscribers).where(ofIdentity(person)).orderBy(subscribers.id);
}

export async function deleteOwnOfIdentity(
  db: Db,
  person: { workspaceId: string; personId: string; telegramId: number | null },
): Promise<void> {
  await db.delete(subscribers).where(ofIdentity(person));
}
