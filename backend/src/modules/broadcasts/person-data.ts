/** What a human got and what he did with it is held about him. After erasure the rows stay for the counts, and are nobody's. */
import type { PersonDataSource } from "@backend/modules/identity/index.ts";
import type { Db } from "@db/client.ts";
import {
  attentionMessages,
  broadcastRecipients,
  broadcasts,
  sequenceMessages,
  sequences,
} from "@db/schema/broadcasts.ts";
import { and, desc, eq } from "drizzle-orm";

/** More than anybody gets; keeps an answer within a few MB. */
const toldAtMost = 10_000;

const ofHuman = (workspaceId: string, telegramId: number) =>
  and(eq(broadcastRecipients.workspaceId, workspaceId), eq(broadcastRecipients.telegramId, telegramId));

export const broadcastsPersonData: PersonDataSource = {
  room: "broadcasts",
  async exportPerson(db, { workspaceId, telegramId }) {
    if (telegramId === null) return [];
    return [
      ...(await listReceived(db, workspaceId, telegramId)),
      ...(await listReceivedInSequences(db, workspaceId, telegramId)),
    ];
  },
  async erasePerson(db, { workspaceId, telegramId }) {
    if (telegramId === null) return;
    await db.update(broadcastRecipients).set({ telegramId: null }).where(ofHuman(workspaceId, telegramId));
    const his = and(eq(attentionMessages.workspaceId, workspaceId), eq(attentionMessages.telegramId, telegramId));
    await db.delete(attentionMessages).where(his);
    await db.update(sequenceMessages).set({ telegramId: null }).where(inSequencesOf(workspaceId, telegramId));
  },
};

const inSequencesOf = (workspaceId: string, telegramId: number) =>
  and(eq(sequenceMessages.workspaceId, workspaceId), eq(sequenceMessages.telegramId, telegramId));

const listReceivedInSequences = (db: Db, workspaceId: string, telegramId: number) => {
  const { queuedAt, clicks, clickedAt, convertedAt } = sequenceMessages;
  return db
    .select({ sequence: sequences.name, queuedAt, clicks, clickedAt, convertedAt })
    .from(sequenceMessages)
    .innerJoin(sequences, eq(sequences.id, sequenceMessages.sequenceId))
    .where(inSequencesOf(workspaceId, telegramId))
    .orderBy(desc(sequenceMessages.id))
    .limit(toldAtMost);
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
