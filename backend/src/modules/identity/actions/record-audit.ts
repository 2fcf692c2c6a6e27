import type { ActionContext } from "@backend/kit/context.ts";
import { insertAuditEntry } from "../queries.ts";

export interface AuditRecord {
  /** `noun.verbed`: "member.removed". */
  action: string;
  subjectKind: string;
  subjectId: string;
  /**
   * What changed, as it was and as it is. Audit entries cannot be edited, and erasure cannot reach them: put in ids, states and
   * settings, never names, texts or secrets.
   */
  before?: Readonly<Record<string, unknown>> | null;
  after?: Readonly<Record<string, unknown>> | null;
}

/** Leaves the trace of a change, in the transaction that makes it: `ctx.db` must be that one. */
export async function recordAudit(
  ctx: Pick<ActionContext, "db" | "actor" | "now" | "requestId">,
  record: AuditRecord,
): Promise<void> {
  const { actor } = ctx;
  await insertAuditEntry(ctx.db, {
    workspaceId: actor.workspaceId,
    actorKind: actor.kind,
    actorId: actor.kind === "person" ? actor.personId : actor.kind === "api_key" ? actor.keyId : null,
    action: record.action,
    subjectKind: record.subjectKind,
    subjectId: record.subjectId,
    before: record.before ?? null,
    after: record.after ?? null,
    requestId: ctx.requestId,
    at: ctx.now,
  });
}

/** Only the fields that differ, so that an entry says what changed and not what was there. `null` when nothing did. */
export function changesBetween<T extends Record<string, unknown>>(
  before: T,
  after: Partial<T>,
): { before: Partial<T>; after: Partial<T> } | null {
  const changed = (Object.keys(after) as (keyof T)[]).filter(
    (key) => after[key] !== undefined && after[key] !== before[key],
  );
  if (changed.length === 0) return null;
  const pick = (from: Partial<T>) => Object.fromEntries(changed.map((key) => [key, from[key]])) as Partial<T>;
  return { before: pick(before), after: pick(after) };
}
