/** Custom fields as the texts of messages name them. */
import type { Db } from "@db/client.ts";
import { audienceFields, type FieldKind } from "@db/schema/audience.ts";
import { asc, eq } from "drizzle-orm";

/** In the order in which people see them. */
export const listFieldKeys = (db: Db, workspaceId: string): Promise<{ key: string; name: string; kind: FieldKind }[]> =>
  db
    .select({ key: audienceFields.key, name: audienceFields.name, kind: audienceFields.kind })
    .from(audienceFields)
    .where(eq(audienceFields.workspaceId, workspaceId))
    .orderBy(asc(audienceFields.position), asc(audienceFields.createdAt));
