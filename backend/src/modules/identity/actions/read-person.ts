import type { ActionContext } from "@backend/kit/context.ts";
import type { Person } from "../contracts.ts";
import { personNotFound } from "../errors.ts";
import { presentPerson } from "../present.ts";
import { findOwnPerson, findWorkspace } from "../queries.ts";

export async function readPerson(ctx: ActionContext, input: { personId: string }): Promise<Person> {
  const found = await findOwnPerson(ctx.db, ctx.actor.workspaceId, input.personId);
  if (!found) throw personNotFound();
  return presentPerson(found.person, found.role, await findWorkspace(ctx.db, ctx.actor.workspaceId));
}
