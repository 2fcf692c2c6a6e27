/** SQL of people by what they are called, for lists of other rooms. */
import { wordsIn } from "@backend/kit/search.ts";
import { type Db, plannedForValues } from "@db/client.ts";
import { type SQL, type SQLWrapper, sql } from "drizzle-orm";

/**
 * Everybody whom a search finds, in no order; null when they are more than `atMost`. In a transaction of its own: a plan that looks at
 * people one by one until it has enough would take seconds where those who are called so came last, and PostgreSQL takes it for common
 * names. With it only the index of words is left, which is read whole first (67 ms for a name of a million, 10 for one of five thousand).
 */
export function findPersonsCalled(
  db: Db,
  workspaceId: string,
  search: string,
  atMost: number,
): Promise<string[] | null> {
  const { indexed } = wordsIn(sql`p.search_text`, search);
  if (!indexed) return Promise.resolve([]);
  return db.transaction(async (tx) => {
    await tx.execute(
      sql`select set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true)`,
    );
    const rows = await tx.execute<{ id: string }>(sql`
      ${sql.raw(plannedForValues)} select p.id from persons p where p.workspace_id = ${workspaceId} and ${indexed} limit ${atMost + 1}`);
    return rows.length > atMost ? null : rows.map(({ id }) => id);
  });
}

/**
 * Whether a search finds the person that a column of another room's row names. `offset 0` keeps it a look at one person by his key for
 * each row: turned into a join, PostgreSQL would read all people for it.
 */
export function isCalled(personId: SQLWrapper, workspaceId: string, search: string): SQL {
  const { narrow } = wordsIn(sql`p.search_text`, search);
  return sql`exists (select 1 from persons p
    where p.id = ${personId} and p.workspace_id = ${workspaceId} and ${narrow ?? sql`false`} offset 0)`;
}
