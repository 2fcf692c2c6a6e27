/** Rows → what leaves the server. */
import { localeOf } from "@backend/i18n/translator.ts";
import type { Locale } from "@db/schema/identity.ts";
import type { ApiKey, AuditEntry, Invitation, Member, Person, PersonRef, Workspace } from "./contracts.ts";
import { invitationState } from "./domain/invitation.ts";
import { mayGrant, type RoleName } from "./domain/roles.ts";
import type { ApiKeyRow, AuditRow, InvitationRow, MemberRow, PersonRow, WorkspaceRow } from "./queries.ts";

/** What the person chose; else what Telegram says of them; else the workspace's. One rule for the bot, the app and jobs. */
export const localeOfPerson = (
  person: { locale: Locale | null; telegramLocale: string | null },
  workspace: { locale: Locale },
): Locale => person.locale ?? (person.telegramLocale === null ? workspace.locale : localeOf(person.telegramLocale));

export const timeZoneOfPerson = (person: { timeZone: string | null }, workspace: { timeZone: string }): string =>
  person.timeZone ?? workspace.timeZone;

type Named = { id: string; firstName: string | null; lastName: string | null; username: string | null };

/** How a person is called: the name, else the username, else the Telegram id; empty once erased. */
export const nameOf = (person: Omit<Named, "id"> & { telegramId?: number | null }): string =>
  [person.firstName, person.lastName].filter(Boolean).join(" ") ||
  (person.username ? `@${person.username}` : person.telegramId ? `ID ${person.telegramId}` : "");

export const presentPersonRef = (person: Named & { telegramId?: number | null }): PersonRef => ({
  id: person.id,
  name: nameOf(person),
  username: person.username,
});

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

export const presentWorkspace = (row: WorkspaceRow): Workspace => ({
  id: row.id,
  name: row.name,
  locale: row.locale,
  timeZone: row.timeZone,
  createdAt: row.createdAt.toISOString(),
});

export const presentPerson = (person: PersonRow, role: RoleName | null, workspace: WorkspaceRow): Person => ({
  id: person.id,
  name: nameOf(person),
  firstName: person.firstName,
  lastName: person.lastName,
  username: person.username,
  telegramId: person.telegramId,
  locale: localeOfPerson(person, workspace),
  timeZone: timeZoneOfPerson(person, workspace),
  role,
  blockedAt: iso(person.blockedAt),
  blockedReason: person.blockedReason,
  erasedAt: iso(person.erasedAt),
  lastSeenAt: iso(person.lastSeenAt),
  createdAt: person.createdAt.toISOString(),
});

export const presentMember = (
  { member, person }: { member: MemberRow; person: PersonRow },
  caller: { personId: string | null; role: string | null },
): Member => ({
  id: member.id,
  person: presentPersonRef(person),
  telegramId: person.telegramId,
  role: member.role,
  isYou: person.id === caller.personId,
  isBlocked: person.blockedAt !== null,
  hasSignedIn: person.lastSeenAt !== null,
  canManage: mayGrant(caller.role, member.role),
  joinedAt: member.createdAt.toISOString(),
  lastSeenAt: iso(person.lastSeenAt),
});

export const presentInvitation = (
  row: { invitation: InvitationRow; creator: PersonRow | null; user: PersonRow | null },
  now: Date,
): Invitation => ({
  id: row.invitation.id,
  role: row.invitation.role,
  note: row.invitation.note,
  forTelegramId: row.invitation.forTelegramId,
  state: invitationState(row.invitation, now),
  createdBy: row.creator && presentPersonRef(row.creator),
  usedBy: row.user && presentPersonRef(row.user),
  createdAt: row.invitation.createdAt.toISOString(),
  expiresAt: row.invitation.expiresAt.toISOString(),
  usedAt: iso(row.invitation.usedAt),
});

export const presentApiKey = ({ key, creator }: { key: ApiKeyRow; creator: PersonRow | null }): ApiKey => ({
  id: key.id,
  name: key.name,
  prefix: key.prefix,
  scopes: key.scopes,
  createdBy: creator && presentPersonRef(creator),
  createdAt: key.createdAt.toISOString(),
  lastUsedAt: iso(key.lastUsedAt),
  revokedAt: iso(key.revokedAt),
});

export const presentAuditEntry = ({ entry, person, key }: AuditRow): AuditEntry => ({
  id: String(entry.id),
  at: entry.at.toISOString(),
  actor: { kind: entry.actorKind, id: entry.actorId, name: person ? nameOf(person) || null : (key?.name ?? null) },
  action: entry.action,
  subject: { kind: entry.subjectKind, id: entry.subjectId },
  before: entry.before,
  after: entry.after,
  requestId: entry.requestId,
});
