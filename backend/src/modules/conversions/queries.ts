/**
 * Every SQL statement of this room. `Own` in a name: of the given workspace; a stranger's is not found. `Visible`: of the actor's
 * workspace, and only what his role is shown (`domain/visibility.ts`).
 */
import { decodeIdCursor, decodeMomentCursor } from "@backend/kit/paging.ts";
import { isUuid } from "@backend/kit/uuid.ts";
import type { Db } from "@db/client.ts";
import { conversions, type StoredCorrection, trackerConnections } from "@db/schema/conversions.ts";
import type { Role } from "@db/schema/identity.ts";
import { inboundEvents } from "@db/schema/inbox.ts";
import {
  and,
  arrayContains,
  asc,
  desc,
  eq,
  gt,
  gte,
  ilike,
  inArray,
  isNotNull,
  isNull,
  lt,
  ne,
  notInArray,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import type { ConversionFacts } from "./domain/read-call.ts";
import { maySee, type Onlooker, sightOf } from "./domain/visibility.ts";

export type ConnectionRow = typeof trackerConnections.$inferSelect;
export type NewConnection = typeof trackerConnections.$inferInsert;
export type ConversionRow = typeof conversions.$inferSelect;
export type NewConversion = typeof conversions.$inferInsert;
export type InboundEventRow = typeof inboundEvents.$inferSelect;

/** Whose eyes a statement looks with. */
export type Scope = Onlooker & { workspaceId: string };

// ── Connections ─────────────────────────────────────────────────────────────────────────────────────────────────────

const alive = isNull(trackerConnections.deletedAt);
const own = (workspaceId: string, connectionId: string) =>
  and(eq(trackerConnections.workspaceId, workspaceId), eq(trackerConnections.id, connectionId), alive);

/** The connections that somebody is shown, deleted ones too: their conversions stay. Null when it is all of them. */
export function visibleConnections(actor: Onlooker): SQL | null {
  const sight = sightOf(actor);
  if (sight === null) return null;
  const { createdBy, sharedWith } = trackerConnections;
  const isShared = sight.role === null ? undefined : arrayContains(sharedWith, [sight.role as Role]);
  return or(isNull(sharedWith), eq(createdBy, sight.personId), isShared) ?? sql`false`;
}

/** Conversions that came through connections which somebody is shown. */
export function visibleConversions(actor: Scope): SQL | null {
  const visible = visibleConnections(actor);
  if (visible === null) return null;
  const { id, workspaceId } = trackerConnections;
  const ids = sql`select ${id} from ${trackerConnections} where ${workspaceId} = ${actor.workspaceId} and ${visible}`;
  return sql`${conversions.connectionId} in (${ids})`;
}

/** Ids of the workspace's connections that somebody is not shown, deleted ones too. No query for whoever is shown all. */
export async function hiddenConnectionIds(db: Db, actor: Scope): Promise<string[]> {
  const sight = sightOf(actor);
  if (sight === null) return [];
  const { id, createdBy, sharedWith, workspaceId } = trackerConnections;
  const rows = await db
    .select({ id, createdBy, sharedWith })
    .from(trackerConnections)
    .where(and(eq(workspaceId, actor.workspaceId), isNotNull(sharedWith)));
  return rows.filter((row) => !maySee(row, sight)).map((row) => row.id);
}

export async function saveConnection(db: Db, values: NewConnection): Promise<ConnectionRow> {
  const [row] = await db.insert(trackerConnections).values(values).returning();
  if (!row) throw new Error("a connection just stored is not there");
  return row;
}

export async function countOwnConnections(db: Db, workspaceId: string): Promise<number> {
  return db.$count(trackerConnections, and(eq(trackerConnections.workspaceId, workspaceId), alive));
}

export async function findOwnConnection(
  db: Db,
  workspaceId: string,
  connectionId: string,
): Promise<ConnectionRow | null> {
  const [row] = await db.select().from(trackerConnections).where(own(workspaceId, connectionId));
  return row ?? null;
}

const visible = (actor: Scope, connectionId: string) =>
  and(own(actor.workspaceId, connectionId), visibleConnections(actor) ?? undefined);

export async function findVisibleConnection(db: Db, actor: Scope, connectionId: string): Promise<ConnectionRow | null> {
  const [row] = await db.select().from(trackerConnections).where(visible(actor, connectionId));
  return row ?? null;
}

export async function lockVisibleConnection(db: Db, actor: Scope, connectionId: string): Promise<ConnectionRow | null> {
  const [row] = await db.select().from(trackerConnections).where(visible(actor, connectionId)).for("update");
  return row ?? null;
}

export async function updateConnection(
  db: Db,
  connectionId: string,
  values: Partial<NewConnection>,
): Promise<ConnectionRow> {
  const [row] = await db
    .update(trackerConnections)
    .set({ ...values, updatedAt: sql`now()` })
    .where(eq(trackerConnections.id, connectionId))
    .returning();
  if (!row) throw new Error("a locked connection is not there");
  return row;
}

/** Newest first, one row more than the limit. */
export async function listVisibleConnections(
  db: Db,
  actor: Scope,
  page: { cursor?: string; limit: number },
): Promise<ConnectionRow[]> {
  const after = decodeMomentCursor(page.cursor, isUuid);
  // Cursors carry milliseconds, the column microseconds.
  const createdAt = sql`date_trunc('milliseconds', ${trackerConnections.createdAt})`;
  return db
    .select()
    .from(trackerConnections)
    .where(
      and(
        eq(trackerConnections.workspaceId, actor.workspaceId),
        alive,
        visibleConnections(actor) ?? undefined,
        after
          ? sql`(${createdAt}, ${trackerConnections.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)`
          : undefined,
      ),
    )
    .orderBy(desc(createdAt), desc(trackerConnections.id))
    .limit(page.limit + 1);
}

/** Names of connections, deleted ones too: their conversions stay. */
export async function namesOfConnections(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: trackerConnections.id, name: trackerConnections.name })
    .from(trackerConnections)
    .where(inArray(trackerConnections.id, [...ids]));
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** Connections by id, deleted ones too: their conversions stay. Ids come from rows of the workspace. */
export async function findConnectionsOf(db: Db, ids: readonly string[]): Promise<Map<string, ConnectionRow>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select()
    .from(trackerConnections)
    .where(inArray(trackerConnections.id, [...ids]));
  return new Map(rows.map((row) => [row.id, row]));
}

