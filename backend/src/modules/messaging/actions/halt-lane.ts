import type { Db } from "@db/client.ts";
import { cancelQueuedOfBot, type HaltReason, haltLaneRow, wakeLane } from "../queries.ts";
import { awaitQueueing } from "../turn-queries.ts";
import { laneChannel, lookWord } from "./queue-delivery.ts";

/**
 * A bot may not send from the commit of this transaction on. "off" keeps what waits until `resumeLane`. "gone" cancels it and
 * refuses whatever is queued later, so that nothing is sent under a bot that its workspace gave up; what is on its way to Telegram
 * at that moment ends as it ends, and what came back from there to wait again is cancelled by calling this once more. Answers with
 * how many messages were cancelled.
 */
export async function haltLane(db: Db, botId: string, reason: HaltReason): Promise<number> {
  await haltLaneRow(db, botId, reason);
  if (reason === "gone") await awaitQueueing(db, botId);
  const cancelled = reason === "gone" ? await cancelQueuedOfBot(db, botId, "messaging.failed.bot_gone") : 0;
  await wakeLane(db, `${botId}|${lookWord}`, laneChannel);
  return cancelled;
}
