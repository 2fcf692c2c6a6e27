import type { Db } from "@db/client.ts";
import { erasePrivateChats, exportPrivateChats } from "../person-data-queries.ts";

interface PersonIdentity {
  workspaceId: string;
  personId: string;
  telegramId: number | null;
}

/** What this room holds about a person: the private chats, and what was written there. For export and erasure. */
export const messagingPersonData = {
  room: "messaging",
  exportPerson: (db: Db, person: PersonIdentity): Promise<unknown> => exportPrivateChats(db, person),
  erasePerson: (db: Db, person: PersonIdentity): Promise<void> => erasePrivateChats(db, person),
};