/** The connection whose current secret, or previous one within its overlap, has one of these hashes. */
export async function findConnectionBySecret(
  db: Db,
  hashes: readonly string[],
  now: Date,
): Promise<ConnectionRow | null> {
  const [row] = await db
    .select()
    .from(trackerConnections)
    .where(
      and(
        alive,
        or(
          inArray(trackerConnections.secretHash, [...hashes]),
          and(
            inArray(trackerConnections.previousSecretHash, [...hashes]),
            gt(trackerConnections.previousSecretUntil, now),
          ),
        ),
      ),
    );
  return row ?? null;
}

/** Of many hashes, in one parameter: each with the connection that it leads to now. */
export async function findConnectionsBySecrets(
  db: Db,
  hashes: readonly string[],
  now: Date,
): Promise<{ id: string; hash: string }[]> {
  if (hashes.length === 0) return [];
  const rows = await db.execute<{ id: string; hash: string }>(sql`
    with asked as materialized (select jsonb_array_elements_text(${JSON.stringify(hashes)}::jsonb) as hash)
    select c.id, a.hash from asked a join tracker_connections c on c.secret_hash = a.hash where c.deleted_at is null
    union all
    select c.id, a.hash from asked a join tracker_connections c on c.previous_secret_hash = a.hash
    where c.previous_secret_until > ${now.toISOString()}::timestamptz and c.deleted_at is null`);
  return [...rows];
}

