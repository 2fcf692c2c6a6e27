/** What happens later in this room. Jobs of one bot run one after another: that is their pace, and no two of them meet at one door. */
import { defineJob } from "@backend/kit/jobs.ts";
import { t } from "elysia";

const doorOf = ({ botId }: { botId: string }) => `access:${botId}`;

/** Lets somebody in who asks to join, or declines. He waits for it, so it runs before other work. */
export const answerRequestJob = defineJob({
  name: "access.answer-request",
  payload: t.Object({
    workspaceId: t.String(),
    chatId: t.String(),
    botId: t.String(),
    /** Null = blocked in the workspace. */
    personId: t.Nullable(t.String()),
    telegramId: t.Number(),
    /** Where the bot may write to him for a while. */
    userChatId: t.Number(),
    /** He came by a link of ours: others are the business of the chat's administrators. */
    isByOurLink: t.Boolean(),
    requestedAt: t.String(),
  }),
  key: ({ chatId, telegramId }) => `${chatId}:${telegramId}`,
  queue: doorOf,
  attempts: 12,
  priority: -5,
  isOutside: true,
});

/** Looks whether somebody may still be in a chat, and shows him out where he may not. Tries reach over half a day; the sweep goes on. */
export const settleAccessJob = defineJob({
  name: "access.settle",
  payload: t.Object({ workspaceId: t.String(), chatId: t.String(), botId: t.String(), personId: t.String() }),
  key: ({ chatId, personId }) => `${chatId}:${personId}`,
  queue: doorOf,
  attempts: 12,
  isOutside: true,
});

/** Somebody was shown out while he was blocked, and is not any more: what he still has opens the chat to him again. */
export const letBackJob = defineJob({
  name: "access.let-back",
  payload: t.Object({ workspaceId: t.String(), chatId: t.String(), botId: t.String(), personId: t.String() }),
  key: ({ chatId, personId }) => `${chatId}:${personId}`,
  queue: doorOf,
  attempts: 12,
});

/** Shows somebody out whom nobody here knows any more: he was erased, and with him what he had. */
export const showOutJob = defineJob({
  name: "access.show-out",
  payload: t.Object({ workspaceId: t.String(), chatId: t.String(), botId: t.String(), telegramId: t.Number() }),
  queue: doorOf,
  attempts: 12,
  isOutside: true,
});

/** Finds whom nobody has shown out, and forgets what ended long ago. */
export const sweepAccessesJob = defineJob({
  name: "access.sweep",
  payload: t.Object({}),
  attempts: 1,
  every: "*/10 * * * *",
});
