/** Facts that other rooms react to. */
import { defineEvent } from "@backend/kit/events.ts";
import { t } from "elysia";

/** A chat cannot be written to any more: told once per change, so that the person who added it hears it once. */
export const chatLost = defineEvent({
  name: "messaging.chat-lost",
  payload: t.Object({
    workspaceId: t.String(),
    botId: t.String(),
    chatId: t.String(),
    kind: t.String(),
    title: t.String(),
    /** The chat's new state: blocked, kicked, no_rights … */
    state: t.String(),
    /** Person who added the bot there; null when unknown or for private chats. */
    addedBy: t.Nullable(t.String()),
    personId: t.Nullable(t.String()),
  }),
});

/** Telegram refused the bot's token (401 or 404): its lane stands still until `resumeLane`. */
export const botRefused = defineEvent({
  name: "messaging.bot-refused",
  payload: t.Object({ workspaceId: t.String(), botId: t.String() }),
});

/** A topic that messages were meant for does not exist any more; alerts go to the General topic meanwhile. */
export const topicLost = defineEvent({
  name: "messaging.topic-lost",
  payload: t.Object({ workspaceId: t.String(), chatId: t.String(), threadId: t.Number() }),
});
