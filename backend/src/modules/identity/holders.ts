/** Whom to tell when something needs a certain right. */
import type { Db } from "@db/client.ts";
import { type Permission, permissionsOf } from "./domain/roles.ts";
import { listOwnMembers } from "./queries.ts";

/** Members who have the right and are not blocked, highest roles first. */
export async function holdersOf(db: Db, workspaceId: string, permission: Permission): Promise<string[]> {
  const all = await listOwnMembers(db, workspaceId);
  return all
    .filter(({ member, person }) => person.blockedAt === null && permissionsOf(member.role).has(permission))
    .map(({ person }) => person.id);
}
