import type { ActionContext } from "@backend/kit/context.ts";
import type { ApiKey } from "../contracts.ts";
import { grantableScopes } from "../domain/roles.ts";
import { presentApiKey } from "../present.ts";
import { listOwnApiKeys } from "../queries.ts";
import { roleOf } from "./person-actor.ts";

export async function listApiKeys(ctx: ActionContext): Promise<{ items: ApiKey[]; grantableScopes: string[] }> {
  const rows = await listOwnApiKeys(ctx.db, ctx.actor.workspaceId);
  return { items: rows.map(presentApiKey), grantableScopes: grantableScopes(roleOf(ctx.actor)) };
}
