/** Raw updates name people; they are part of what is held about them. */
import type { PersonDataSource } from "@backend/modules/identity/index.ts";
import { eraseUpdatesOf, listUpdatesOf } from "./queries.ts";

export const botsPersonData: PersonDataSource = {
  room: "telegram_updates",
  async exportPerson(db, person) {
    if (person.telegramId === null) return [];
    const rows = await listUpdatesOf(db, person.workspaceId, person.telegramId);
    return rows.map(({ receivedAt, body }) => ({ receivedAt, update: body }));
  },
  async erasePerson(db, person) {
    if (person.telegramId !== null) await eraseUpdatesOf(db, person.workspaceId, person.telegramId);
  },
};
