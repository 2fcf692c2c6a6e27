/** Tags and fields that a file brings along. */
import { pgArray } from "@backend/kit/pg-array.ts";
import type { Db } from "@db/client.ts";
import { audienceFields, audienceTags } from "@db/schema/audience.ts";
import { asc, eq, inArray, sql } from "drizzle-orm";
import type { ImportField } from "./domain/import-row.ts";
import { tooManyFields, tooManyTags } from "./import-errors.ts";

const tagsAtMost = 500;
const fieldsAtMost = 50;

/** Counted and made one after another, so that two hands at once neither pass a limit nor make a name twice. */
const lockCatalog = (tx: Db, workspaceId: string, what: "tags" | "fields") =>
  tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`audience-${what}:${workspaceId}`}, 0))`);

export async function listImportFields(db: Db, workspaceId: string): Promise<ImportField[]> {
  const { key, name, kind, choices } = audienceFields;
  return db
    .select({ key, name, kind, choices })
    .from(audienceFields)
    .where(eq(audienceFields.workspaceId, workspaceId))
    .orderBy(asc(audienceFields.position), asc(audienceFields.createdAt));
}

/** Letter by letter, as Ukraine's transliteration (2010) has it where Russian does not differ. */
const latin: ReadonlyMap<string, string> = new Map(
  "а a б b в v г g ґ g д d е e ё e є ie ж zh з z и i і i ї i й i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ shch ы y э e ю iu я ia"
    .split(" ")
    .flatMap((letter, index, all) => (index % 2 === 0 ? [[letter, all[index + 1] ?? ""] as const] : [])),
);
const keyChars = 28;

/** What files and variables name a field by, made of its name: "Город" → "gorod". */
function fieldKeyOf(name: string, taken: ReadonlySet<string>): string {
  const letters = [...name.normalize("NFC").toLowerCase()].map((letter) => latin.get(letter) ?? letter).join("");
  const words = letters
    .normalize("NFKD")
    .replace(/[\p{M}ъь]/gu, "")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[_0-9]+|_+$/g, "");
  const base = words.slice(0, keyChars) || "field";
  for (let number = 1; ; number++) {
    const key = number === 1 ? base : `${base}_${number}`;
    if (!taken.has(key)) return key;
  }
}

/** Makes fields for columns; one of the same name and kind is used as it is. Their keys, in order. Throws imports.too_many_fields. */
export async function makeFields(
  tx: Db,
  workspaceId: string,
  wanted: readonly { name: string; kind: ImportField["kind"] }[],
): Promise<string[]> {
  if (wanted.length === 0) return [];
  await lockCatalog(tx, workspaceId, "fields");
  const known = await listImportFields(tx, workspaceId);
  const keys: string[] = [];
  for (const { name, kind } of wanted) {
    const same = known.find((field) => field.kind === kind && field.name.toLowerCase() === name.toLowerCase());
    const key = same?.key ?? fieldKeyOf(name, new Set(known.map((field) => field.key)));
    keys.push(key);
    if (same) continue;
    if (known.length >= fieldsAtMost) throw tooManyFields(fieldsAtMost);
    await tx.insert(audienceFields).values({ workspaceId, key, name, kind, position: known.length });
    known.push({ key, name, kind, choices: [] });
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
  await lockCatalog(tx, workspaceId, "tags");
  const find = async () => {
    const rows = await tx.execute<{ id: number; name: string }>(sql`
      select id, lower(name) as name from audience_tags
      where workspace_id = ${workspaceId} and lower(name) in (select lower(n) from unnest(${pgArray(names)}::text[]) n)`);
    return new Map(rows.map(({ id, name }) => [name, id]));
  };
  const known = await find();
  const missing = names.filter((name) => !known.has(name.toLowerCase()));
  if (missing.length === 0) return known;
  const [made] = await tx.execute<{ count: number }>(sql`
    with added as (
      insert into audience_tags (workspace_id, name)
      select distinct on (lower(n)) ${workspaceId}::uuid, n from unnest(${pgArray(missing)}::text[]) n
      on conflict do nothing returning 1
    ) select (select count(*) from added)::int
      + (select count(*) from audience_tags where workspace_id = ${workspaceId})::int as count`);
  if ((made?.count ?? 0) > tagsAtMost) throw tooManyTags(tagsAtMost);
  return find();
}

export async function tagNamesOf(db: Db, workspaceId: string): Promise<Map<number, string>> {
  const rows = await db
    .select({ id: audienceTags.id, name: audienceTags.name })
    .from(audienceTags)
    .where(eq(audienceTags.workspaceId, workspaceId));
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Names of a few tags, in the order of their ids' list; those that were deleted are left out. */
export async function namesOfTags(db: Db, ids: readonly number[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select({ id: audienceTags.id, name: audienceTags.name })
    .from(audienceTags)
    .where(inArray(audienceTags.id, [...ids]));
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return ids.flatMap((id) => names.get(id) ?? []);
}
