import type { Db } from "@db/client.ts";
import { lastOwner } from "../errors.ts";
import { countActiveOwners } from "../queries.ts";

/** Asked after every change that may take an owner away, under `lockWorkspace`; the throw undoes the change. */
export async function assertOwnerRemains(db: Db, workspaceId: string): Promise<void> {
  if ((await countActiveOwners(db, workspaceId)) === 0) throw lastOwner();
}
