/** Names and roles of people for other rooms: whose a thing is, and what he may be shown. */
import type { Db } from "@db/client.ts";
import type { PersonRef } from "./contracts.ts";
import { isRole, type Permission, permissionsOf, type RoleName } from "./domain/roles.ts";
import { presentPersonRef } from "./present.ts";
import {
  countPersons,
  countPersonsPerDay,
  findMemberOfPerson,
  findPersonByTelegramId,
  listOwnApiKeys,
  listOwnMembers,
  listOwnPersonsByIds,
} from "./queries.ts";

/** People of the workspace as they are called, by id. */
export async function personRefsOf(
  db: Db,
  workspaceId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PersonRef>> {
  const rows = await listOwnPersonsByIds(db, workspaceId, ids);
  return new Map(rows.map((row) => [row.id, presentPersonRef(row)]));
}

/** Who has a Telegram id; null: nobody whom the workspace knows. */
export const personOfTelegramId = async (db: Db, workspaceId: string, telegramId: number): Promise<string | null> =>
  (await findPersonByTelegramId(db, workspaceId, telegramId))?.person.id ?? null;

/** The role of one of the workspace's members; null for anybody else. */
export async function roleOfPerson(db: Db, workspaceId: string, personId: string): Promise<RoleName | null> {
  const member = await findMemberOfPerson(db, workspaceId, personId);
  return member && isRole(member.role) ? member.role : null;
}

/** Whom to tell when something needs a certain right: members who have it and are not blocked, highest roles first. */
export async function holdersOf(db: Db, workspaceId: string, permission: Permission): Promise<string[]> {
  const all = await listOwnMembers(db, workspaceId);
  return all
    .filter(({ member, person }) => person.blockedAt === null && permissionsOf(member.role).has(permission))
    .map(({ person }) => person.id);
}

/** Somebody as Telegram and the workspace know him. */
export interface KnownPerson {
  id: string;
  telegramId: number | null;
  firstName: string | null;
  lastName: string | null;
  username: string | null;
  /** Telegram's `language_code`. */
  telegramLocale: string | null;
  isBlocked: boolean;
}

export async function knownPersons(
  db: Db,
  workspaceId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, KnownPerson>> {
  const rows = await listOwnPersonsByIds(db, workspaceId, ids);
  return new Map(
    rows.map(({ id, telegramId, firstName, lastName, username, telegramLocale, blockedAt }) => [
      id,
      { id, telegramId, firstName, lastName, username, telegramLocale, isBlocked: blockedAt !== null },
    ]),
  );
}

/** A program as the team calls it. */
export interface KeyRef {
  id: string;
  name: string;
  scopes: readonly string[];
  isRevoked: boolean;
  /** To the minute or so. */
  lastUsedAt: Date | null;
}

/** Keys of the workspace, revoked ones last. */
export async function keyRefsOf(db: Db, workspaceId: string): Promise<KeyRef[]> {
  const rows = await listOwnApiKeys(db, workspaceId);
  return rows.map(({ key: { id, name, scopes, revokedAt, lastUsedAt } }) => ({
    id,
    name,
    scopes,
    isRevoked: revokedAt !== null,
    lastUsedAt,
  }));
}

/** How many people a workspace knows. */
export const personsKnown = (db: Db, workspaceId: string): Promise<number> => countPersons(db, workspaceId);

/** People who became known since a moment, per day of a zone; days without any are left out. */
export const newPersonsPerDay = (
  db: Db,
  workspaceId: string,
  since: Date,
  timeZone: string,
): Promise<{ day: string; count: number }[]> => countPersonsPerDay(db, workspaceId, since, timeZone);
