/** Elysia: who may, what shape, which action. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { listBots, readBot } from "./actions/list-bots.ts";
import { requestBotSetUp } from "./actions/request-bot-set-up.ts";
import { Accepted, BotContract, BotList, BotParams } from "./contracts.ts";

export const botRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "bots", prefix: "/bots", tags: ["Bots"] })
    .use(http)
    .get("", ({ actor, requestId }) => run(listBots, { actor, requestId }, undefined), {
      access: { permission: "bots.read" },
      response: BotList,
    })
    .get("/:botId", ({ actor, requestId, params }) => run(readBot, { actor, requestId }, params), {
      access: { permission: "bots.read" },
      params: BotParams,
      response: BotContract,
    })
    .post("/:botId/set-up", ({ actor, requestId, params }) => run(requestBotSetUp, { actor, requestId }, params), {
      access: { permission: "bots.manage" },
      params: BotParams,
      response: Accepted,
    });
