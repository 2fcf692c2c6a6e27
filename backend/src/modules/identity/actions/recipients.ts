/** People and workspaces as whoever writes to them needs to know them. */
import type { Db } from "@db/client.ts";
import type { Locale } from "@db/schema/identity.ts";
import { localeOfPerson, nameOf, timeZoneOfPerson } from "../present.ts";
import { findOwnPersons, findWorkspace } from "../queries.ts";

export interface Recipient {
  name: string;
  locale: Locale;
  timeZone: string;
  /** Blocked or erased: not to be written to. */
  isBarred: boolean;
}

/** Persons of a workspace by id; strangers are left out. */
export async function recipientsOf(
  db: Db,
  workspaceId: string,
  personIds: readonly string[],
): Promise<Map<string, Recipient>> {
  if (personIds.length === 0) return new Map();
  const workspace = await findWorkspace(db, workspaceId);
  const persons = await findOwnPersons(db, workspaceId, personIds);
  return new Map(
    persons.map((person) => [
      person.id,
      {
        name: nameOf(person),
        locale: localeOfPerson(person, workspace),
        timeZone: timeZoneOfPerson(person, workspace),
        isBarred: person.blockedAt !== null || person.erasedAt !== null,
      },
    ]),
  );
}

/** The zone in which a workspace counts its days and hours. */
export const timeZoneOfWorkspace = async (db: Db, workspaceId: string): Promise<string> =>
  (await findWorkspace(db, workspaceId)).timeZone;
