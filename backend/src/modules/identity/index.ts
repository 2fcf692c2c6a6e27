/**
 * Identity: workspaces, the people known in them, who of them are members and what members may do, keys for programs, and the
 * trace of every change. Rules that hold: a workspace always has an owner; nobody gives a right he lacks; a stranger's thing is
 * not found; rights are read from the database at every request.
 */
export { acceptInvitation } from "./actions/accept-invitation.ts";
export { createFirstWorkspace, type FirstWorkspace } from "./actions/create-first-workspace.ts";
export { assertMayCreateWorkspace, createWorkspace } from "./actions/create-workspace.ts";
export { listAudit } from "./actions/list-audit.ts";
export { meetTelegramUser } from "./actions/meet-telegram-user.ts";
export { type Recipient, recipientsOf, timeZoneOfWorkspace } from "./actions/recipients.ts";
export { type AuditRecord, changesBetween, recordAudit } from "./actions/record-audit.ts";
export { type AuthenticatorDeps, assertMay, createAuthenticator } from "./authenticate.ts";
export { type CreateWorkspace, CreateWorkspaceBody, PersonRef, Workspace } from "./contracts.ts";
export { initDataKey, signInitData } from "./domain/init-data.ts";
export { invitationTokenOf } from "./domain/invitation.ts";
export {
  grantableRoles,
  isRole,
  type Permission,
  permissions,
  permissionsOf,
  type RoleName,
  roleNames,
  type Scope,
  scopeFor,
  withImplied,
} from "./domain/roles.ts";
export { cleanName, type TelegramUser, toTelegramUser } from "./domain/telegram-user.ts";
export { isTimeZone } from "./domain/time-zone.ts";
export { personBlocked } from "./events.ts";
export { identityModule } from "./module.ts";
export { findPersonsCalled, isCalled } from "./person-search.ts";
export type {
  IdentityPorts,
  PersonDataSource,
  PersonIdentity,
  SignInBot,
  Storefront,
  WorkspaceBot,
  WorkspaceBots,
} from "./ports.ts";
export { localeOfPerson, nameOf, timeZoneOfPerson } from "./present.ts";
export { findFirstWorkspaceId, findWorkspace, personIdsOf } from "./queries.ts";
export {
  holdersOf,
  type KeyRef,
  type KnownPerson,
  keyRefsOf,
  knownPersons,
  newPersonsPerDay,
  personOfTelegramId,
  personRefsOf,
  personsKnown,
  roleOfPerson,
} from "./who.ts";
