import type { Db } from "@db/client.ts";
import { cancelQueued } from "../queries.ts";

/** Cancels every message about one thing that has not been sent; answers with how many. */
export function cancelDeliveries(db: Db, workspaceId: string, subject: { kind: string; id: string }): Promise<number> {
  return cancelQueued(
    db,
    workspaceId,
    { subjectKind: subject.kind, subjectId: subject.id },
    "messaging.cancelled.no_longer_needed",
  );
}
