/**
 * Identity: workspaces, the people known in them, who of them are members and what members may do, keys for programs, and the
 * trace of every change. Rules that hold: a workspace always has an owner; nobody gives a right he lacks; a stranger's thing is
 * not found; rights are read from the database at every request.
 */
export { createFirstWorkspace } from "./actions/create-first-workspace.ts";
export { type AuthenticatorDeps, createAuthenticator } from "./authenticate.ts";
export { initDataKey, signInitData } from "./domain/init-data.ts";
export {
  grantableRoles,
  type Permission,
  permissions,
  permissionsOf,
  type RoleName,
  roleNames,
  type Scope,
} from "./domain/roles.ts";
export type { SignInBot, WorkspaceBot, WorkspaceBots } from "./ports.ts";
export { localeOfPerson, timeZoneOfPerson } from "./present.ts";
