/** Names and roles of people for other rooms: whose a thing is, and what he may be shown. */
import type { Db } from "@db/client.ts";
import type { PersonRef } from "./contracts.ts";
import { isRole, type RoleName } from "./domain/roles.ts";
import { presentPersonRef } from "./present.ts";
import { findMemberOfPerson, listOwnMembers, listOwnPersonsByIds, personIdsByTelegramId } from "./queries.ts";

/** People of the workspace as they are called, by id. */
export async function personRefsOf(
  db: Db,
  workspaceId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PersonRef>> {
  const rows = await listOwnPersonsByIds(db, workspaceId, ids);
  return new Map(rows.map((row) => [row.id, presentPersonRef(row)]));
}

/** Who of these Telegram users is known in the workspace: person ids by Telegram id. Many at once, for files of people. */
export const personIdsOf = (
  db: Db,
  workspaceId: string,
  telegramIds: readonly number[],
): Promise<ReadonlyMap<number, string>> => personIdsByTelegramId(db, workspaceId, telegramIds);

/** The role of one of the workspace's members; null for anybody else. */
export async function roleOfPerson(db: Db, workspaceId: string, personId: string): Promise<RoleName | null> {
  const member = await findMemberOfPerson(db, workspaceId, personId);
  return member && isRole(member.role) ? member.role : null;
}

/** Whoever answers for a workspace: its owners and admins who can be written to, by person. */
export async function leadersOf(db: Db, workspaceId: string): Promise<string[]> {
  const team = await listOwnMembers(db, workspaceId);
  return team
    .filter(({ member }) => member.role === "owner" || member.role === "admin")
    .filter(({ person }) => person.blockedAt === null && person.erasedAt === null)
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
