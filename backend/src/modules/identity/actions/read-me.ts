import type { ActionContext, MemberActor } from "@backend/kit/context.ts";
import type { Me } from "../contracts.ts";
import { grantableRoles, isRole, permissions } from "../domain/roles.ts";
import { personNotFound } from "../errors.ts";
import type { IdentityPorts } from "../ports.ts";
import { localeOfPerson, nameOf, presentWorkspace, timeZoneOfPerson } from "../present.ts";
import { findOwnPerson, findWorkspace, listWorkspacesOf } from "../queries.ts";
import { personActor } from "./person-actor.ts";

/** Who I am here, what I may do, and where else I am a member. */
export async function readMe(ctx: ActionContext<IdentityPorts>): Promise<Me> {
  const actor = personActor(ctx.actor);
  const [found, workspace, bot, isShopOpen] = await Promise.all([
    findOwnPerson(ctx.db, actor.workspaceId, actor.personId),
    findWorkspace(ctx.db, actor.workspaceId),
    ctx.ports.workspaceBots.findBot(ctx.db, actor.workspaceId, actor.botId),
    ctx.ports.storefront.isOpen(ctx.db, actor.workspaceId),
  ]);
  if (!found || !bot) throw personNotFound();
  const { person } = found;
  const role = actor.member && isRole(actor.member.role) ? actor.member.role : null;
  return {
    person: {
      id: person.id,
      telegramId: person.telegramId,
      name: nameOf(person),
      firstName: person.firstName,
      lastName: person.lastName,
      username: person.username,
      chosenLocale: person.locale,
      chosenTimeZone: person.timeZone,
    },
    member: actor.member && role ? { id: actor.member.memberId, role } : null,
    permissions: permissions.filter((permission) => actor.permissions.has(permission)),
    grantableRoles: grantableRoles(role),
    workspace: presentWorkspace(workspace),
    bot,
    locale: localeOfPerson(person, workspace),
    timeZone: timeZoneOfPerson(person, workspace),
    sandbox: ctx.ports.installation.sandbox,
    canCreateWorkspace: ctx.ports.installation.openWorkspaces,
    isShopOpen,
    workspaces: person.telegramId === null ? [] : await workspacesOf(ctx, actor, person.telegramId),
  };
}

async function workspacesOf(
  ctx: ActionContext<IdentityPorts>,
  actor: MemberActor,
  telegramId: number,
): Promise<Me["workspaces"]> {
  const mine = await listWorkspacesOf(ctx.db, telegramId);
  return Promise.all(
    mine.map(async ({ workspace, role }) => ({
      id: workspace.id,
      name: workspace.name,
      role,
      isCurrent: workspace.id === actor.workspaceId,
      bot: await ctx.ports.workspaceBots.findMainBot(ctx.db, workspace.id),
    })),
  );
}
