/** SQL about files of letters, across everything of this room that holds letters. */
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";

/** Ids of the uploads that any letter of these workspaces names. Reads every letter with a file once, so it is work for the night. */
export async function filesInLetters(db: Db, workspaceIds: readonly string[]): Promise<Set<string>> {
  if (workspaceIds.length === 0) return new Set();
  const of = sql`any(${`{${workspaceIds.join(",")}}`}::uuid[])`;
  const rows = await db.execute<{ id: string }>(sql`
    with letters as (
      select letter::text as words from message_templates where workspace_id = ${of}
      union all select variants::text from broadcasts where workspace_id = ${of}
      union all select letter::text from broadcast_changes where workspace_id = ${of} and state = 'running' and letter is not null
      union all select st.letter::text from sequence_steps st join sequences s on s.id = st.sequence_id where s.workspace_id = ${of}
    )
    select distinct found[1] as id from letters, regexp_matches(words, '"upload:([0-9a-f-]{36})"', 'g') found
    where words like '%"upload:%'`);
  return new Set(rows.map(({ id }) => id));
}
