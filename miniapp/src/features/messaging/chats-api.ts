/** Chats that alerts can go to. */
import type { ChatContract, TopicContract } from "@backend/modules/messaging/contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { queryOptions } from "@tanstack/react-query";

export type Chat = typeof ChatContract.static;
export type Topic = typeof TopicContract.static;

/** Groups and channels that the bot can write to, and private chats of the team. */
export const targetChatsQuery = queryOptions({
  queryKey: ["chats", "targets"],
  queryFn: async (): Promise<Chat[]> => {
    const page: { items: Chat[] } = await unwrap(
      api.chats.get({ query: { kind: "team", state: "active", limit: 200 } }),
    );
    return page.items;
  },
});

export const topicsQuery = (chatId: string) =>
  queryOptions({
    queryKey: ["chats", "topics", chatId],
    queryFn: async (): Promise<Topic[]> => {
      const list: { items: Topic[] } = await unwrap(api.chats({ chatId }).topics.get());
      return list.items.filter((topic) => !topic.isClosed);
    },
  });
