import { defineJob } from "@backend/kit/jobs.ts";
import { t } from "elysia";

const answerDelayMs = 2_000;
/** When answers that come now are counted: a burst of them is counted every two seconds. */
export const countAnswersSoon = (now: Date): Date => new Date(now.getTime() + answerDelayMs);

/** Counts anew what recipients did: clicked, replied, opted out, bought. */
export const countAnswersJob = defineJob({
  name: "broadcasts.count-answers",
  payload: t.Object({ workspaceId: t.String(), broadcastId: t.String() }),
  key: ({ broadcastId }) => broadcastId,
  keepsTime: true,
  attempts: 25,
});

/** A conversion came back with the id of one of our clicks. */
export const attributeJob = defineJob({
  name: "broadcasts.attribute",
  payload: t.Object({ workspaceId: t.String(), conversionId: t.String(), click: t.String() }),
  key: ({ conversionId }) => conversionId,
  attempts: 25,
});

/** Somebody wrote to a bot, or refused messages: whether that answers a broadcast he just got. */
export const noteAnswerJob = defineJob({
  name: "broadcasts.note-answer",
  payload: t.Object({
    workspaceId: t.String(),
    botId: t.String(),
    telegramId: t.Number(),
    answer: t.Union([t.Literal("reply"), t.Literal("opt_out")]),
  }),
  attempts: 25,
});
