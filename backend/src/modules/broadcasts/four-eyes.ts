/** Two people, where the workspace wants two: one asks for what goes out as it stands, another lets it go. */
import type { ActionContext } from "@backend/kit/context.ts";
import { needsAnother, needsPerson, needsRequest } from "./errors.ts";
import { findSettings } from "./queries.ts";

export async function needsFourEyes({ db }: Pick<ActionContext, "db">, workspaceId: string): Promise<boolean> {
  return (await findSettings(db, workspaceId))?.needsFourEyes ?? false;
}

/** Throws broadcasts.needs_person, …_request, …_another. */
export async function assertFourEyes(
  ctx: Pick<ActionContext, "db" | "actor">,
  of: { workspaceId: string; requestedBy: string | null },
): Promise<void> {
  if (!(await needsFourEyes(ctx, of.workspaceId))) return;
  if (ctx.actor.kind !== "person") throw needsPerson();
  if (of.requestedBy === null) throw needsRequest();
  if (of.requestedBy === ctx.actor.personId) throw needsAnother();
}

/** Whether the caller may let go what needs two people: he may send, and another has asked for it. */
export const isAnother = ({ actor }: Pick<ActionContext, "actor">, requestedBy: string | null): boolean =>
  actor.kind === "person" && requestedBy !== null && requestedBy !== actor.personId;
