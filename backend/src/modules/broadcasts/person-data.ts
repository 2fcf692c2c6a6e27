/** What a human got and what he did with it is held about him. After erasure the rows stay for the counts, and are nobody's. */
import type { PersonDataSource } from "@backend/modules/identity/index.ts";
import type { Db } from "@db/client.ts";
import { broadcastRecipients, broadcasts } from "@db/schema/broadcasts.ts";
import { and, desc, eq } from "drizzle-orm";

/** More than anybody gets; keeps an answer within a few MB. */
const toldAtMost = 10_000;

const ofHuman = (workspaceId: string, telegramId: number) =>
  and(eq(broadcastRecipients.workspaceId, workspaceId), eq(broadcastRecipients.telegramId, telegramId));

export const broadcastsPersonData: PersonDataSource = {
  room: "broadcasts",
  async exportPerson(db, { workspaceId, telegramId }) {
    return telegramId === null ? [] : listReceived(db, workspaceId, telegramId);
  },
  async erasePerson(db, { workspaceId, telegramId }) {
    if (telegramId === null) return;
    await db.update(broadcastRecipients).set({ telegramId: null }).where(ofHuman(workspaceId, telegramId));
  },
};

const listReceived = (db: Db, workspaceId: string, telegramId: number) => {
  const { state, doneAt, clicks, clickedAt, repliedAt, optedOutAt, convertedAt } = broadcastRecipients;
  return db
    .select({ broadcast: broadcasts.name, state, doneAt, clicks, clickedAt, repliedAt, optedOutAt, convertedAt })
    .from(broadcastRecipients)
    .innerJoin(broadcasts, eq(broadcasts.id, broadcastRecipients.broadcastId))
    .where(ofHuman(workspaceId, telegramId))
    .orderBy(desc(broadcastRecipients.id))
    .limit(toldAtMost);
};
