import { enqueueAll } from "@backend/kit/jobs.ts";
import type { PersonDataSource } from "@backend/modules/identity/index.ts";
import { showOutJob } from "./jobs.ts";
import { deleteAccessesOf, listOwnOfPerson } from "./queries.ts";

/**
 * What this room holds about a person: the closed chats that he was let into. Erasure forgets them and shows him out: what he had paid for
 * has no owner any more, and nobody would know that he has to go one day. Links that nobody uses end by themselves.
 */
export const accessPersonData: PersonDataSource = {
  room: "access",
  async exportPerson(db, { workspaceId, personId }) {
    const rows = await listOwnOfPerson(db, workspaceId, personId);
    return {
      chats: rows.map(({ chatId, state, link, joinedAt, endedAt }) => ({
        chatId,
        state,
        link,
        joinedAt: joinedAt?.toISOString() ?? null,
        endedAt: endedAt?.toISOString() ?? null,
      })),
    };
  },
  async erasePerson(db, { workspaceId, personId }) {
    const gone = await deleteAccessesOf(db, workspaceId, personId);
    await enqueueAll(
      db,
      showOutJob,
      gone.flatMap(({ state, chatId, botId, telegramId }) =>
        state === "joined" ? [{ workspaceId, chatId, botId, telegramId }] : [],
      ),
    );
  },
};
