/** Rights of API keys as people choose them: by area, to see it or to see and change it. */
import type { CreateApiKey } from "@backend/modules/identity/contracts.ts";
import type { AppKey } from "@miniapp/shared/i18n.ts";

export type Scope = CreateApiKey["scopes"][number];
export const areas = [
  "conversions",
  "connections",
  "campaigns",
  "inbox",
  "reports",
  "chats",
  "deliveries",
  "bots",
  "persons",
  "audience",
  "broadcasts",
  "shop",
  "orders",
  "payments",
  "tasks",
  "webhooks",
  "members",
  "workspace",
  "audit",
  "operations",
] as const;
export type Area = (typeof areas)[number];
/** Each level comes with those before it. Sending is a right of its own, above writing. */
const levels = ["none", "read", "write", "edit", "send", "manage"] as const;
export type Level = (typeof levels)[number];

export const areaNames = {
  conversions: "app.area.conversions",
  connections: "app.area.connections",
  campaigns: "app.area.campaigns",
  inbox: "app.area.inbox",
  reports: "app.area.reports",
  chats: "app.control.chats",
  deliveries: "app.control.deliveries",
  bots: "app.control.bots",
  persons: "app.control.people",
  audience: "app.views.audience",
  broadcasts: "app.views.broadcasts",
  shop: "app.area.shop",
  orders: "app.area.orders",
  payments: "app.area.payments",
  tasks: "app.area.tasks",
  webhooks: "app.area.webhooks",
  members: "app.control.members",
  workspace: "app.control.workspace",
  audit: "app.control.audit",
  operations: "app.control.health",
} as const satisfies Readonly<Record<Area, AppKey>>;
/** Doors for programs that no person uses. */
export const programs = ["tasks", "stats"] as const;

/** Levels that can be given in an area, when `grantable` are the scopes that may be given. */
export const levelsOf = (area: Area, grantable: readonly string[]): Level[] =>
  levels.filter((level) => level === "none" || grantable.includes(`${area}.${level}`));

/** The level that `scopes` give in an area. */
export const levelIn = (area: Area, scopes: readonly string[]): Level =>
  levels.findLast((level) => scopes.includes(`${area}.${level}`)) ?? "none";

/** Scopes of the chosen levels. Whoever may change something also sees it; only what is grantable is asked for. */
export function scopesOf(chosen: Readonly<Partial<Record<Area, Level>>>, grantable: readonly string[]): Scope[] {
  const wanted = areas.flatMap((area) =>
    levels.slice(1, levels.indexOf(chosen[area] ?? "none") + 1).map((level) => `${area}.${level}`),
  );
  return wanted.filter((scope) => grantable.includes(scope)) as Scope[];
}