/** Events closer together than this are one write: the row is shared by every call of the connection. */
const touchMs = 5_000;
const isStale = (at: Date | null, now: Date) => at === null || now.getTime() - at.getTime() >= touchMs;

/** Notes that a conversion arrived. True for the very first. */
export async function touchLastEvent(db: Db, connection: ConnectionRow, now: Date): Promise<boolean> {
  if (!isStale(connection.lastEventAt, now)) return false;
  const at = sql`${now.toISOString()}::timestamptz`;
  const [row] = await db
    .update(trackerConnections)
    .set({ firstEventAt: sql`coalesce(${trackerConnections.firstEventAt}, ${at})`, lastEventAt: sql`${at}` })
    .where(
      and(
        eq(trackerConnections.id, connection.id),
        or(
          isNull(trackerConnections.lastEventAt),
          lt(trackerConnections.lastEventAt, new Date(now.getTime() - touchMs)),
        ),
      ),
    )
    .returning({ isFirst: sql<boolean>`${trackerConnections.firstEventAt} = ${trackerConnections.lastEventAt}` });
  return row?.isFirst ?? false;
}

/** Notes that a call was no conversion, and why. True when it was written, not skipped for coming too soon after another. */
export async function touchLastRefusal(
  db: Db,
  connection: Pick<ConnectionRow, "id" | "lastRefusedAt">,
  refusal: string,
  now: Date,
): Promise<boolean> {
  if (!isStale(connection.lastRefusedAt, now)) return false;
  const rows = await db
    .update(trackerConnections)
    .set({ lastRefusedAt: now, lastRefusal: refusal })
    .where(
      and(
        eq(trackerConnections.id, connection.id),
        or(
          isNull(trackerConnections.lastRefusedAt),
          lt(trackerConnections.lastRefusedAt, new Date(now.getTime() - touchMs)),
        ),
      ),
    )
    .returning({ id: trackerConnections.id });
  return rows.length > 0;
}

type SealedColumn = typeof trackerConnections.secretSealed | typeof trackerConnections.signingSealed;

const listSealed = (column: SealedColumn) => async (db: Db, afterId: string | null, limit: number) => {
  const { id } = trackerConnections;
  const rows = await db
    .select({ id, sealed: column })
    .from(trackerConnections)
    .where(and(isNotNull(column), afterId === null ? undefined : gt(id, afterId)))
    .orderBy(asc(id))
    .limit(limit);
  return rows.map((row) => ({ id: row.id, sealed: row.sealed ?? "" }));
};

/** Sealed secrets of all workspaces after an id, for the command that seals them anew. */
export const listSealedSecrets = listSealed(trackerConnections.secretSealed);
/** Likewise the keys of signatures. */
export const listSealedSigningKeys = listSealed(trackerConnections.signingSealed);

/** Replaces a sealed secret and its hash, unless the secret was rotated meanwhile. */
export async function replaceSealedSecret(
  db: Db,
  id: string,
  from: string,
  to: { sealed: string; hash: string },
): Promise<boolean> {
  const rows = await db
    .update(trackerConnections)
    .set({ secretSealed: to.sealed, secretHash: to.hash })
    .where(and(eq(trackerConnections.id, id), eq(trackerConnections.secretSealed, from)))
    .returning({ id: trackerConnections.id });
  return rows.length > 0;
}

/** Replaces sealed signing keys, unless they were rotated meanwhile. */
export async function replaceSealedSigningKey(db: Db, id: string, from: string, to: string): Promise<boolean> {
  const rows = await db
    .update(trackerConnections)
    .set({ signingSealed: to })
    .where(and(eq(trackerConnections.id, id), eq(trackerConnections.signingSealed, from)))
    .returning({ id: trackerConnections.id });
  return rows.length > 0;
}

