import { publish } from "@backend/kit/events.ts";
import { notifyLive } from "@backend/kit/live.ts";
import type { Db } from "@db/client.ts";
import type { ChatState } from "@db/schema/messaging.ts";
import { chatFailure } from "../errors.ts";
import { chatLost } from "../events.ts";
import { setChatStateIfActive, settleWaiting } from "../queries.ts";

/**
 * A chat that cannot be written to any more. What waits for it is settled with the reason: broadcasts and sequences are
 * cancelled (nobody owes them to somebody who left), alerts and service messages fail. The event is published only by the
 * change from active, so that it is told once. Runs in the transaction that `db` is.
 */
export async function loseChat(db: Db, chatId: string, state: Exclude<ChatState, "active">): Promise<void> {
  const chat = await setChatStateIfActive(db, chatId, state);
  await settleWaiting(db, chatId, chatFailure(state));
  if (!chat) return;
  await notifyLive(db, { workspaceId: chat.workspaceId, topic: "chats", id: chatId });
  await publish(db, chatLost, {
    workspaceId: chat.workspaceId,
    botId: chat.botId,
    chatId,
    kind: chat.kind,
    title: chat.label ?? chat.title,
    state,
    addedBy: chat.addedBy,
    personId: chat.personId,
  });
}
