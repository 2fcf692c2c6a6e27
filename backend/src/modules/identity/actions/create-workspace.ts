import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import type { CreateWorkspace, Workspace } from "../contracts.ts";
import { isTimeZone } from "../domain/time-zone.ts";
import { cleanTitle } from "../domain/title.ts";
import { nameInvalid, personNotFound, timeZoneUnknown, tooManyWorkspaces, workspacesClosed } from "../errors.ts";
import type { IdentityPorts } from "../ports.ts";
import { presentWorkspace } from "../present.ts";
import { copyPersonInto, findOwnPerson, insertWorkspace, listWorkspacesOf, saveMember } from "../queries.ts";
import { personActor } from "./person-actor.ts";
import { recordAudit } from "./record-audit.ts";

/** Workspaces that one Telegram user may be a member of before he is refused another. */
const workspacesPerPerson = 20;

/**
 * A workspace of one's own, when the installation is open (OPEN_WORKSPACES). Its maker becomes its owner; language and zone are
 * his unless he says otherwise. It is opened through a bot of its own.
 */
export function createWorkspace(outer: ActionContext<IdentityPorts>, input: CreateWorkspace): Promise<Workspace> {
  return inTransaction(outer, async (ctx) => {
    const actor = personActor(ctx.actor);
    if (!ctx.ports.installation.openWorkspaces) throw workspacesClosed();
    const name = cleanTitle(input.name);
    if (name === "") throw nameInvalid();
    if (input.timeZone !== undefined && !isTimeZone(input.timeZone)) throw timeZoneUnknown();
    const maker = (await findOwnPerson(ctx.db, actor.workspaceId, actor.personId))?.person;
    if (!maker || maker.telegramId === null) throw personNotFound();
    const mine = await listWorkspacesOf(ctx.db, maker.telegramId);
    if (mine.length >= workspacesPerPerson) throw tooManyWorkspaces(workspacesPerPerson);
    const workspace = await insertWorkspace(ctx.db, {
      name,
      locale: input.locale ?? actor.locale,
      timeZone: input.timeZone ?? actor.timeZone,
    });
    const owner = await copyPersonInto(ctx.db, workspace.id, maker);
    await saveMember(ctx.db, { workspaceId: workspace.id, personId: owner.id, role: "owner" });
    await recordAudit(
      { ...ctx, actor: { ...actor, workspaceId: workspace.id, personId: owner.id } },
      { action: "workspace.created", subjectKind: "workspace", subjectId: workspace.id, after: { name } },
    );
    return presentWorkspace(workspace);
  });
}
