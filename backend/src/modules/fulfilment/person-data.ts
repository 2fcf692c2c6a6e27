import type { PersonDataSource } from "@backend/modules/identity/index.ts";
import { presentPost } from "./present.ts";
import { blankTasksOf, listOwnOfPerson } from "./queries.ts";

/**
 * What this room holds about a person: his posts. Erasure takes their addresses and proof, and ends what is open; that there was a post,
 * of which order and what it was worth, stays, because the books refer to it.
 */
export const fulfilmentPersonData: PersonDataSource = {
  room: "fulfilment",
  async exportPerson(db, { workspaceId, personId }) {
    const rows = await listOwnOfPerson(db, workspaceId, personId);
    return { posts: rows.map((row) => ({ ...presentPost(row, "en"), url: row.url, proof: row.proof })) };
  },
  async erasePerson(db, { workspaceId, personId }) {
    await blankTasksOf(db, workspaceId, personId, new Date());
  },
};
