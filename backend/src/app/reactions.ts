/** Who reacts to what. One line per reaction: this file tells the story of the product. */
import { type Reaction, when } from "@backend/kit/events.ts";
import { subscriberChose } from "@backend/modules/audience/index.ts";
import { checkBotsJob } from "@backend/modules/bots/index.ts";
import { withdrawJob } from "@backend/modules/broadcasts/index.ts";
import { botRefused, chatLost, tellChatLostJob } from "@backend/modules/messaging/index.ts";

export const reactions: readonly Reaction[] = [
  // Telegram refused a token while sending: the bots room asks once more and marks the bot as disconnected.
  when(botRefused, checkBotsJob, () => ({})),
  // Whoever added the bot to a chat hears once that it cannot write there any more.
  when(chatLost, tellChatLostJob, ({ workspaceId, chatId }) => ({ workspaceId, chatId })),
  // Somebody asks for no more: what waits for him in a lane does not go out.
  when(subscriberChose, withdrawJob, ({ workspaceId, telegramId, categoryId, isOptedOut }) =>
    isOptedOut ? { workspaceId, telegramId, categoryId } : null,
  ),
];
