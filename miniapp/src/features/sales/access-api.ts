/** Closed chats that products open, as the server tells the team of them. */
import type { ClosableChat, PersonAccess, ProductChat } from "@backend/modules/access/contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { queryOptions } from "@tanstack/react-query";

export type { ClosableChat, PersonAccess, ProductChat };

export const productChatsQuery = (productId: string) =>
  queryOptions({
    queryKey: ["access", "product", productId],
    queryFn: async (): Promise<ProductChat[]> => (await unwrap(api.products({ productId }).chats.get())).items,
  });
export const closableChatsQuery = queryOptions({
  queryKey: ["access", "choices"],
  queryFn: async (): Promise<ClosableChat[]> => (await unwrap(api["closable-chats"].get())).items,
});
export const personAccessQuery = (personId: string) =>
  queryOptions({
    queryKey: ["access", "person", personId],
    queryFn: async (): Promise<PersonAccess[]> => (await unwrap(api.persons({ personId }).access.get())).items,
  });
interface Choice {
  productId: string;
  chatId: string;
}
export const addProductChat = ({ productId, chatId }: Choice) =>
  unwrap(api.products({ productId }).chats({ chatId }).put());
export const removeProductChat = ({ productId, chatId }: Choice) =>
  unwrap(api.products({ productId }).chats({ chatId }).delete());
