import type { Db } from "@db/client.ts";
import type { QuietHours } from "./domain/quiet.ts";
import { findSettings } from "./queries.ts";

/** Hours of a recipient's day in which a workspace sends nothing that can wait; null: it has none. */
export const quietHoursOf = async (db: Db, workspaceId: string): Promise<QuietHours | null> =>
  (await findSettings(db, workspaceId))?.quietHours ?? null;
