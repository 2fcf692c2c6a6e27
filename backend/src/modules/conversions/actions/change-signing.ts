/** Switching a connection's signatures on, changing how they are made, new keys, and off again. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { randomToken } from "@backend/kit/crypto.ts";
import type { ChangedSigning, Connection, RotateSecret, SigningContract } from "../contracts.ts";
import { defaultOverlapHours } from "../domain/connection-settings.ts";
import { packKeys, readSigning, type SigningKeys, unpackKeys } from "../domain/signing.ts";
import { signingInvalid, signingOff } from "../errors.ts";
import type { ConversionsPorts } from "../ports.ts";
import { type ConnectionRow, updateConnection } from "../queries.ts";
import { lockConnection, recordChange, showConnection } from "./own-connection.ts";

type Context = ActionContext<ConversionsPorts>;
const hourMs = 3_600_000;
/** 256 bits, as long as what it makes. */
const makeKey = () => randomToken(32);

/** Asks for signatures from now on, with a new key; or changes where they are expected, and keeps the key. */
export function setSigning(ctx: Context, input: SigningContract & { connectionId: string }): Promise<ChangedSigning> {
  return inTransaction(ctx, async (tx) => {
    const { connectionId, ...typed } = input;
    const before = await lockConnection(tx, connectionId);
    const signing = readSigning(typed);
    if (signing === undefined) throw signingInvalid();
    const key = before.signingSealed === null ? makeKey() : null;
    const sealed =
      key === null ? before.signingSealed : tx.ports.vault.seal(packKeys({ key, previous: null, previousUntil: null }));
    const after = await updateConnection(tx.db, before.id, { signing, signingSealed: sealed });
    await recordChange(tx, "signing-changed", { before, after });
    return present(tx, after, { key, previousUntil: null });
  });
}

/** A new key. The old one is accepted for `overlapHours` more; 0 ends it at once. */
export function rotateSigningKey(
  ctx: Context,
  input: RotateSecret & { connectionId: string },
): Promise<ChangedSigning> {
  return inTransaction(ctx, async (tx) => {
    const before = await lockConnection(tx, input.connectionId);
    if (before.signingSealed === null) throw signingOff();
    const overlapMs = (input.overlapHours ?? defaultOverlapHours) * hourMs;
    const old = overlapMs > 0 ? openKeys(tx, before.signingSealed) : null;
    const keys: SigningKeys = {
      key: makeKey(),
      previous: old?.key ?? null,
      previousUntil: old === null ? null : tx.now.getTime() + overlapMs,
    };
    const after = await updateConnection(tx.db, before.id, { signingSealed: tx.ports.vault.seal(packKeys(keys)) });
    await recordChange(tx, "signing-key-rotated", { before, after });
    return present(tx, after, keys);
  });
}

/** Takes calls without signatures again; the key is forgotten. */
export function removeSigning(ctx: ActionContext, input: { connectionId: string }): Promise<Connection> {
  return inTransaction(ctx, async (tx) => {
    const before = await lockConnection(tx, input.connectionId);
    if (before.signing === null) return showConnection(tx, before);
    const after = await updateConnection(tx.db, before.id, { signing: null, signingSealed: null });
    await recordChange(tx, "signing-changed", { before, after });
    return showConnection(tx, after);
  });
}

/** A key that cannot be opened signs nothing any more: there is nothing to overlap with. */
function openKeys(ctx: Context, sealed: string): SigningKeys | null {
  try {
    return unpackKeys(ctx.ports.vault.open(sealed));
  } catch {
    return null;
  }
}

async function present(
  ctx: Context,
  row: ConnectionRow,
  { key, previousUntil }: { key: string | null; previousUntil: number | null },
): Promise<ChangedSigning> {
  return {
    connection: await showConnection(ctx, row),
    key,
    previousKeyUntil: previousUntil === null ? null : new Date(previousUntil).toISOString(),
  };
}
