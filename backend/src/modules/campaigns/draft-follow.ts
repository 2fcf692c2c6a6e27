/** What becomes of drafts when their flows turn out to be changed in the tracker. */
import type { Db } from "@db/client.ts";
import { sameParts } from "./domain/drift.ts";
import { endDraft, findDrafts, listFlowsById, renewDraft, updateFlow } from "./flow-queries.ts";
import { pinsIn, rowsOfDraft } from "./flow-rows.ts";

/**
 * A draft on a flow that changed gets a new version, so that nobody decides about a state he did not see. One that wanted just this
 * has nothing left to push: it ends, its pins stay, and the change is no drift. Answers with the flows whose draft ended.
 */
export async function followDrafts(db: Db, flowIds: readonly string[], now: Date): Promise<Set<string>> {
  const drafts = await findDrafts(db, flowIds);
  const satisfied = new Set<string>();
  for (const flow of await listFlowsById(db, [...drafts.keys()])) {
    const draft = drafts.get(flow.id);
    if (!draft) continue;
    const rows = rowsOfDraft(draft);
    if (!sameParts(rows, flow)) {
      await renewDraft(db, flow.id);
      continue;
    }
    await endDraft(db, flow.id, now);
    await updateFlow(db, flow.id, { pins: pinsIn(rows), driftFrom: null, driftSince: null });
    satisfied.add(flow.id);
  }
  return satisfied;
}
