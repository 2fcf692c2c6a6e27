import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { randomToken } from "@backend/kit/crypto.ts";
import type { CreateConnection, CreatedConnection } from "../contracts.ts";
import { maxConnections } from "../domain/connection-settings.ts";
import { nameInvalid, tooManyConnections } from "../errors.ts";
import type { ConversionsPorts } from "../ports.ts";
import { presentAddress } from "../present.ts";
import { countOwnConnections, saveConnection } from "../queries.ts";
import { secretPurpose } from "../secret-lookup.ts";
import { recordChange, refusingTakenNames, settingsFrom, showConnection, targetFrom } from "./own-connection.ts";

/** Makes a connection with a secret of its own and shows the address once; it can be shown again on demand. */
export function createConnection(
  ctx: ActionContext<ConversionsPorts>,
  input: CreateConnection,
): Promise<CreatedConnection> {
  return inTransaction(ctx, async (tx) => {
    const { vault, publicUrl } = tx.ports;
    const { kind, chatId, threadId, ...rest } = input;
    const settings = settingsFrom(rest);
    if (settings.name === undefined) throw nameInvalid();
    if ((await countOwnConnections(tx.db, tx.actor.workspaceId)) >= maxConnections)
      throw tooManyConnections(maxConnections);
    const secret = randomToken();
    const values = {
      locale: tx.actor.locale,
      ...settings,
      ...(await targetFrom(tx, { chatId, threadId })),
      name: settings.name,
      kind,
      workspaceId: tx.actor.workspaceId,
      createdBy: tx.actor.kind === "person" ? tx.actor.personId : null,
      secretHash: vault.lookupHash(secretPurpose, secret),
      secretSealed: vault.seal(secret),
    };
    const row = await refusingTakenNames(() => saveConnection(tx.db, values));
    await recordChange(tx, "created", { before: null, after: row });
    return { connection: await showConnection(tx, row), address: presentAddress(row, secret, publicUrl, tx.now) };
  });
}
