/** Who reacts to what. One line per reaction: this file tells the story of the product. */
import { type Reaction, when } from "@backend/kit/events.ts";
import { subscriberChose, subscriberWrote } from "@backend/modules/audience/index.ts";
import { checkBotsJob } from "@backend/modules/bots/index.ts";
import { attributeJob, noteAnswerJob } from "@backend/modules/broadcasts/index.ts";
import { clickConverted } from "@backend/modules/conversions/index.ts";
import { botRefused, chatLost, tellChatLostJob } from "@backend/modules/messaging/index.ts";

export const reactions: readonly Reaction[] = [
  // Telegram refused a token while sending: the bots room asks once more and marks the bot as disconnected.
  when(botRefused, checkBotsJob, () => ({})),
  // Whoever added the bot to a chat hears once that it cannot write there any more.
  when(chatLost, tellChatLostJob, ({ workspaceId, chatId }) => ({ workspaceId, chatId })),
  // A conversion came from a link in a message: the broadcast gets it.
  when(clickConverted, attributeJob, (conversion) => conversion),
  // Whoever writes to a bot, or refuses its messages, answers the broadcast that he got last.
  when(subscriberWrote, noteAnswerJob, ({ workspaceId, botId, telegramId, isCommand }) =>
    isCommand ? null : { workspaceId, botId, telegramId, answer: "reply" as const },
  ),
  when(subscriberChose, noteAnswerJob, ({ workspaceId, botId, telegramId, isOptedOut }) =>
    isOptedOut ? { workspaceId, botId, telegramId, answer: "opt_out" as const } : null,
  ),
];
