/** The demo worker's place in the demo team: a key of its own, the same at every start. */
import type { ActionContext } from "@backend/kit/context.ts";
import type { Vault } from "@backend/kit/crypto.ts";
import { apiKeyMark, apiKeyPrefix, apiKeyPurpose } from "@backend/modules/identity/domain/api-key.ts";
import { apiKeys } from "@db/schema/identity.ts";

/** Made once; a key that somebody has revoked stays revoked, and the worker without work. */
export async function demoWorkerKey(ctx: ActionContext<{ vault: Vault }>): Promise<string> {
  const { vault } = ctx.ports;
  const { workspaceId } = ctx.actor;
  const key = `${apiKeyMark}${vault.lookupHash("sandbox.worker", workspaceId).slice(0, 32)}`;
  await ctx.db
    .insert(apiKeys)
    .values({
      workspaceId,
      name: "Demo worker",
      prefix: apiKeyPrefix(key),
      keyHash: vault.lookupHash(apiKeyPurpose, key),
      scopes: ["tasks"],
    })
    .onConflictDoNothing();
  return key;
}
