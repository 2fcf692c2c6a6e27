/** Tags and fields that a file brings along. */
import { pgArray } from "@backend/kit/pg-array.ts";
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";
import { addField } from "./actions/fields.ts";
import { listOwnFields, lockCatalog } from "./catalog-queries.ts";
import { maxFields, maxTags } from "./contracts.ts";
import type { ImportField } from "./domain/import-row.ts";
import { fieldTaken } from "./errors.ts";
import { tooManyFields, tooManyTags } from "./import-errors.ts";

/**
 * Makes fields for columns; one of the same name and kind is used as it is. Their keys, in order. Throws audience.field_taken where a field of
 * that name is of another kind, which would refuse the rows, and imports.too_many_fields.
 */
export async function makeFields(
  tx: Db,
  workspaceId: string,
  wanted: readonly { name: string; kind: ImportField["kind"] }[],
): Promise<string[]> {
  if (wanted.length === 0) return [];
  await lockCatalog(tx, workspaceId, "fields");
  const known = await listOwnFields(tx, workspaceId);
  const keys: string[] = [];
  for (const { name, kind } of wanted) {
    const namesakes = known.filter((field) => field.name.toLowerCase() === name.toLowerCase());
    const same = namesakes.find((field) => field.kind === kind);
    if (!same && namesakes.length > 0) throw fieldTaken(name);
    if (!same && known.length >= maxFields) throw tooManyFields(maxFields);
    const field = same ?? (await addField(tx, workspaceId, known, { name, kind, choices: [] }));
    if (!same) known.push(field);
    keys.push(field.key);
  }
  return keys;
}

/** Ids of tags by the small letters of their names; makes those that there are not. Throws imports.too_many_tags. */
export async function tagIdsByName(
  tx: Db,
  workspaceId: string,
  names: readonly string[],
): Promise<Map<string, number>> {
  if (names.length === 0) return new Map();
  // Keyed by the names that were asked for: PostgreSQL's small letters are not those of JavaScript for "İ" and a final "Σ".
  const find = async () => {
    const rows = await tx.execute<{ id: number; name: string }>(sql`
      select t.id, n as name from unnest(${pgArray(names)}::text[]) n
      join audience_tags t on t.workspace_id = ${workspaceId} and lower(t.name) = lower(n)`);
    return new Map(rows.map(({ id, name }) => [name.toLowerCase(), id]));
  };
  const areThere = (known: Map<string, number>) => names.every((name) => known.has(name.toLowerCase()));
  const found = await find();
  if (areThere(found)) return found;
  await lockCatalog(tx, workspaceId, "tags");
  // Somebody may have made them while the lock was waited for.
  const known = await find();
  if (areThere(known)) return known;
  const missing = names.filter((name) => !known.has(name.toLowerCase()));
  const [made] = await tx.execute<{ count: number }>(sql`
    with added as (
      insert into audience_tags (workspace_id, name)
      select distinct on (lower(n)) ${workspaceId}::uuid, n from unnest(${pgArray(missing)}::text[]) n
      on conflict do nothing returning 1
    ) select (select count(*) from added)::int
      + (select count(*) from audience_tags where workspace_id = ${workspaceId})::int as count`);
  if ((made?.count ?? 0) > maxTags) throw tooManyTags(maxTags);
  return find();
}
