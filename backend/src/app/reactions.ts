/** Who reacts to what. One line per reaction: this file tells the story of the product. */
import { type Addition, also, type Reaction, when } from "@backend/kit/events.ts";
import {
  subscriberChose,
  subscriberJoined,
  subscriberLost,
  subscriberTagged,
} from "@backend/modules/audience/index.ts";
import { checkBotsJob } from "@backend/modules/bots/index.ts";
import { conversionRecorded } from "@backend/modules/conversions/index.ts";
import { botRefused, chatLost, tellChatLostJob } from "@backend/modules/messaging/index.ts";
import { tellEndpoints } from "@backend/modules/webhooks/index.ts";

/** A fact as other systems get it: our workspace is theirs already. */
const told = <Fact extends { workspaceId: string }>({ workspaceId: _, ...fact }: Fact) => fact;

export const reactions: readonly (Reaction | Addition)[] = [
  // Telegram refused a token while sending: the bots room asks once more and marks the bot as disconnected.
  when(botRefused, checkBotsJob, () => ({})),
  // Whoever added the bot to a chat hears once that it cannot write there any more.
  when(chatLost, tellChatLostJob, ({ workspaceId, chatId }) => ({ workspaceId, chatId })),
  // Whoever listens outside hears of it: a row per endpoint, written with the fact.
  also(subscriberJoined, tellEndpoints("subscriber.joined", told)),
  also(subscriberLost, tellEndpoints("subscriber.lost", told)),
  also(subscriberTagged, tellEndpoints("subscriber.tagged", told)),
  also(subscriberChose, tellEndpoints("subscriber.chose", told)),
  also(conversionRecorded, tellEndpoints("conversion.recorded", told)),
  also(chatLost, tellEndpoints("chat.lost", told)),
];
