/**
 * Who may see a connection, and with it everything that came through it. A member sees what is shared with his role; what he made
 * himself is always his. What is not seen does not exist, neither in lists nor by id.
 */

/** Roles that a connection can be shared with; those above them see every connection anyway. */
export const sharableRoles = ["manager", "media_buyer", "finance"] as const;
export type SharableRole = (typeof sharableRoles)[number];

/** Somebody with rights, as far as seeing goes. */
export interface Onlooker {
  kind: "person" | "api_key" | "system";
  personId?: string;
  member?: { role: string } | null;
  permissions: ReadonlySet<string>;
}

/** What somebody's sight is limited by; null when it is not: programs and jobs act for the whole workspace. */
export interface Sight {
  personId: string;
  /** Null for people outside the team. */
  role: string | null;
}

const seeAll: ReadonlySet<string> = new Set(["owner", "admin"]);

export function sightOf(actor: Onlooker): Sight | null {
  const role = actor.member?.role ?? null;
  if (actor.kind !== "person" || actor.permissions.has("*") || (role !== null && seeAll.has(role))) return null;
  return { personId: actor.personId ?? "", role };
}

export interface Shared {
  createdBy: string | null;
  /** Null: with every role that reads connections. */
  sharedWith: readonly string[] | null;
}

export const maySee = (connection: Shared, sight: Sight | null): boolean =>
  sight === null ||
  connection.createdBy === sight.personId ||
  connection.sharedWith === null ||
  (sight.role !== null && connection.sharedWith.includes(sight.role));

/** Whether somebody may change a connection that he sees: it is his own, or he manages all of them. */
export const mayManage = (connection: Shared, actor: Onlooker): boolean =>
  actor.permissions.has("*") ||
  actor.permissions.has("connections.manage") ||
  (actor.permissions.has("connections.own") && actor.personId !== undefined && connection.createdBy === actor.personId);
