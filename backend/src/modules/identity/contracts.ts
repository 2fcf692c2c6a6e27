/** Shapes that cross HTTP. Times are ISO 8601 in UTC. */
import { oneOf } from "@backend/kit/one-of.ts";
import { pageOf, pageQuery } from "@backend/kit/paging.ts";
import type { Static } from "@sinclair/typebox";
import { t } from "elysia";
import { longestExpiryHours } from "./domain/invitation.ts";
import { permissions, programScopes, roleNames } from "./domain/roles.ts";

export const Role = oneOf(roleNames);
export const PermissionName = oneOf(permissions);
export const ScopeName = oneOf([...permissions, ...programScopes]);
export const LocaleName = oneOf(["en", "ru", "uk"]);
const Uuid = t.String({ format: "uuid" });
const Instant = t.String();
/** Telegram ids have at most 52 bits. */
const TelegramId = t.Integer({ minimum: 1, maximum: 2 ** 52 });
const Name = t.String({ minLength: 1, maxLength: 80 });
const TimeZone = t.String({ minLength: 1, maxLength: 64 });

export const Done = t.Object({ ok: t.Literal(true) });

/** Somebody named in a list: enough to show, and the id to open the page with. */
export const PersonRef = t.Object({ id: t.String(), name: t.String(), username: t.Nullable(t.String()) });
export type PersonRef = Static<typeof PersonRef>;

const BotRef = t.Object({ id: t.String(), username: t.String() });

export const Workspace = t.Object({
  id: t.String(),
  name: t.String(),
  locale: LocaleName,
  timeZone: t.String(),
  createdAt: Instant,
});
export type Workspace = Static<typeof Workspace>;

export const Me = t.Object({
  person: t.Object({
    id: t.String(),
    telegramId: t.Nullable(t.Integer()),
    name: t.String(),
    firstName: t.Nullable(t.String()),
    lastName: t.Nullable(t.String()),
    username: t.Nullable(t.String()),
    /** What was chosen; null follows Telegram and the workspace. */
    chosenLocale: t.Nullable(LocaleName),
    chosenTimeZone: t.Nullable(t.String()),
  }),
  member: t.Nullable(t.Object({ id: t.String(), role: Role })),
  permissions: t.Array(PermissionName),
  /** Roles that this person may give to others. */
  grantableRoles: t.Array(Role),
  workspace: Workspace,
  /** The bot through which the app was opened. */
  bot: BotRef,
  /** In force: chosen, or else what Telegram and the workspace say. */
  locale: LocaleName,
  timeZone: t.String(),
  sandbox: t.Boolean(),
  canCreateWorkspace: t.Boolean(),
  /** Whether people outside the team are shown a shop. */
  isShopOpen: t.Boolean(),
  /** Workspaces in which this Telegram user is a member, and the bot that opens each; this one included. */
  workspaces: t.Array(
    t.Object({ id: t.String(), name: t.String(), role: Role, isCurrent: t.Boolean(), bot: t.Nullable(BotRef) }),
  ),
});
export type Me = Static<typeof Me>;

export const ChangeMeBody = t.Object({
  locale: t.Optional(t.Nullable(LocaleName)),
  timeZone: t.Optional(t.Nullable(TimeZone)),
});
export type ChangeMe = Static<typeof ChangeMeBody>;

export const ChangeWorkspaceBody = t.Object({
  name: t.Optional(Name),
  locale: t.Optional(LocaleName),
  timeZone: t.Optional(TimeZone),
});
export type ChangeWorkspace = Static<typeof ChangeWorkspaceBody>;

export const CreateWorkspaceBody = t.Object(
  {
    name: Name,
    locale: t.Optional(LocaleName),
    timeZone: t.Optional(TimeZone),
  },
  { examples: [{ name: "Northern media", locale: "en", timeZone: "Europe/Kyiv" }] },
);
export type CreateWorkspace = Static<typeof CreateWorkspaceBody>;

// ---- members and invitations ---------------------------------------------------------------------------------------

export const Member = t.Object({
  id: t.String(),
  person: PersonRef,
  telegramId: t.Nullable(t.Integer()),
  role: Role,
  isYou: t.Boolean(),
  isBlocked: t.Boolean(),
  /** False for admins named in the configuration who have not opened the app yet. */
  hasSignedIn: t.Boolean(),
  /** Whether the caller may change this member's role or remove him. */
  canManage: t.Boolean(),
  joinedAt: Instant,
  lastSeenAt: t.Nullable(Instant),
});
export type Member = Static<typeof Member>;
export const MemberList = t.Object({ items: t.Array(Member) });
export const MemberParams = t.Object({ memberId: Uuid });
export const ChangeRoleBody = t.Object({ role: Role });

