/** SQL about files of letters, across everything of this room that holds letters. */
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";

/** Ids of the uploads that any letter of this workspace names. Reads every letter with a file once, so it is work for the night. */
export async function filesInLetters(db: Db, workspaceId: string): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    with letters as (
      select letter::text as words from message_templates where workspace_id = ${workspaceId}
      union all select variants::text from broadcasts where workspace_id = ${workspaceId}
      union all select letter::text from broadcast_changes
        where workspace_id = ${workspaceId} and state = 'running' and letter is not null
      union all select st.letter::text from sequence_steps st join sequences s on s.id = st.sequence_id
        where s.workspace_id = ${workspaceId}
      union all select waiting::text from sequences where workspace_id = ${workspaceId} and waiting is not null
    )
    select distinct found[1] as id from letters, regexp_matches(words, '"upload:([0-9a-f-]{36})"', 'g') found
    where words like '%"upload:%'`);
  return rows.map(({ id }) => id);
}
