import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { apiKeyNotFound } from "../errors.ts";
import { findOwnApiKey, markApiKeyRevoked } from "../queries.ts";
import { recordAudit } from "./record-audit.ts";

/** Ends a key; its next request is refused. Twice is once. */
export function revokeApiKey(outer: ActionContext, input: { keyId: string }): Promise<{ ok: true }> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const found = await findOwnApiKey(ctx.db, workspaceId, input.keyId);
    if (!found) throw apiKeyNotFound();
    if (found.key.revokedAt === null) {
      await markApiKeyRevoked(ctx.db, found.key.id, ctx.now);
      await recordAudit(ctx, {
        action: "api_key.revoked",
        subjectKind: "api_key",
        subjectId: found.key.id,
        before: { name: found.key.name, scopes: found.key.scopes },
      });
      await notifyLive(ctx.db, { workspaceId, topic: "api-keys" });
    }
    return { ok: true };
  });
}
