import type { Db } from "@db/client.ts";
import { type DeliveryWithChat, listDeliveriesOf } from "../queries.ts";

/** The messages about one thing, or about several of one kind, oldest first; at most 200. */
export function deliveriesOf(
  db: Db,
  workspaceId: string,
  subject: { kind: string; id: string } | { kind: string; ids: readonly string[] },
): Promise<DeliveryWithChat[]> {
  return listDeliveriesOf(db, workspaceId, {
    kind: subject.kind,
    ids: "ids" in subject ? subject.ids : [subject.id],
  });
}
