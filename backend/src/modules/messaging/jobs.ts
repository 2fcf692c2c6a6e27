/** What happens later in this room. Old deliveries are deleted by the retention job of operations. */
import { defineJob } from "@backend/kit/jobs.ts";
import { t } from "elysia";

/** Reaction to `messaging.chat-lost`. */
export const tellChatLostJob = defineJob({
  name: "messaging.tell-chat-lost",
  payload: t.Object({ workspaceId: t.String(), chatId: t.String() }),
  key: ({ chatId }) => chatId,
  attempts: 5,
});
