/** What happens later in this room. */
import { defineJob } from "@backend/kit/jobs.ts";
import { t } from "elysia";

/** Reaction to `messaging.chat-lost`: the lane found a private chat blocked or gone. */
export const followChatJob = defineJob({
  name: "audience.follow-chat",
  payload: t.Object({ workspaceId: t.String(), chatId: t.String() }),
  key: ({ chatId }) => chatId,
  attempts: 8,
});

/** Reaction to `identity.person-blocked`: whom the workspace refuses, nobody writes to. */
export const followPersonJob = defineJob({
  name: "audience.follow-person",
  payload: t.Object({ workspaceId: t.String(), personId: t.String() }),
  key: ({ personId }) => personId,
  attempts: 8,
  priority: -5,
});

/** Private chats that are nobody's subscription yet become one. Enqueued at every start; `botId` and `after` are its checkpoint. */
export const adoptChatsJob = defineJob({
  name: "audience.adopt-chats",
  payload: t.Object({ botId: t.Optional(t.String()), after: t.Optional(t.Number()) }),
  key: ({ botId = "all" }) => botId,
  attempts: 8,
  priority: 10,
});

/** Goes on with a change to many subscribers from its checkpoint. */
export const runChangeJob = defineJob({
  name: "audience.run-change",
  payload: t.Object({ workspaceId: t.String(), changeId: t.String() }),
  key: ({ changeId }) => changeId,
  queue: ({ workspaceId }) => `audience-change:${workspaceId}`,
  attempts: 25,
  priority: 10,
});
