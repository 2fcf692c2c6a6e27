/** Who reacts to what. One line per reaction: this file tells the story of the product. */
import { type Reaction, when } from "@backend/kit/events.ts";
import {
  subscriberChose,
  subscriberJoined,
  subscriberLost,
  subscriberTagged,
  subscriberWrote,
} from "@backend/modules/audience/index.ts";
import { checkBotsJob } from "@backend/modules/bots/index.ts";
import { hearJob, linkClicked, messageConverted } from "@backend/modules/broadcasts/index.ts";
import { botRefused, chatLost, tellChatLostJob } from "@backend/modules/messaging/index.ts";

/** For sequences: what happened to one subscriber; groups and channels are in none. */
const heard = <Happening>(at: { workspaceId: string; subscriberId: number | null }, happening: Happening) =>
  at.subscriberId === null ? null : { workspaceId: at.workspaceId, subscriberId: at.subscriberId, happening };

export const reactions: readonly Reaction[] = [
  // Telegram refused a token while sending: the bots room asks once more and marks the bot as disconnected.
  when(botRefused, checkBotsJob, () => ({})),
  // Whoever added the bot to a chat hears once that it cannot write there any more.
  when(chatLost, tellChatLostJob, ({ workspaceId, chatId }) => ({ workspaceId, chatId })),
  // Sequences begin and end by what people do.
  when(subscriberJoined, hearJob, ({ source, ...at }) => heard(at, { kind: "joined", source })),
  when(subscriberLost, hearJob, (at) => heard(at, { kind: "lost" })),
  when(subscriberTagged, hearJob, ({ added, ...at }) =>
    added.length > 0 ? heard(at, { kind: "tagged", added }) : null,
  ),
  when(subscriberChose, hearJob, ({ categoryId, isOptedOut, ...at }) =>
    heard(at, { kind: isOptedOut ? "opted_out" : "opted_in", categoryId }),
  ),
  when(subscriberWrote, hearJob, ({ isCommand, ...at }) => (isCommand ? null : heard(at, { kind: "replied" }))),
  when(linkClicked, hearJob, ({ broadcastId, ...at }) => heard(at, { kind: "clicked", broadcastId })),
  when(messageConverted, hearJob, ({ status, ...at }) => heard(at, { kind: "converted", status })),
];
