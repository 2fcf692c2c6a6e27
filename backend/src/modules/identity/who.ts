/** Names and roles of people for other rooms: whose a thing is, and what he may be shown. */
import type { Db } from "@db/client.ts";
import type { PersonRef } from "./contracts.ts";
import { isRole, type RoleName } from "./domain/roles.ts";
import { presentPersonRef } from "./present.ts";
import { findMemberOfPerson, listOwnPersonsByIds, personIdsByTelegramId } from "./queries.ts";

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
