/** Every SQL statement of identity. `Own` in a name means: of the given workspace, and a stranger's is not found. */
import type { Db } from "@db/client.ts";
import { apiKeys, type Locale, members, persons, workspaces } from "@db/schema/identity.ts";
import { and, asc, eq, inArray, isNull, lt, or, sql } from "drizzle-orm";
import type { TelegramUser } from "./domain/telegram-user.ts";

export type WorkspaceRow = typeof workspaces.$inferSelect;
export type PersonRow = typeof persons.$inferSelect;
export type MemberRow = typeof members.$inferSelect;

/** Sightings closer together than this are one: a screen makes many requests and only one of them should cost a write. */
const sightingMs = 60_000;

// ---- who is calling ------------------------------------------------------------------------------------------------

export interface KnownPerson {
  person: PersonRow;
  workspace: WorkspaceRow;
  member: { id: string; role: MemberRow["role"] } | null;
}

async function findPersonByTelegramId(db: Db, workspaceId: string, telegramId: number): Promise<KnownPerson | null> {
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
export async function meetPerson(db: Db, workspaceId: string, user: TelegramUser, now: Date): Promise<KnownPerson> {
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

export async function touchApiKey(db: Db, keyId: string, now: Date): Promise<void> {
  const stale = new Date(now.getTime() - sightingMs);
  await db
    .update(apiKeys)
    .set({ lastUsedAt: now })
    .where(and(eq(apiKeys.id, keyId), or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, stale))));
}

// ---- workspaces and members ----------------------------------------------------------------------------------------

/** Serialises changes to who belongs to a workspace, so that rules about all members hold under requests at once. */
export async function lockWorkspace(db: Db, workspaceId: string): Promise<WorkspaceRow | null> {
  const [row] = await db.select().from(workspaces).where(eq(workspaces.id, workspaceId)).for("update");
  return row ?? null;
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
  const [row] = await db.select().from(workspaces).where(eq(workspaces.isFirst, true)).for("update");
  if (!row) throw new Error("the first workspace is not there");
  return row;
}

/** The person of a Telegram id in a workspace, known or not: people are named by id before they are first seen. */
export async function saveExpectedPerson(db: Db, workspaceId: string, telegramId: number): Promise<PersonRow> {
  await db.insert(persons).values({ workspaceId, telegramId }).onConflictDoNothing();
  const known = await findPersonByTelegramId(db, workspaceId, telegramId);
  if (!known) throw new Error("a person just stored is not there");
  return known.person;
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
