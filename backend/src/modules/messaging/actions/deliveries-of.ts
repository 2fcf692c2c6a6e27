import type { Db } from "@db/client.ts";
import { type DeliveryWithChat, listDeliveriesOf, listFirstSent } from "../queries.ts";

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

/** When the first message about each thing was in its chat; things nobody was told of are absent. For thousands at once. */
export const firstSentOf = (
  db: Db,
  workspaceId: string,
  subject: { kind: string; ids: readonly string[] },
): Promise<Map<string, Date>> => listFirstSent(db, workspaceId, subject);
