import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import type { PersonExport } from "../contracts.ts";
import { personNotFound } from "../errors.ts";
import type { IdentityPorts } from "../ports.ts";
import { findOwnPerson, findWorkspace, readTracesOfPerson } from "../queries.ts";
import { personActor } from "./person-actor.ts";
import { recordAudit } from "./record-audit.ts";

/** Everything this workspace holds about one person: identity's own, then what every other room says. */
export function exportPerson(outer: ActionContext<IdentityPorts>, input: { personId: string }): Promise<PersonExport> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const found = await findOwnPerson(ctx.db, workspaceId, input.personId);
    if (!found) throw personNotFound();
    const { workspaceId: _, ...person } = found.person;
    const identity = { workspaceId, personId: person.id, telegramId: person.telegramId };
    const rooms: Record<string, unknown> = { identity: await readTracesOfPerson(ctx.db, workspaceId, person.id) };
    for (const source of ctx.ports.personData) rooms[source.room] = await source.exportPerson(ctx.db, identity);
    const workspace = await findWorkspace(ctx.db, workspaceId);
    await recordAudit(ctx, { action: "person.exported", subjectKind: "person", subjectId: person.id });
    return {
      exportedAt: ctx.now.toISOString(),
      workspace: { id: workspace.id, name: workspace.name },
      person,
      rooms,
    };
  });
}

/** A person's own data, for the asking. */
export const exportMe = (ctx: ActionContext<IdentityPorts>): Promise<PersonExport> =>
  exportPerson(ctx, { personId: personActor(ctx.actor).personId });
