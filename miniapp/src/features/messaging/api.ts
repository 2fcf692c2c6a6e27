/** Chats and deliveries, as the server tells them. */
import type {
  ChatContract,
  DeliveryContract,
  LaneStatus,
  laneNames,
  Content as MessageContent,
  TopicContract,
} from "@backend/modules/messaging/contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

export type Chat = (typeof ChatContract)["static"];
export type Topic = (typeof TopicContract)["static"];
export type Delivery = (typeof DeliveryContract)["static"];
export type Content = MessageContent;
export type DeliveryState = Delivery["state"];
export type Lane = (typeof laneNames)[number];
export type { LaneStatus };

export interface ChatFilter {
  kind: "team" | "private";
  search: string | undefined;
}
export const chatsQuery = ({ kind, search }: ChatFilter) =>
  infiniteQueryOptions({
    queryKey: ["chats", "list", { kind, search }],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.chats.get({ query: { kind, ...(search ? { search } : {}), ...(pageParam ? { cursor: pageParam } : {}) } }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
export const chatQuery = (chatId: string) =>
  queryOptions({
    queryKey: ["chats", "one", chatId],
    queryFn: () => unwrap(api.chats({ chatId }).get()),
  });
export const topicsQuery = (chatId: string) =>
  queryOptions({
    queryKey: ["chats", "topics", chatId],
    queryFn: () => unwrap(api.chats({ chatId }).topics.get()),
  });
/** An empty label gives the chat its Telegram title back. */
export const renameChat = ({ chatId, label }: { chatId: string; label: string }) =>
  unwrap(api.chats({ chatId }).patch({ label: label.trim() || null }));
export const removeChat = (chatId: string) => unwrap(api.chats({ chatId }).delete());
export const sendTest = ({ chatId, threadId }: { chatId: string; threadId: number | null }) =>
  unwrap(api.chats({ chatId })["test-message"].post(threadId === null ? {} : { threadId }));

export interface DeliveryFilter {
  state?: DeliveryState | undefined;
  lane?: Lane | undefined;
  chatId?: string | undefined;
  broadcastId?: string | undefined;
}
export const deliveriesQuery = ({ state, lane, chatId, broadcastId }: DeliveryFilter) =>
  infiniteQueryOptions({
    queryKey: ["deliveries", "list", { state, lane, chatId, broadcastId }],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.deliveries.get({
          query: {
            ...(state ? { state } : {}),
            ...(lane ? { lane } : {}),
            ...(chatId ? { chatId } : {}),
            ...(broadcastId ? { subjectKind: "broadcast", subjectId: broadcastId } : {}),
            ...(pageParam ? { cursor: pageParam } : {}),
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
export const deliveryQuery = (deliveryId: string) =>
  queryOptions({
    queryKey: ["deliveries", "one", deliveryId],
    queryFn: () => unwrap(api.deliveries({ deliveryId }).get()),
  });
export const cancelDelivery = (deliveryId: string) => unwrap(api.deliveries({ deliveryId }).cancel.post());
export const resendDelivery = (deliveryId: string) => unwrap(api.deliveries({ deliveryId }).resend.post());
/** Every message of the workspace whose outcome is unknown. */
export const resendAllUnknown = () => unwrap(api.deliveries["resend-unknown"].post({}));

export const lanesQuery = queryOptions({
  queryKey: ["deliveries", "lanes"],
  queryFn: () => unwrap(api.lanes.get()),
});
