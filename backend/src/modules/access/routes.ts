/** Elysia: who may, what shape, which action. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { askForLink, listMyAccess } from "./actions/my-access.ts";
import { listPersonAccess } from "./actions/person-access.ts";
import { addProductChat, listClosableChats, listProductChats, removeProductChat } from "./actions/product-chats.ts";
import {
  AccessLink,
  ClosableChatList,
  MyAccessList,
  MyAccessParams,
  PersonAccessList,
  PersonParams,
  ProductChatList,
  ProductChatParams,
  ProductOfChatsParams,
} from "./contracts.ts";

const reading = { access: { permission: "orders.read" } } as const;
const managing = { access: { permission: "shop.manage" } } as const;

/** Under the API's base: what a customer may enter. */
export const myAccessRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "my-access", prefix: "/my/access", detail: { tags: ["My shop"] } })
    .use(http)
    .get("", ({ actor, requestId }) => run(listMyAccess, { actor, requestId }, undefined), {
      access: "person",
      response: { 200: MyAccessList },
    })
    .post("/:chatId/link", ({ actor, requestId, params }) => run(askForLink, { actor, requestId }, params), {
      access: "person",
      params: MyAccessParams,
      response: { 200: AccessLink },
    });

/** Under the API's base: what products open. */
export const accessRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "access", detail: { tags: ["Shop"] } })
    .use(http)
    .get("/closable-chats", ({ actor, requestId }) => run(listClosableChats, { actor, requestId }, undefined), {
      ...managing,
      response: { 200: ClosableChatList },
    })
    .get(
      "/products/:productId/chats",
      ({ actor, requestId, params }) => run(listProductChats, { actor, requestId }, params),
      { ...reading, params: ProductOfChatsParams, response: { 200: ProductChatList } },
    )
    .put(
      "/products/:productId/chats/:chatId",
      ({ actor, requestId, params }) => run(addProductChat, { actor, requestId }, params),
      { ...managing, params: ProductChatParams, response: { 200: ProductChatList } },
    )
    .delete(
      "/products/:productId/chats/:chatId",
      ({ actor, requestId, params }) => run(removeProductChat, { actor, requestId }, params),
      { ...managing, params: ProductChatParams, response: { 200: ProductChatList } },
    )
    .get(
      "/persons/:personId/access",
      ({ actor, requestId, params }) => run(listPersonAccess, { actor, requestId }, params),
      { ...reading, params: PersonParams, response: { 200: PersonAccessList } },
    );
