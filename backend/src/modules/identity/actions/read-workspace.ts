import type { ActionContext } from "@backend/kit/context.ts";
import type { Db } from "@db/client.ts";
import type { Workspace } from "../contracts.ts";
import { presentWorkspace } from "../present.ts";
import { findWorkspace } from "../queries.ts";

export const readWorkspace = async (ctx: ActionContext): Promise<Workspace> =>
  presentWorkspace(await findWorkspace(ctx.db, ctx.actor.workspaceId));

/** The zone in which a workspace's days begin and end. */
export const workspaceZone = async (db: Db, workspaceId: string): Promise<string> =>
  (await findWorkspace(db, workspaceId)).timeZone;
