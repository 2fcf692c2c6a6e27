/** What each role may do. The one table behind every refusal and every hidden button. */

export const permissions = [
  "workspace.read",
  "workspace.manage",
  "members.read",
  "members.manage",
  "api_keys.manage",
  "audit.read",
  "bots.read",
  "bots.manage",
  "chats.read",
  "chats.manage",
  "connections.read",
  /** To make connections and to manage those that one has made. */
  "connections.own",
  "connections.manage",
  "conversions.read",
  "conversions.manage",
  /** To see a tracker's campaigns, flows and figures. */
  "campaigns.read",
  /** To change shares and push them into the tracker. */
  "campaigns.edit",
  /** How trackers are read, and what is installed in them. */
  "campaigns.manage",
  "inbox.read",
  "inbox.manage",
  "deliveries.read",
  "deliveries.manage",
  "persons.read",
  "persons.manage",
  "audience.read",
  "audience.manage",
  "broadcasts.read",
  /** To write drafts, templates and sequences, and to send tests to oneself. */
  "broadcasts.write",
  /** To let a broadcast or a sequence go out: apart from writing, so that two people can be asked for. */
  "broadcasts.send",
  "shop.read",
  /** Products, prices, promo codes, and what the shop says of itself. */
  "shop.manage",
  "orders.read",
  /** To complete by hand, cancel, and ask for a refund. */
  "orders.manage",
  "payments.read",
  /** Providers, refunds, and money that waits for somebody to decide. */
  "payments.manage",
  "tasks.read",
  "tasks.manage",
  "webhooks.manage",
  /** To send files: comes with every right that has a use for them, and what a file is for asks for that right again. */
  "uploads.write",
  "reports.read",
  "operations.read",
  "operations.manage",
] as const;
export type Permission = (typeof permissions)[number];

export const roleNames = ["owner", "admin", "manager", "media_buyer", "finance", "support"] as const;
export type RoleName = (typeof roleNames)[number];

const table: Readonly<Record<RoleName, readonly Permission[]>> = {
  owner: permissions,
  admin: permissions,
  manager: [
    "workspace.read",
    "members.read",
    "bots.read",
    "chats.read",
    "chats.manage",
    "connections.read",
    "connections.manage",
    "conversions.read",
    "conversions.manage",
    "campaigns.read",
    "campaigns.edit",
    "campaigns.manage",
    "inbox.read",
    "inbox.manage",
    "deliveries.read",
    "deliveries.manage",
    "persons.read",
    "persons.manage",
    "audience.read",
    "audience.manage",
    "broadcasts.read",
    "broadcasts.write",
    "broadcasts.send",
    "shop.read",
    "shop.manage",
    "orders.read",
    "orders.manage",
    "payments.read",
    "tasks.read",
    "tasks.manage",
    "reports.read",
    "operations.read",
  ],
  media_buyer: [
    "workspace.read",
    "bots.read",
    "chats.read",
    "connections.read",
    "connections.own",
    "conversions.read",
    "campaigns.read",
    "campaigns.edit",
    "inbox.read",
    "deliveries.read",
    "audience.read",
    "broadcasts.read",
    "broadcasts.write",
    "reports.read",
  ],
  finance: [
    "workspace.read",
    "conversions.read",
    "campaigns.read",
    "persons.read",
    "broadcasts.read",
    "shop.read",
    "orders.read",
    "orders.manage",
    "payments.read",
    "payments.manage",
    "reports.read",
    "audit.read",
  ],
  support: [
    "workspace.read",
    "chats.read",
    "deliveries.read",
    "persons.read",
    "persons.manage",
    "audience.read",
    "shop.read",
    "orders.read",
    "tasks.read",
    "tasks.manage",
  ],
};

/** Rights that come with another: whoever manages all connections manages his own, whoever writes messages sends files. */
const implied: Readonly<Partial<Record<string, readonly Permission[]>>> = {
  "connections.manage": ["connections.own"],
  "broadcasts.write": ["uploads.write"],
  "audience.manage": ["uploads.write"],
  "bots.manage": ["uploads.write"],
  "shop.manage": ["uploads.write"],
};

/** Rights with all that they imply: keys keep the rights they were given before a narrower one was cut out of them. */
export const withImplied = <Right extends string>(rights: Iterable<Right>): ReadonlySet<Right | Permission> => {
  const all = new Set<Right | Permission>(rights);
  for (const right of [...all]) for (const narrower of implied[right] ?? []) all.add(narrower);
  return all;
};

/** The scope to ask for where a key lacks `right`: the right itself, or the wider one that it comes with. */
export const scopeFor = (right: string): string =>
  Object.keys(implied).find((wider) => implied[wider]?.some((narrower) => narrower === right)) ?? right;

const sets = new Map<string, ReadonlySet<Permission>>(
  Object.entries(table).map(([role, granted]) => [role, withImplied(granted)]),
);
const nothing: ReadonlySet<Permission> = new Set();

/** Permissions of a role; none for people outside the team and for a name we do not know. */
export const permissionsOf = (role: string | null | undefined): ReadonlySet<Permission> =>
  sets.get(role ?? "") ?? nothing;

export const isPermission = (name: string): name is Permission => (permissions as readonly string[]).includes(name);
export const isRole = (name: string): name is RoleName => (roleNames as readonly string[]).includes(name);

/** Owners stand above admins, admins above everybody else; the four working roles are side by side. */
const rank = (role: RoleName): number => (role === "owner" ? 2 : role === "admin" ? 1 : 0);

/** Whether someone of `granter` may give `role`, invite with it or take it away: never above one's own, and never without `members.manage`. */
export const mayGrant = (granter: string | null | undefined, role: RoleName): boolean =>
  granter !== null &&
  granter !== undefined &&
  isRole(granter) &&
  permissionsOf(granter).has("members.manage") &&
  rank(granter) >= rank(role);

/** Roles that someone of `granter` may give, highest first. */
export const grantableRoles = (granter: string | null | undefined): RoleName[] =>
  roleNames.filter((role) => mayGrant(granter, role));

/** Rights of a program beyond permissions: doors that no person uses. */
export const programScopes = ["tasks", "stats"] as const;
export type ProgramScope = (typeof programScopes)[number];
/** What an API key may be given. */
export type Scope = Permission | ProgramScope;

/**
 * People manage people and keys: a program that could make members or keys could raise its own rights. And a program owns
 * nothing: it manages all connections or none. To send files without a use for them is given to nobody.
 */
const peopleOnly: ReadonlySet<string> = new Set<Permission>([
  "members.manage",
  "api_keys.manage",
  "connections.own",
  "uploads.write",
]);
export const isForPeopleOnly = (scope: Scope): boolean => peopleOnly.has(scope);

/**
 * Whether someone of `role` may hand `scope` to a key: nobody gives a program a right that he lacks himself. The doors for
 * programs are opened by whoever manages keys.
 */
export const mayGiveScope = (role: string | null | undefined, scope: Scope): boolean =>
  permissionsOf(role).has("api_keys.manage") &&
  !isForPeopleOnly(scope) &&
  (!isPermission(scope) || permissionsOf(role).has(scope));

/** Scopes that someone of `role` may give to a key. */
export const grantableScopes = (role: string | null | undefined): Scope[] =>
  [...permissions, ...programScopes].filter((scope) => mayGiveScope(role, scope));
