/** Every SQL statement of identity. `Own` in a name means: of the given workspace, and a stranger's is not found. */
import { pgArray } from "@backend/kit/pg-array.ts";
import { idsInOrder, wordsIn } from "@backend/kit/search.ts";
import type { Db } from "@db/client.ts";
import { apiKeys, auditEntries, invitations, type Locale, members, persons, workspaces } from "@db/schema/identity.ts";
import { and, asc, count, desc, eq, gt, gte, inArray, isNotNull, isNull, lt, ne, or, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { TelegramUser } from "./domain/telegram-user.ts";

export type WorkspaceRow = typeof workspaces.$inferSelect;
export type PersonRow = typeof persons.$inferSelect;
export type MemberRow = typeof members.$inferSelect;

/** Sightings closer together than this are one: a screen makes many requests and only one of them should cost a write. */
const sightingMs = 60_000;

// ---- who is calling ------------------------------------------------------------------------------------------------

/** Whoever opened the app: the person with the workspace, and with what he is in it. */
export interface MetPerson {
  person: PersonRow;
  workspace: WorkspaceRow;
  member: { id: string; role: MemberRow["role"] } | null;
}

export async function findPersonByTelegramId(
  db: Db,
  workspaceId: string,
  telegramId: number,
): Promise<MetPerson | null> {
  const [row] = await db
    .select({ person: persons, workspace: workspaces, memberId: members.id, role: members.role })
    .from(persons)
    .innerJoin(workspaces, eq(workspaces.id, persons.workspaceId))
    .leftJoin(members, eq(members.personId, persons.id))
    .where(and(eq(persons.workspaceId, workspaceId), eq(persons.telegramId, telegramId)));
  if (!row) return null;
  const member = row.memberId !== null && row.role !== null ? { id: row.memberId, role: row.role } : null;
  return { person: row.person, workspace: row.workspace, member };
}

const sameAsTelegram = (person: PersonRow, user: TelegramUser) =>
  person.username === user.username &&
  (person.firstName ?? "") === user.firstName &&
  person.lastName === user.lastName &&
  // Updates of channels and some clients leave the language out; that is no reason to forget it.
  (user.languageCode === null || person.telegramLocale === user.languageCode);

const telegramColumns = (user: TelegramUser) => ({
  username: user.username,
  firstName: user.firstName,
  lastName: user.lastName,
  ...(user.languageCode === null ? {} : { telegramLocale: user.languageCode }),
});

/**
 * The person behind a Telegram user, made at first sight; names follow Telegram, and the sighting is noted at most once a
 * minute. A blocked person's row is left as it is. Throws nothing for a workspace that is gone: then there is no bot either.
 */
export async function meetPerson(db: Db, workspaceId: string, user: TelegramUser, now: Date): Promise<MetPerson> {
  const known = await findPersonByTelegramId(db, workspaceId, user.telegramId);
  if (known) {
    const { person } = known;
    const isSeenLately = person.lastSeenAt !== null && now.getTime() - person.lastSeenAt.getTime() < sightingMs;
    if (person.blockedAt !== null || (isSeenLately && sameAsTelegram(person, user))) return known;
    const [refreshed] = await db
      .update(persons)
      .set({ ...telegramColumns(user), lastSeenAt: now })
      .where(eq(persons.id, person.id))
      .returning();
    return refreshed ? { ...known, person: refreshed } : known;
  }
  // Two first requests at once: one inserts, the other finds.
  await db
    .insert(persons)
    .values({ workspaceId, telegramId: user.telegramId, ...telegramColumns(user), lastSeenAt: now })
    .onConflictDoNothing({ target: [persons.workspaceId, persons.telegramId] });
  const met = await findPersonByTelegramId(db, workspaceId, user.telegramId);
  if (!met) throw new Error("a person just stored is not there");
  return met;
}

export interface LiveApiKey {
  id: string;
  workspaceId: string;
  scopes: string[];
  locale: Locale;
  timeZone: string;
}

/** The key with one of these hashes (one per secret in SECRETS_KEY), unless it is revoked. */
export async function findLiveApiKey(db: Db, hashes: readonly string[]): Promise<LiveApiKey | null> {
  const [row] = await db
    .select({
      id: apiKeys.id,
      workspaceId: apiKeys.workspaceId,
      scopes: apiKeys.scopes,
      locale: workspaces.locale,
      timeZone: workspaces.timeZone,
    })
    .from(apiKeys)
    .innerJoin(workspaces, eq(workspaces.id, apiKeys.workspaceId))
    .where(and(inArray(apiKeys.keyHash, [...hashes]), isNull(apiKeys.revokedAt)));
  return row ?? null;
}

/** Notes the use, at most once a minute; a hash under an older secret moves to the newest, so that the old one can be retired. */
export async function touchApiKey(db: Db, keyId: string, newestHash: string, now: Date): Promise<void> {
  const stale = new Date(now.getTime() - sightingMs);
  await db
    .update(apiKeys)
    .set({ lastUsedAt: now, keyHash: newestHash })
    .where(
      and(
        eq(apiKeys.id, keyId),
        or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, stale), ne(apiKeys.keyHash, newestHash)),
      ),
    );
}

