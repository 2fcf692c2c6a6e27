import { defineJob } from "@backend/kit/jobs.ts";
import { t } from "elysia";

/** What is told to Telegram of bots; nobody waits for it, and a start has it done for all of them. */
const setUp = () => "telegram:bots";

const OneBot = t.Object({ workspaceId: t.String(), botId: t.String() });

/** Tells Telegram what one bot cannot work without: webhook, menu button; then what it says. Enqueued at every start and on request. */
export const setUpBotJob = defineJob({
  name: "bots.set-up-bot",
  payload: OneBot,
  key: ({ botId }) => botId,
  attempts: 12,
  isOutside: true,
  server: setUp,
});

/**
 * Tells Telegram a bot's commands, names and descriptions, where they differ from what it has. Apart from the set-up: they may be
 * refused, or have to wait for hours.
 */
export const tellTextsJob = defineJob({
  name: "bots.tell-texts",
  payload: OneBot,
  key: ({ botId }) => botId,
  attempts: 12,
  isOutside: true,
  server: setUp,
});

/** Takes the webhook off a bot that was switched off or given up, and erases the secrets of the latter. */
export const withdrawBotJob = defineJob({
  name: "bots.withdraw-bot",
  payload: OneBot,
  key: ({ botId }) => botId,
  attempts: 12,
  isOutside: true,
  server: setUp,
});

/** Tells the owners of a workspace that their bot was connected elsewhere with its token. */
export const tellBotTakenJob = defineJob({
  name: "bots.tell-bot-taken",
  payload: OneBot,
  attempts: 5,
});

/** Sends a member the button with which Telegram makes a new bot for us to manage. */
export const offerManagedBotJob = defineJob({
  name: "bots.offer-managed-bot",
  payload: t.Object({ workspaceId: t.String(), botId: t.String(), telegramChatId: t.Number(), locale: t.String() }),
  attempts: 5,
  priority: -5,
  isOutside: true,
});

/** Fetches the token of a bot that one of ours manages, and connects it. */
export const connectManagedBotJob = defineJob({
  name: "bots.connect-managed-bot",
  payload: t.Object({
    workspaceId: t.String(),
    /** The managing bot. */
    botId: t.String(),
    /** The managed one, by Telegram. */
    telegramId: t.Number(),
    /** Whoever made it. */
    personId: t.String(),
  }),
  key: ({ telegramId }) => String(telegramId),
  attempts: 8,
  isOutside: true,
});

/** Asks Telegram how every active bot fares. */
export const checkBotsJob = defineJob({
  name: "bots.check-bots",
  payload: t.Object({}),
  key: () => "all",
  attempts: 1,
  every: "*/5 * * * *",
  isOutside: true,
});

/** Ends the waiting circle on a pressed button, with a word if there is one. It is worth little late, so it is tried twice and runs before most other work. */
export const answerCallbackJob = defineJob({
  name: "bots.answer-callback",
  payload: t.Object({
    workspaceId: t.String(),
    botId: t.String(),
    queryId: t.String(),
    /** Shown to whoever pressed, as a note that goes away; 200 characters at most (Bot API, answerCallbackQuery). */
    text: t.Optional(t.String()),
  }),
  attempts: 2,
  priority: -5,
  isOutside: true,
  server: ({ botId }) => `telegram:${botId}`,
});