/** The newest calls of a connection that are nobody's replay or test, as they came. */
export async function listCallsOfConnection(
  db: Db,
  connection: Pick<ConnectionRow, "id" | "workspaceId">,
  limit: number,
): Promise<InboundEventRow[]> {
  return db
    .select()
    .from(inboundEvents)
    .where(
      and(
        eq(inboundEvents.sourceId, connection.id),
        eq(inboundEvents.workspaceId, connection.workspaceId),
        isNull(inboundEvents.replayOf),
        eq(inboundEvents.isTest, false),
      ),
    )
    .orderBy(desc(inboundEvents.id))
    .limit(limit);
}

// ── Conversions ─────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Inserts a conversion; null when its identity is known. Waits for another transaction that is inserting the same one, so of a
 * thousand at once exactly one gets the id.
 */
export async function insertConversion(db: Db, values: NewConversion): Promise<bigint | null> {
  const [row] = await db
    .insert(conversions)
    .values(values)
    .onConflictDoNothing({ target: [conversions.connectionId, conversions.identityKey] })
    .returning({ id: conversions.id });
  return row?.id ?? null;
}

export async function findByIdentity(db: Db, connectionId: string, identityKey: string): Promise<ConversionRow | null> {
  const [row] = await db
    .select()
    .from(conversions)
    .where(and(eq(conversions.connectionId, connectionId), eq(conversions.identityKey, identityKey)));
  return row ?? null;
}

export async function lockConversion(db: Db, id: bigint): Promise<ConversionRow> {
  const [row] = await db.select().from(conversions).where(eq(conversions.id, id)).for("update");
  if (!row) throw new Error("a conversion just read is not there");
  return row;
}

/** Corrections kept on a row; the newest ones. */
const keptCorrections = 50;

export async function saveCorrection(db: Db, conversion: ConversionRow, correction: StoredCorrection): Promise<void> {
  await db
    .update(conversions)
    .set({
      amount: correction.to.amount,
      currency: correction.to.currency,
      amountEventId: BigInt(correction.eventId),
      corrections: [...conversion.corrections, correction].slice(-keptCorrections),
      correctionCount: Math.min(conversion.correctionCount + 1, 32_767),
      updatedAt: sql`now()`,
    })
    .where(eq(conversions.id, conversion.id));
}

export async function findVisibleConversion(db: Db, actor: Scope, id: bigint): Promise<ConversionRow | null> {
  const [row] = await db
    .select()
    .from(conversions)
    .where(
      and(
        eq(conversions.workspaceId, actor.workspaceId),
        eq(conversions.id, id),
        visibleConversions(actor) ?? undefined,
      ),
    );
  return row ?? null;
}

/** Those of these conversions that somebody is shown, newest first. */
export async function findVisibleConversions(db: Db, actor: Scope, ids: readonly bigint[]): Promise<ConversionRow[]> {
  if (ids.length === 0) return [];
  return db
    .select()
    .from(conversions)
    .where(
      and(
        eq(conversions.workspaceId, actor.workspaceId),
        inArray(conversions.id, [...ids]),
        visibleConversions(actor) ?? undefined,
      ),
    )
    .orderBy(desc(conversions.id));
}

/** The workspace's conversions among these ids, newest first. */
export async function findOwnConversions(
  db: Db,
  workspaceId: string,
  ids: readonly bigint[],
): Promise<ConversionRow[]> {
  if (ids.length === 0) return [];
  return db
    .select()
    .from(conversions)
    .where(and(eq(conversions.workspaceId, workspaceId), inArray(conversions.id, [...ids])))
    .orderBy(desc(conversions.id));
}

export interface ConversionFilter {
  connectionId?: string;
  status?: string;
  country?: string;
  currency?: string;
  search?: string;
  from?: Date;
  to?: Date;
  /** Connections that whoever asks is not shown (`hiddenConnectionIds`), for work that goes on without him. */
  hidden?: readonly string[];
}

