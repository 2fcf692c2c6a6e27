import type { ActionContext, MemberActor } from "@backend/kit/context.ts";
import type { CreateWorkspace, Workspace } from "../contracts.ts";
import { isTimeZone } from "../domain/time-zone.ts";
import { cleanTitle } from "../domain/title.ts";
import { nameInvalid, personNotFound, timeZoneUnknown, tooManyWorkspaces, workspacesClosed } from "../errors.ts";
import type { IdentityPorts } from "../ports.ts";
import { presentWorkspace } from "../present.ts";
import { copyPersonInto, findOwnPerson, insertWorkspace, listWorkspacesOf, lockMaker, saveMember } from "../queries.ts";
import { personActor } from "./person-actor.ts";
import { recordAudit } from "./record-audit.ts";

/** Workspaces that one Telegram user may be a member of before he is refused another. */
const workspacesPerPerson = 20;

type Asking = ActionContext<Pick<IdentityPorts, "installation">>;

/** Who asks, and for what name; refuses what needs no lock to be refused. */
async function makerOf(ctx: Asking, input: CreateWorkspace) {
  if (!ctx.ports.installation.openWorkspaces) throw workspacesClosed();
  const actor = personActor(ctx.actor);
  const name = cleanTitle(input.name);
  if (name === "") throw nameInvalid();
  if (input.timeZone !== undefined && !isTimeZone(input.timeZone)) throw timeZoneUnknown();
  const maker = (await findOwnPerson(ctx.db, actor.workspaceId, actor.personId))?.person;
  if (!maker || maker.telegramId === null) throw personNotFound();
  return { actor, name, maker, telegramId: maker.telegramId };
}

async function assertRoomFor(ctx: Asking, telegramId: number): Promise<void> {
  const mine = await listWorkspacesOf(ctx.db, telegramId);
  if (mine.length >= workspacesPerPerson) throw tooManyWorkspaces(workspacesPerPerson);
}

/** Refuses what `createWorkspace` would refuse, with the same codes, before anything outside is asked for it. */
export async function assertMayCreateWorkspace(ctx: Asking, input: CreateWorkspace): Promise<void> {
  const { telegramId } = await makerOf(ctx, input);
  await assertRoomFor(ctx, telegramId);
}

/**
 * A workspace of one's own, when the installation is open (OPEN_WORKSPACES), in the transaction that `ctx.db` is. Its maker becomes its
 * owner; language and zone are his unless he says otherwise. Answers also as whom he acts there. It is opened through a bot of its own,
 * which must be connected in the same transaction. Throws identity.workspaces_closed, name_invalid, time_zone_unknown,
 * too_many_workspaces.
 */
export async function createWorkspace(
  ctx: Asking,
  input: CreateWorkspace,
): Promise<{ workspace: Workspace; owner: MemberActor }> {
  const { actor, name, maker, telegramId } = await makerOf(ctx, input);
  await lockMaker(ctx.db, telegramId);
  await assertRoomFor(ctx, telegramId);
  const workspace = await insertWorkspace(ctx.db, {
    name,
    locale: input.locale ?? actor.locale,
    timeZone: input.timeZone ?? actor.timeZone,
  });
  const person = await copyPersonInto(ctx.db, workspace.id, maker);
  await saveMember(ctx.db, { workspaceId: workspace.id, personId: person.id, role: "owner" });
  const owner = { ...actor, workspaceId: workspace.id, personId: person.id };
  await recordAudit(
    { ...ctx, actor: owner },
    { action: "workspace.created", subjectKind: "workspace", subjectId: workspace.id, after: { name } },
  );
  return { workspace: presentWorkspace(workspace), owner };
}