// ---- workspaces and members ----------------------------------------------------------------------------------------

export async function findWorkspace(db: Db, workspaceId: string): Promise<WorkspaceRow> {
  const [row] = await db.select().from(workspaces).where(eq(workspaces.id, workspaceId));
  if (!row) throw new Error("the workspace of an authenticated caller is not there");
  return row;
}

export async function insertWorkspace(
  db: Db,
  values: { name: string; locale: Locale; timeZone: string },
): Promise<WorkspaceRow> {
  const [row] = await db.insert(workspaces).values(values).returning();
  if (!row) throw new Error("a workspace just stored is not there");
  return row;
}

export async function updateWorkspace(
  db: Db,
  workspaceId: string,
  values: Partial<Pick<WorkspaceRow, "name" | "locale" | "timeZone">>,
): Promise<void> {
  if (Object.keys(values).length === 0) return;
  await db.update(workspaces).set(values).where(eq(workspaces.id, workspaceId));
}

/** Until the end of the transaction this Telegram user makes no other workspace: two at once do not pass a limit together. */
export const lockMaker = (db: Db, telegramId: number) =>
  db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`workspaces-of:${telegramId}`}, 0))`);

/** Workspaces in which a Telegram user is a member and not blocked, the oldest first. */
export async function listWorkspacesOf(
  db: Db,
  telegramId: number,
): Promise<{ workspace: WorkspaceRow; role: MemberRow["role"] }[]> {
  return db
    .select({ workspace: workspaces, role: members.role })
    .from(persons)
    .innerJoin(members, eq(members.personId, persons.id))
    .innerJoin(workspaces, eq(workspaces.id, persons.workspaceId))
    .where(and(eq(persons.telegramId, telegramId), isNull(persons.blockedAt)))
    .orderBy(asc(workspaces.createdAt), asc(workspaces.id))
    .limit(100);
}

/**
 * Serialises changes to who belongs to a workspace, so that rules about all members hold under requests at once. The lock is
 * the weaker kind that foreign keys do not wait for: postbacks and messages of the workspace go on meanwhile.
 */
export async function lockWorkspace(db: Db, workspaceId: string): Promise<WorkspaceRow> {
  const [row] = await db.select().from(workspaces).where(eq(workspaces.id, workspaceId)).for("no key update");
  if (!row) throw new Error("the workspace of an authenticated caller is not there");
  return row;
}

/** The first workspace, made when there is none; two processes that start at once make one. */
export async function saveFirstWorkspace(
  db: Db,
  values: { name: string; locale: Locale; timeZone: string },
): Promise<WorkspaceRow> {
  await db
    .insert(workspaces)
    .values({ ...values, isFirst: true })
    .onConflictDoNothing();
  const [row] = await db.select().from(workspaces).where(eq(workspaces.isFirst, true)).for("no key update");
  if (!row) throw new Error("the first workspace is not there");
  return row;
}

/** Whose the environment's integrations are; null before the first start. */
export async function findFirstWorkspaceId(db: Db): Promise<string | null> {
  const [row] = await db.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.isFirst, true));
  return row?.id ?? null;
}

/** The person of a Telegram id in a workspace, known or not: people are named by id before they are first seen. */
export async function saveExpectedPerson(db: Db, workspaceId: string, telegramId: number): Promise<PersonRow> {
  await db.insert(persons).values({ workspaceId, telegramId }).onConflictDoNothing();
  const known = await findPersonByTelegramId(db, workspaceId, telegramId);
  if (!known) throw new Error("a person just stored is not there");
  return known.person;
}

/** The same Telegram user as a person of another workspace: persons belong to one workspace each. */
export async function copyPersonInto(db: Db, workspaceId: string, from: PersonRow): Promise<PersonRow> {
  const { telegramId, username, firstName, lastName, locale, telegramLocale, timeZone } = from;
  const [row] = await db
    .insert(persons)
    .values({ workspaceId, telegramId, username, firstName, lastName, locale, telegramLocale, timeZone })
    .returning();
  if (!row) throw new Error("a person just stored is not there");
  return row;
}

export async function listOwnMembers(db: Db, workspaceId: string): Promise<{ member: MemberRow; person: PersonRow }[]> {
  return db
    .select({ member: members, person: persons })
    .from(members)
    .innerJoin(persons, eq(persons.id, members.personId))
    .where(eq(members.workspaceId, workspaceId))
    .orderBy(
      sql`array_position(array['owner','admin','manager','media_buyer','finance','support'], ${members.role})`,
      asc(members.createdAt),
      asc(members.id),
    );
}

/** Makes a member, or leaves the one that is there as it is. */
export async function saveMember(
  db: Db,
  values: { workspaceId: string; personId: string; role: MemberRow["role"] },
): Promise<void> {
  await db.insert(members).values(values).onConflictDoNothing({ target: members.personId });
}

export async function findOwnMember(
  db: Db,
  workspaceId: string,
  memberId: string,
): Promise<{ member: MemberRow; person: PersonRow } | null> {
  const [row] = await db
    .select({ member: members, person: persons })
    .from(members)
    .innerJoin(persons, eq(persons.id, members.personId))
    .where(and(eq(members.workspaceId, workspaceId), eq(members.id, memberId)));
  return row ?? null;
}

export async function findMemberOfPerson(db: Db, workspaceId: string, personId: string): Promise<MemberRow | null> {
  const [row] = await db
    .select()
    .from(members)
    .where(and(eq(members.workspaceId, workspaceId), eq(members.personId, personId)));
  return row ?? null;
}

/** Owners who can act, that is who are not blocked. Ask under `lockWorkspace`. */
export async function countActiveOwners(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db
    .select({ owners: count() })
    .from(members)
    .innerJoin(persons, eq(persons.id, members.personId))
    .where(and(eq(members.workspaceId, workspaceId), eq(members.role, "owner"), isNull(persons.blockedAt)));
  return row?.owners ?? 0;
}

export async function updateMemberRole(db: Db, memberId: string, role: MemberRow["role"]): Promise<void> {
  await db.update(members).set({ role }).where(eq(members.id, memberId));
}

export async function deleteMember(db: Db, memberId: string): Promise<void> {
  await db.delete(members).where(eq(members.id, memberId));
}

// ---- invitations ---------------------------------------------------------------------------------------------------

export type InvitationRow = typeof invitations.$inferSelect;
const creators = alias(persons, "creators");
const users = alias(persons, "users");

const withPeople = (db: Db) =>
  db
    .select({ invitation: invitations, creator: creators, user: users })
    .from(invitations)
    .leftJoin(creators, eq(creators.id, invitations.createdBy))
    .leftJoin(users, eq(users.id, invitations.usedBy));

export type InvitationWithPeople = Awaited<ReturnType<typeof withPeople>>[number];

/** Open ones and those of the last 30 days. */
export async function listOwnInvitations(db: Db, workspaceId: string, now: Date): Promise<InvitationWithPeople[]> {
  const monthAgo = new Date(now.getTime() - 30 * 86_400_000);
  return withPeople(db)
    .where(
      and(
        eq(invitations.workspaceId, workspaceId),
        or(gt(invitations.createdAt, monthAgo), gt(invitations.expiresAt, now)),
      ),
    )
    .orderBy(desc(invitations.createdAt), desc(invitations.id))
    .limit(200);
}

export async function countOpenInvitations(db: Db, workspaceId: string, now: Date): Promise<number> {
  const [row] = await db
    .select({ open: count() })
    .from(invitations)
    .where(
      and(
        eq(invitations.workspaceId, workspaceId),
        isNull(invitations.usedAt),
        isNull(invitations.revokedAt),
        gt(invitations.expiresAt, now),
      ),
    );
  return row?.open ?? 0;
}

export async function insertInvitation(db: Db, values: typeof invitations.$inferInsert): Promise<InvitationWithPeople> {
  const [stored] = await db.insert(invitations).values(values).returning({ id: invitations.id });
  const [row] = await withPeople(db).where(eq(invitations.id, stored?.id ?? ""));
  if (!row) throw new Error("an invitation just stored is not there");
  return row;
}

/** By one of its token's hashes, locked: of two who open the link at once, one waits and then finds it used. */
export async function lockOwnInvitationByHash(
  db: Db,
  workspaceId: string,
  hashes: readonly string[],
): Promise<InvitationRow | null> {
  const [row] = await db
    .select()
    .from(invitations)
    .where(and(eq(invitations.workspaceId, workspaceId), inArray(invitations.tokenHash, [...hashes])))
    .for("update");
  return row ?? null;
}

export async function lockOwnInvitation(
  db: Db,
  workspaceId: string,
  invitationId: string,
): Promise<InvitationRow | null> {
  const [row] = await db
    .select()
    .from(invitations)
    .where(and(eq(invitations.workspaceId, workspaceId), eq(invitations.id, invitationId)))
    .for("update");
  return row ?? null;
}

export async function updateInvitation(
  db: Db,
  invitationId: string,
  values: Partial<Pick<InvitationRow, "usedAt" | "usedBy" | "revokedAt">>,
): Promise<void> {
  await db.update(invitations).set(values).where(eq(invitations.id, invitationId));
}

// ---- keys ----------------------------------------------------------------------------------------------------------

export type ApiKeyRow = typeof apiKeys.$inferSelect;

const keysWithCreators = (db: Db) =>
  db.select({ key: apiKeys, creator: creators }).from(apiKeys).leftJoin(creators, eq(creators.id, apiKeys.createdBy));

export type ApiKeyWithCreator = Awaited<ReturnType<typeof keysWithCreators>>[number];

/** Live keys first, then the revoked ones, newest first. */
export async function listOwnApiKeys(db: Db, workspaceId: string): Promise<ApiKeyWithCreator[]> {
  return keysWithCreators(db)
    .where(eq(apiKeys.workspaceId, workspaceId))
    .orderBy(sql`${apiKeys.revokedAt} is not null`, desc(apiKeys.createdAt), desc(apiKeys.id))
    .limit(500);
}

export async function findOwnApiKey(db: Db, workspaceId: string, keyId: string): Promise<ApiKeyWithCreator | null> {
  const [row] = await keysWithCreators(db).where(and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, keyId)));
  return row ?? null;
}

export async function countLiveApiKeys(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db
    .select({ live: count() })
    .from(apiKeys)
    .where(and(eq(apiKeys.workspaceId, workspaceId), isNull(apiKeys.revokedAt)));
  return row?.live ?? 0;
}

export async function insertApiKey(db: Db, values: typeof apiKeys.$inferInsert): Promise<string> {
  const [row] = await db.insert(apiKeys).values(values).returning({ id: apiKeys.id });
  if (!row) throw new Error("a key just stored is not there");
  return row.id;
}

export async function markApiKeyRevoked(db: Db, keyId: string, now: Date): Promise<void> {
  await db
    .update(apiKeys)
    .set({ revokedAt: now })
    .where(and(eq(apiKeys.id, keyId), isNull(apiKeys.revokedAt)));
}

// ---- audit ---------------------------------------------------------------------------------------------------------

const auditWithNames = (db: Db) =>
  db
    .select({ entry: auditEntries, person: persons, key: { name: apiKeys.name } })
    .from(auditEntries)
    .leftJoin(persons, and(eq(auditEntries.actorKind, "person"), eq(persons.id, auditEntries.actorId)))
    .leftJoin(apiKeys, and(eq(auditEntries.actorKind, "api_key"), eq(apiKeys.id, auditEntries.actorId)));

export type AuditRow = Awaited<ReturnType<typeof auditWithNames>>[number];

export async function insertAuditEntry(db: Db, values: typeof auditEntries.$inferInsert): Promise<void> {
  await db.insert(auditEntries).values(values);
}

export interface AuditFilter {
  actorId?: string;
  action?: string;
  subjectKind?: string;
  subjectId?: string;
  from?: Date;
  to?: Date;
  before: bigint | null;
  limit: number;
}

/** Newest first; one row more than `limit`, so that the caller knows whether there is a next page. */
export async function listOwnAudit(db: Db, workspaceId: string, filter: AuditFilter): Promise<AuditRow[]> {
  return auditWithNames(db)
    .where(
      and(
        eq(auditEntries.workspaceId, workspaceId),
        filter.actorId ? eq(auditEntries.actorId, filter.actorId) : undefined,
        filter.action
          ? or(eq(auditEntries.action, filter.action), sql`starts_with(${auditEntries.action}, ${`${filter.action}.`})`)
          : undefined,
        filter.subjectKind ? eq(auditEntries.subjectKind, filter.subjectKind) : undefined,
        filter.subjectId ? eq(auditEntries.subjectId, filter.subjectId) : undefined,
        filter.from ? gte(auditEntries.at, filter.from) : undefined,
        filter.to ? lt(auditEntries.at, filter.to) : undefined,
        filter.before === null ? undefined : lt(auditEntries.id, filter.before),
      ),
    )
    .orderBy(desc(auditEntries.id))
    .limit(filter.limit + 1);
}

// ---- persons -------------------------------------------------------------------------------------------------------

export interface PersonWithRole {
  person: PersonRow;
  role: MemberRow["role"] | null;
}

export interface PersonFilter {
  search?: string;
  blocked?: boolean;
  /** Id of the last person of the page before. */
  after: string | null;
  limit: number;
}

/** `persons` as a search names a row of it. */
const people = alias(persons, "p");

/** Newest first; the cursor's own row says where to go on, so a cursor of another workspace finds nothing. */
export async function listOwnPersons(db: Db, workspaceId: string, filter: PersonFilter): Promise<PersonWithRole[]> {
  const { search = "", blocked, after } = filter;
  const limit = filter.limit + 1;
  const scope = and(
    eq(people.workspaceId, workspaceId),
    blocked === undefined ? undefined : blocked ? isNotNull(people.blockedAt) : isNull(people.blockedAt),
    after === null
      ? undefined
      : sql`(${people.createdAt}, ${people.id}) < (select at.created_at, at.id from persons at where at.id = ${after} and at.workspace_id = ${workspaceId})`,
  );
  const order = sql`${people.createdAt} desc, ${people.id} desc`;
  const words = wordsIn(people.searchText, search);
  const found = words.narrow
    ? await idsInOrder(db, { from: sql`persons p`, as: sql`p`, scope, ...words, order, limit })
    : null;
  return db
    .select({ person: people, role: members.role })
    .from(people)
    .leftJoin(members, eq(members.personId, people.id))
    .where(found === null ? scope : sql`${people.id} = any(${`{${found.join(",")}}`}::uuid[])`)
    .orderBy(order)
    .limit(limit);
}

export async function countPersons(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db.select({ count: count() }).from(persons).where(eq(persons.workspaceId, workspaceId));
  return row?.count ?? 0;
}

/** Who became known since a moment, per day of a zone. */
export async function countPersonsPerDay(db: Db, workspaceId: string, since: Date, timeZone: string) {
  return db.execute<{ day: string; count: number }>(sql`
    select (created_at at time zone ${timeZone})::date::text as day, count(*)::int as count from persons
    where workspace_id = ${workspaceId} and created_at >= ${since.toISOString()}::timestamptz group by 1 order by 1`);
}

export async function findOwnPersons(db: Db, workspaceId: string, personIds: readonly string[]): Promise<PersonRow[]> {
  return db
    .select()
    .from(persons)
    .where(and(eq(persons.workspaceId, workspaceId), inArray(persons.id, [...personIds])));
}

export async function findOwnPerson(db: Db, workspaceId: string, personId: string): Promise<PersonWithRole | null> {
  const [row] = await db
    .select({ person: persons, role: members.role })
    .from(persons)
    .leftJoin(members, eq(members.personId, persons.id))
    .where(and(eq(persons.workspaceId, workspaceId), eq(persons.id, personId)));
  return row ?? null;
}

export async function listOwnPersonsByIds(db: Db, workspaceId: string, ids: readonly string[]): Promise<PersonRow[]> {
  if (ids.length === 0) return [];
  return db
    .select()
    .from(persons)
    .where(and(eq(persons.workspaceId, workspaceId), inArray(persons.id, [...ids])));
}

/** Who of these Telegram users is known in the workspace: person ids by Telegram id. Many at once, for files of people. */
export async function personIdsOf(
  db: Db,
  workspaceId: string,
  telegramIds: readonly number[],
): Promise<Map<number, string>> {
  const rows = await db.execute<{ id: string; telegram_id: string }>(sql`
    select id, telegram_id from persons
    where workspace_id = ${workspaceId} and telegram_id = any(${pgArray(telegramIds)}::bigint[])`);
  return new Map(rows.map(({ id, telegram_id }) => [Number(telegram_id), id]));
}

export async function updatePerson(
  db: Db,
  personId: string,
  values: Partial<Omit<typeof persons.$inferInsert, "id" | "workspaceId">>,
): Promise<void> {
  await db.update(persons).set(values).where(eq(persons.id, personId));
}

/** What identity itself holds about a person besides the row: parts in the team, invitations, own changes. */
export async function readTracesOfPerson(db: Db, workspaceId: string, personId: string) {
  const [membership, invited, changes] = await Promise.all([
    db
      .select({ role: members.role, since: members.createdAt })
      .from(members)
      .where(and(eq(members.workspaceId, workspaceId), eq(members.personId, personId))),
    db
      .select({ role: invitations.role, usedAt: invitations.usedAt, note: invitations.note })
      .from(invitations)
      .where(and(eq(invitations.workspaceId, workspaceId), eq(invitations.usedBy, personId))),
    db
      .select({
        at: auditEntries.at,
        action: auditEntries.action,
        subjectKind: auditEntries.subjectKind,
        subjectId: auditEntries.subjectId,
      })
      .from(auditEntries)
      .where(and(eq(auditEntries.workspaceId, workspaceId), eq(auditEntries.actorId, personId)))
      .orderBy(asc(auditEntries.id))
      .limit(10_000),
  ]);
  return { membership, invited, changes };
}

/** Invitations name people by Telegram id and in notes; both go, and one that was bound to a person ends: unbound, anybody could use it. */
export async function forgetInvitationsOf(
  db: Db,
  person: { workspaceId: string; personId: string; telegramId: number | null },
  now: Date,
): Promise<void> {
  await db
    .update(invitations)
    .set({
      forTelegramId: null,
      note: null,
      revokedAt: sql`case when ${invitations.usedAt} is null then coalesce(${invitations.revokedAt}, ${now.toISOString()}::timestamptz) else ${invitations.revokedAt} end`,
    })
    .where(
      and(
        eq(invitations.workspaceId, person.workspaceId),
        person.telegramId === null
          ? eq(invitations.usedBy, person.personId)
          : or(eq(invitations.usedBy, person.personId), eq(invitations.forTelegramId, person.telegramId)),
      ),
    );
}
