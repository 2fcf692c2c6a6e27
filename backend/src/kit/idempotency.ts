/**
 * Creating calls that may be repeated: a program that lost an answer sends the same call with the same `Idempotency-Key` and gets the
 * first answer again, instead of a second broadcast. The key, what was done and the answer are one transaction: whoever comes
 * second at the same moment waits for the first, a crash leaves either all of it or nothing, and a refused call leaves its key
 * free.
 */
import { createHash } from "node:crypto";
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";
import type { Actor } from "./context.ts";
import type { Vault } from "./crypto.ts";
import { invalid } from "./errors.ts";

/** What one call says of itself. */
export interface Once {
  key: string;
  /** Of method, address and body: the same key with another call is a mistake of the caller's. */
  requestHash: string;
}

export const onceHeader = "idempotency-key";
/** How long an answer is kept. */
export const onceForHours = 24;

/** The header of a call, or null without one. Throws common.key_unreadable for one that no program would send. */
export function onceOf(request: Request, body: unknown): Once | null {
  const key = request.headers.get(onceHeader);
  if (key === null) return null;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw invalid("common.key_unreadable");
  const { pathname, search } = new URL(request.url);
  const call = JSON.stringify([request.method, pathname + search, body ?? null]);
  return { key, requestHash: createHash("sha256").update(call).digest("base64url") };
}

const callerOf = (actor: Actor): string | null =>
  actor.kind === "person" ? actor.personId : actor.kind === "api_key" ? actor.keyId : null;

interface KeptRow extends Record<string, unknown> {
  request_hash: string;
  answer_sealed: string | null;
}

type OnceDeps = { db: Db; vault: Pick<Vault, "seal" | "open"> };

const keptOf = (actor: Actor, callerId: string, once: Once) =>
  sql`workspace_id = ${actor.workspaceId} and caller_id = ${callerId} and key = ${once.key}`;

function answerIn<Output>({ vault }: OnceDeps, kept: KeptRow | undefined, once: Once): Output {
  if (kept?.request_hash !== once.requestHash) throw invalid("common.key_reused");
  if (kept.answer_sealed === null) throw new Error("a finished call without its answer");
  return JSON.parse(vault.open(kept.answer_sealed)) as Output;
}

/**
 * What a call was answered before, for calls that must ask something outside before `runOnce`: null when it was not, or is being
 * answered at this moment. Throws common.key_reused as `runOnce` does.
 */
export async function answeredOnce<Output>(
  deps: OnceDeps,
  actor: Actor,
  once: Once,
): Promise<{ answer: Output } | null> {
  const callerId = callerOf(actor);
  if (callerId === null) return null;
  const [kept] = await deps.db.execute<KeptRow>(sql`
    select request_hash, answer_sealed from idempotency_keys
    where ${keptOf(actor, callerId, once)} and created_at >= now() - ${onceForHours} * interval '1 hour'`);
  return kept ? { answer: answerIn<Output>(deps, kept, once) } : null;
}

/**
 * Runs `work` in a transaction, once per caller and key; afterwards answers what it answered. Throws common.key_reused when the key was
 * used for another call. `work` must ask no network: its transaction is open.
 */
export async function runOnce<Output>(
  deps: OnceDeps,
  actor: Actor,
  once: Once,
  work: (tx: Db) => Promise<Output>,
): Promise<Output> {
  const callerId = callerOf(actor);
  if (callerId === null) return work(deps.db);
  const own = keptOf(actor, callerId, once);
  return deps.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    await tx.execute(
      sql`delete from idempotency_keys where ${own} and created_at < now() - ${onceForHours} * interval '1 hour'`,
    );
    // Waits for whoever is doing the same call right now.
    const taken = await tx.execute(sql`
      insert into idempotency_keys (workspace_id, caller_id, key, request_hash)
      values (${actor.workspaceId}, ${callerId}, ${once.key}, ${once.requestHash}) on conflict do nothing returning 1`);
    if (taken.length === 0) {
      const [kept] = await tx.execute<KeptRow>(
        sql`select request_hash, answer_sealed from idempotency_keys where ${own}`,
      );
      return answerIn<Output>(deps, kept, once);
    }
    const answer = await work(tx);
    const sealed = deps.vault.seal(JSON.stringify(answer ?? null));
    await tx.execute(sql`update idempotency_keys set answer_sealed = ${sealed} where ${own}`);
    return answer;
  });
}
