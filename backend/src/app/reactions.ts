/** Who reacts to what. One line per reaction: this file tells the story of the product. */
import { type Reaction, when } from "@backend/kit/events.ts";
import { followChatJob, followPersonJob } from "@backend/modules/audience/index.ts";
import { checkBotsJob } from "@backend/modules/bots/index.ts";
import { personBlocked } from "@backend/modules/identity/index.ts";
import { botRefused, chatLost, tellChatLostJob } from "@backend/modules/messaging/index.ts";

export const reactions: readonly Reaction[] = [
  // Telegram refused a token while sending: the bots room asks once more and marks the bot as disconnected.
  when(botRefused, checkBotsJob, () => ({})),
  // Whoever added the bot to a chat hears once that it cannot write there any more.
  when(chatLost, tellChatLostJob, ({ workspaceId, chatId }) => ({ workspaceId, chatId })),
  // A lane found a private chat blocked or gone: its subscriber cannot be written to.
  when(chatLost, followChatJob, ({ kind, workspaceId, chatId }) =>
    kind === "private" ? { workspaceId, chatId } : null,
  ),
  // Whom the workspace refuses it does not write to either.
  when(personBlocked, followPersonJob, ({ workspaceId, personId }) => ({ workspaceId, personId })),
];
