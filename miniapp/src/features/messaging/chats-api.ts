/** Chats that alerts can go to. */
import type { ChatContract, TopicContract } from "@backend/modules/messaging/contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { queryOptions } from "@tanstack/react-query";

export type Chat = typeof ChatContract.static;
export type Topic = typeof TopicContract.static;

/** Groups and channels that the bots can write to, all of them: they are searched where one is chosen. */
export const targetChatsQuery = queryOptions({
  queryKey: ["chats", "targets"],
  queryFn: async (): Promise<Chat[]> => {
    const chats: Chat[] = [];
    for (let cursor: string | undefined; ; ) {
      const query = { kind: "team", state: "active", limit: 200, ...(cursor === undefined ? {} : { cursor }) } as const;
      const page: { items: Chat[]; nextCursor: string | null } = await unwrap(api.chats.get({ query }));
      chats.push(...page.items);
      if (page.nextCursor === null) return chats;
      cursor = page.nextCursor;
    }
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
