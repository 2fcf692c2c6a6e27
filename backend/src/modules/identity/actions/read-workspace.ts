import type { ActionContext } from "@backend/kit/context.ts";
import type { Workspace } from "../contracts.ts";
import { presentWorkspace } from "../present.ts";
import { findWorkspace } from "../queries.ts";

export const readWorkspace = async (ctx: ActionContext): Promise<Workspace> =>
  presentWorkspace(await findWorkspace(ctx.db, ctx.actor.workspaceId));
