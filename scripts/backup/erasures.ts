/**
 * Persons who asked to be forgotten stay forgotten when an older backup comes back. Every backup adds their ids, which say
 * nothing about anyone, to a list beside it; a restore erases whoever is on the list and in the backup still has a name.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Config } from "@backend/app/config.ts";
import { createRuntime } from "@backend/app/container.ts";
import { AppError } from "@backend/kit/errors.ts";
import { createLogger } from "@backend/kit/log.ts";
import { erasePerson } from "@backend/modules/identity/actions/erase-person.ts";
import { openDatabase } from "@db/client.ts";
import postgres from "postgres";

export interface Erasure {
  workspaceId: string;
  personId: string;
}

/** The list that belongs to a backup: one for all backups of a folder. */
export const erasuresFileOf = (backup: string) => join(dirname(backup), "erased-persons.jsonl");

/** What the list says; nothing when there is none. */
export function readErasures(file: string): Erasure[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Erasure);
}

/** Adds the persons whom the database at `url` has erased. Nobody is ever taken off the list. */
export async function noteErasures(url: string, file: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const rows = await sql<Erasure[]>`
      select workspace_id as "workspaceId", id as "personId" from persons where erased_at is not null`;
    const all = new Map([...readErasures(file), ...rows].map((one) => [one.personId, one]));
    const text = [...all.values()].map(({ workspaceId, personId }) => `${JSON.stringify({ workspaceId, personId })}\n`);
    writeFileSync(`${file}.unfinished`, text.join(""), { mode: 0o600 });
    renameSync(`${file}.unfinished`, file);
  } finally {
    await sql.end();
  }
}

export interface Replayed {
  erased: number;
  /** Members of a team cannot be erased; they are listed for the owner, who removes them first. */
  members: Erasure[];
}

/** Erases them again in a restored database, through the same action that erased them before. */
export async function replayErasures(url: string, config: Config, list: readonly Erasure[]): Promise<Replayed> {
  const database = openDatabase(url, { poolSize: 3, applicationName: "switchboard-restore" });
  const runtime = await createRuntime({ config, database, log: createLogger("error") });
  const replayed: Replayed = { erased: 0, members: [] };
  try {
    const rows = await database.sql<{ id: string }[]>`
      select id from persons where id in ${database.sql(list.map(({ personId }) => personId))} and erased_at is null`;
    const named = new Set(rows.map(({ id }) => id));
    for (const one of list.filter(({ personId }) => named.has(personId))) {
      try {
        await erasePerson(runtime.contextFor(runtime.actorFor(one.workspaceId), "restore"), { personId: one.personId });
        replayed.erased++;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        replayed.members.push(one);
      }
    }
    return replayed;
  } finally {
    await runtime.hub.close();
    await database.close();
  }
}