export const Invitation = t.Object({
  id: t.String(),
  role: Role,
  note: t.Nullable(t.String()),
  forTelegramId: t.Nullable(t.Integer()),
  state: oneOf(["open", "used", "revoked", "expired"]),
  createdBy: t.Nullable(PersonRef),
  usedBy: t.Nullable(PersonRef),
  createdAt: Instant,
  expiresAt: Instant,
  usedAt: t.Nullable(Instant),
});
export type Invitation = Static<typeof Invitation>;
export const InvitationList = t.Object({ items: t.Array(Invitation) });
export const InvitationParams = t.Object({ invitationId: Uuid });
export const CreateInvitationBody = t.Object(
  {
    role: Role,
    /** Only this Telegram user may accept. */
    forTelegramId: t.Optional(TelegramId),
    note: t.Optional(t.String({ maxLength: 200 })),
    expiresInHours: t.Optional(t.Integer({ minimum: 1, maximum: longestExpiryHours })),
  },
  { examples: [{ role: "manager", note: "Denys, from Monday on", expiresInHours: 48 }] },
);
export type CreateInvitation = Static<typeof CreateInvitationBody>;
/** The links are shown this once: only a hash is kept. */
export const CreatedInvitation = t.Object({
  invitation: Invitation,
  links: t.Object({ app: t.String(), chat: t.String() }),
});
export type CreatedInvitation = Static<typeof CreatedInvitation>;
export const InvitationTokenBody = t.Object({ token: t.String({ minLength: 1, maxLength: 64 }) });
export const InvitationPreview = t.Object({
  workspaceName: t.String(),
  role: Role,
  invitedBy: t.Nullable(t.String()),
  expiresAt: Instant,
});
export type InvitationPreview = Static<typeof InvitationPreview>;
export const Joined = t.Object({ workspaceName: t.String(), role: Role });
export type Joined = Static<typeof Joined>;

// ---- keys ----------------------------------------------------------------------------------------------------------

export const ApiKey = t.Object({
  id: t.String(),
  name: t.String(),
  prefix: t.String(),
  scopes: t.Array(t.String()),
  createdBy: t.Nullable(PersonRef),
  createdAt: Instant,
  lastUsedAt: t.Nullable(Instant),
  revokedAt: t.Nullable(Instant),
});
export type ApiKey = Static<typeof ApiKey>;
export const ApiKeyList = t.Object({
  items: t.Array(ApiKey),
  /** Scopes that the caller may give. */
  grantableScopes: t.Array(t.String()),
});
export const ApiKeyParams = t.Object({ keyId: Uuid });
export const CreateApiKeyBody = t.Object(
  {
    name: Name,
    scopes: t.Array(ScopeName, { minItems: 1, maxItems: 40, uniqueItems: true }),
  },
  { examples: [{ name: "CRM", scopes: ["audience.read", "broadcasts.read", "broadcasts.write"] }] },
);
export type CreateApiKey = Static<typeof CreateApiKeyBody>;
/** The key is shown this once. */
export const CreatedApiKey = t.Object({ apiKey: ApiKey, key: t.String() });
export type CreatedApiKey = Static<typeof CreatedApiKey>;

// ---- audit ---------------------------------------------------------------------------------------------------------

export const AuditEntry = t.Object({
  id: t.String(),
  at: Instant,
  actor: t.Object({
    kind: t.String(),
    id: t.Nullable(t.String()),
    /** Name of the person or key, as it is today; null when it is gone. */
    name: t.Nullable(t.String()),
  }),
  action: t.String(),
  subject: t.Object({ kind: t.String(), id: t.String() }),
  before: t.Unknown(),
  after: t.Unknown(),
  requestId: t.Nullable(t.String()),
});
export type AuditEntry = Static<typeof AuditEntry>;
export const AuditPage = pageOf(AuditEntry);
export const AuditQuery = t.Object({
  ...pageQuery,
  actorId: t.Optional(Uuid),
  /** A whole action ("member.removed") or a kind of them ("member"). */
  action: t.Optional(t.String({ maxLength: 80 })),
  subjectKind: t.Optional(t.String({ maxLength: 80 })),
  subjectId: t.Optional(t.String({ maxLength: 80 })),
  from: t.Optional(t.String({ format: "date-time" })),
  to: t.Optional(t.String({ format: "date-time" })),
});
export type AuditQuery = Static<typeof AuditQuery>;

// ---- persons -------------------------------------------------------------------------------------------------------

export const Person = t.Object({
  id: t.String(),
  name: t.String(),
  firstName: t.Nullable(t.String()),
  lastName: t.Nullable(t.String()),
  username: t.Nullable(t.String()),
  telegramId: t.Nullable(t.Integer()),
  locale: LocaleName,
  timeZone: t.String(),
  role: t.Nullable(Role),
  blockedAt: t.Nullable(Instant),
  blockedReason: t.Nullable(t.String()),
  erasedAt: t.Nullable(Instant),
  lastSeenAt: t.Nullable(Instant),
  createdAt: Instant,
});
export type Person = Static<typeof Person>;
export const PersonPage = pageOf(Person);
export const PersonParams = t.Object({ personId: Uuid });
export const PersonQuery = t.Object({
  ...pageQuery,
  /** Part of a name or username, or a whole Telegram id. */
  search: t.Optional(t.String({ maxLength: 64 })),
  blocked: t.Optional(t.Union([t.Literal("true"), t.Literal("false")])),
});
export type PersonQuery = Static<typeof PersonQuery>;
export const BlockPersonBody = t.Object({ reason: t.Optional(t.String({ maxLength: 200 })) });

/** Everything held about one person, by room. */
export const PersonExport = t.Object({
  exportedAt: Instant,
  workspace: t.Object({ id: t.String(), name: t.String() }),
  person: t.Record(t.String(), t.Unknown()),
  rooms: t.Record(t.String(), t.Unknown()),
});
export type PersonExport = Static<typeof PersonExport>;
