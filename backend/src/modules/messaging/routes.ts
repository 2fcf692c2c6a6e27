/** Elysia: who may, what shape, which action. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia, t } from "elysia";
import { listChats, listChatTopics, readChat } from "./actions/list-chats.ts";
import { listDeliveries, readDelivery } from "./actions/list-deliveries.ts";
import { listLanes } from "./actions/list-lanes.ts";
import { removeChat } from "./actions/remove-chat.ts";
import { renameChat } from "./actions/rename-chat.ts";
import { sendTestMessage } from "./actions/send-test-message.ts";
import { cancelDelivery, resendDeliveries, resendDelivery } from "./actions/settle-delivery.ts";
import {
  ChatContract,
  ChatListQuery,
  ChatPageContract,
  ChatParams,
  CountContract,
  DeliveryContract,
  DeliveryListQuery,
  DeliveryPageContract,
  DeliveryParams,
  LaneStatusContract,
  QueuedContract,
  RenameChatBody,
  ResendUnknownBody,
  SendTestBody,
  TopicListContract,
} from "./contracts.ts";

export const messagingRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "messaging", tags: ["Messaging"] })
    .use(http)
    .get("/chats", ({ actor, requestId, query }) => run(listChats, { actor, requestId }, query), {
      access: { permission: "chats.read" },
      query: ChatListQuery,
      response: ChatPageContract,
    })
    .get("/chats/:chatId", ({ actor, requestId, params }) => run(readChat, { actor, requestId }, params), {
      access: { permission: "chats.read" },
      params: ChatParams,
      response: ChatContract,
    })
    .get("/chats/:chatId/topics", ({ actor, requestId, params }) => run(listChatTopics, { actor, requestId }, params), {
      access: { permission: "chats.read" },
      params: ChatParams,
      response: TopicListContract,
    })
    .patch(
      "/chats/:chatId",
      ({ actor, requestId, params, body }) => run(renameChat, { actor, requestId }, { ...params, ...body }),
      { access: { permission: "chats.manage" }, params: ChatParams, body: RenameChatBody, response: ChatContract },
    )
    .delete("/chats/:chatId", ({ actor, requestId, params }) => run(removeChat, { actor, requestId }, params), {
      access: { permission: "chats.manage" },
      params: ChatParams,
      response: CountContract,
    })
    .post(
      "/chats/:chatId/test-message",
      ({ actor, requestId, once, params, body }) =>
        run(sendTestMessage, { actor, requestId, once }, { ...params, ...body }),
      {
        creates: true,
        access: { permission: "chats.manage" },
        params: ChatParams,
        body: SendTestBody,
        response: QueuedContract,
      },
    )
    .get("/deliveries", ({ actor, requestId, query }) => run(listDeliveries, { actor, requestId }, query), {
      access: { permission: "deliveries.read" },
      query: DeliveryListQuery,
      response: DeliveryPageContract,
    })
    .get("/deliveries/:deliveryId", ({ actor, requestId, params }) => run(readDelivery, { actor, requestId }, params), {
      access: { permission: "deliveries.read" },
      params: DeliveryParams,
      response: DeliveryContract,
    })
    .post(
      "/deliveries/:deliveryId/cancel",
      ({ actor, requestId, params }) => run(cancelDelivery, { actor, requestId }, params),
      { access: { permission: "deliveries.manage" }, params: DeliveryParams, response: CountContract },
    )
    .post(
      "/deliveries/:deliveryId/resend",
      ({ actor, requestId, params }) => run(resendDelivery, { actor, requestId }, params),
      { access: { permission: "deliveries.manage" }, params: DeliveryParams, response: CountContract },
    )
    .post(
      "/deliveries/resend-unknown",
      ({ actor, requestId, body }) => run(resendDeliveries, { actor, requestId }, body),
      { access: { permission: "deliveries.manage" }, body: ResendUnknownBody, response: CountContract },
    )
    .get("/lanes", ({ actor, requestId }) => run(listLanes, { actor, requestId }, undefined), {
      access: { permission: "deliveries.read" },
      response: t.Object({ items: t.Array(LaneStatusContract) }),
    });