const containing = (text: string) => `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;

/** What a filter says of a conversion. Lists, exports and bulk work all ask by it, so that what is seen is what is acted on. */
export function matching(workspaceId: string, filter: ConversionFilter): SQL | undefined {
  const { search } = filter;
  return and(
    eq(conversions.workspaceId, workspaceId),
    filter.connectionId === undefined ? undefined : eq(conversions.connectionId, filter.connectionId),
    filter.status === undefined ? undefined : eq(conversions.status, filter.status),
    filter.country === undefined ? undefined : eq(conversions.country, filter.country),
    filter.currency === undefined ? undefined : eq(conversions.currency, filter.currency),
    filter.from === undefined ? undefined : gte(conversions.receivedAt, filter.from),
    filter.to === undefined ? undefined : lt(conversions.receivedAt, filter.to),
    filter.hidden === undefined || filter.hidden.length === 0
      ? undefined
      : notInArray(conversions.connectionId, [...filter.hidden]),
    search === undefined
      ? undefined
      : or(
          eq(conversions.subid, search),
          eq(conversions.tid, search),
          eq(conversions.campaignId, search),
          ilike(conversions.campaignName, containing(search)),
        ),
  );
}

/** Newest first, one row more than the limit. */
export async function listVisibleConversions(
  db: Db,
  actor: Scope,
  filter: ConversionFilter,
  page: { cursor?: string; limit: number },
): Promise<ConversionRow[]> {
  const before = decodeIdCursor(page.cursor);
  return db
    .select()
    .from(conversions)
    .where(
      and(
        matching(actor.workspaceId, filter),
        visibleConversions(actor) ?? undefined,
        before === null ? undefined : lt(conversions.id, before),
      ),
    )
    .orderBy(desc(conversions.id))
    .limit(page.limit + 1);
}

/** The other conversions of one click, oldest first, at most 50. */
export async function listOwnOfSameClick(
  db: Db,
  workspaceId: string,
  conversion: ConversionRow,
): Promise<ConversionRow[]> {
  if (conversion.subid === "") return [];
  return db
    .select()
    .from(conversions)
    .where(
      and(
        eq(conversions.subid, conversion.subid),
        ne(conversions.subid, ""),
        eq(conversions.workspaceId, workspaceId),
        eq(conversions.connectionId, conversion.connectionId),
        ne(conversions.id, conversion.id),
      ),
    )
    .orderBy(asc(conversions.id))
    .limit(50);
}

/** Facts of the newest conversions of one click of a tracker. */
export async function listFactsOfClick(db: Db, connectionId: string, subid: string) {
  const rows = await db
    .select({ facts: conversions.facts })
    .from(conversions)
    .where(and(eq(conversions.subid, subid), ne(conversions.subid, ""), eq(conversions.connectionId, connectionId)))
    .orderBy(desc(conversions.id))
    .limit(20);
  return rows.map(({ facts }) => facts as Partial<ConversionFacts>);
}

/** How many conversions each connection has received since a moment. */
export async function countOwnSince(
  db: Db,
  workspaceId: string,
  connectionIds: readonly string[],
  since: Date,
): Promise<Map<string, number>> {
  if (connectionIds.length === 0) return new Map();
  const rows = await db
    .select({ id: conversions.connectionId, count: sql<number>`count(*)::int` })
    .from(conversions)
    .where(
      and(
        eq(conversions.workspaceId, workspaceId),
        gte(conversions.receivedAt, since),
        inArray(conversions.connectionId, [...connectionIds]),
      ),
    )
    .groupBy(conversions.connectionId);
  return new Map(rows.map((row) => [row.id, row.count]));
}

/** The stored call a conversion was read from, unless retention has removed it. */
export async function findOwnCall(db: Db, workspaceId: string, eventId: bigint): Promise<InboundEventRow | null> {
  const [row] = await db
    .select()
    .from(inboundEvents)
    .where(and(eq(inboundEvents.workspaceId, workspaceId), eq(inboundEvents.id, eventId)));
  return row ?? null;
}
