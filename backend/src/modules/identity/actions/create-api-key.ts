import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { randomToken } from "@backend/kit/crypto.ts";
import { notifyLive } from "@backend/kit/live.ts";
import type { CreateApiKey, CreatedApiKey } from "../contracts.ts";
import { apiKeyMark, apiKeyPrefix, apiKeyPurpose } from "../domain/api-key.ts";
import { isForPeopleOnly, mayGiveScope } from "../domain/roles.ts";
import { cleanTitle } from "../domain/title.ts";
import { apiKeyNotFound, nameInvalid, scopeForPeople, scopeNotYours, tooManyApiKeys } from "../errors.ts";
import type { IdentityPorts } from "../ports.ts";
import { presentApiKey } from "../present.ts";
import { countLiveApiKeys, findOwnApiKey, insertApiKey, lockWorkspace } from "../queries.ts";
import { personActor, roleOf } from "./person-actor.ts";
import { recordAudit } from "./record-audit.ts";

const liveKeys = 100;

/** Makes a key with some of the caller's own rights. The key itself is in the answer and nowhere else. */
export function createApiKey(outer: ActionContext<IdentityPorts>, input: CreateApiKey): Promise<CreatedApiKey> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId, personId } = personActor(ctx.actor);
    const name = cleanTitle(input.name);
    if (name === "") throw nameInvalid();
    for (const scope of input.scopes) {
      if (isForPeopleOnly(scope)) throw scopeForPeople(scope);
      if (!mayGiveScope(roleOf(ctx.actor), scope)) throw scopeNotYours(scope);
    }
    await lockWorkspace(ctx.db, workspaceId);
    if ((await countLiveApiKeys(ctx.db, workspaceId)) >= liveKeys) throw tooManyApiKeys(liveKeys);
    const key = `${apiKeyMark}${randomToken()}`;
    const keyId = await insertApiKey(ctx.db, {
      workspaceId,
      name,
      prefix: apiKeyPrefix(key),
      keyHash: ctx.ports.vault.lookupHash(apiKeyPurpose, key),
      scopes: [...input.scopes],
      createdBy: personId,
      createdAt: ctx.now,
    });
    await recordAudit(ctx, {
      action: "api_key.created",
      subjectKind: "api_key",
      subjectId: keyId,
      after: { name, scopes: input.scopes },
    });
    await notifyLive(ctx.db, { workspaceId, topic: "api-keys" });
    const stored = await findOwnApiKey(ctx.db, workspaceId, keyId);
    if (!stored) throw apiKeyNotFound();
    return { apiKey: presentApiKey(stored), key };
  });
}
