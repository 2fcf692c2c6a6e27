/** What happens later in this room. One job per line of `module.ts`. */
import { defineJob } from "@backend/kit/jobs.ts";
import { t } from "elysia";

const OneBroadcast = t.Object({ broadcastId: t.String(), workspaceId: t.String() });

/**
 * Goes on with a broadcast: writes down what became of messages, fills ahead of the lanes, and asks to be called again. It comes
 * after other work, since it is seconds ahead of what it fills.
 */
export const stepJob = defineJob({
  name: "broadcasts.step",
  payload: OneBroadcast,
  key: ({ broadcastId }) => broadcastId,
  attempts: 5,
  priority: 5,
});

/** At the moment of a scheduled broadcast; the sweep finds those whose job was lost. */
export const launchDueJob = defineJob({
  name: "broadcasts.launch-due",
  payload: OneBroadcast,
  key: ({ broadcastId }) => broadcastId,
  attempts: 5,
});

/** Every minute: steps and launches whose jobs were lost, and outcomes that became known late. */
export const sweepBroadcastsJob = defineJob({
  name: "broadcasts.sweep",
  payload: t.Object({}),
  attempts: 1,
  every: "* * * * *",
});

/** Every night: files that were taken out of every letter become free to be deleted. */
export const releaseFilesJob = defineJob({
  name: "broadcasts.release-files",
  payload: t.Object({}),
  attempts: 3,
  every: "29 3 * * *",
});

/** Somebody asks for no more while a message to him waits: it does not go out. Reaction to `audience.subscriber-chose`. */
export const withdrawJob = defineJob({
  name: "broadcasts.withdraw",
  payload: t.Object({ workspaceId: t.String(), telegramId: t.Number(), categoryId: t.Number() }),
  key: ({ workspaceId, telegramId, categoryId }) => `${workspaceId}:${telegramId}:${categoryId}`,
  attempts: 5,
  priority: -1,
});
