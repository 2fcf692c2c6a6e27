/** Who reacts to what. One line per reaction: this file tells the story of the product. */
import { type Reaction, when } from "@backend/kit/events.ts";
import { botDisconnected, checkBotsJob, tellBotTakenJob } from "@backend/modules/bots/index.ts";
import { botRefused, chatLost, tellChatLostJob } from "@backend/modules/messaging/index.ts";

export const reactions: readonly Reaction[] = [
  // Telegram refused a token while sending: the bots room asks once more and marks the bot as disconnected.
  when(botRefused, checkBotsJob, () => ({})),
  // A token was brought to another workspace: whoever answers for the one that lost the bot hears of it.
  when(botDisconnected, tellBotTakenJob, ({ workspaceId, botId, why }) =>
    why === "taken_over" ? { workspaceId, botId } : null,
  ),
  // Whoever added the bot to a chat hears once that it cannot write there any more.
  when(chatLost, tellChatLostJob, ({ workspaceId, chatId }) => ({ workspaceId, chatId })),
];
