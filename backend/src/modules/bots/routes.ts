/** Elysia: who may, what shape, which action. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { createRateLimit } from "@backend/kit/rate-limit.ts";
import { Elysia } from "elysia";
import { changeTexts, readTexts } from "./actions/bot-texts.ts";
import { connectBot } from "./actions/connect-bot.ts";
import { createWorkspaceWithBot, prepareWorkspace } from "./actions/create-workspace-with-bot.ts";
import { disconnectBot } from "./actions/disconnect-bot.ts";
import { listBots, readBot } from "./actions/list-bots.ts";
import { requestManagedBot } from "./actions/managed-bots.ts";
import { replaceToken } from "./actions/replace-token.ts";
import { requestBotSetUp } from "./actions/request-bot-set-up.ts";
import { activateBot, deactivateBot } from "./actions/switch-bot.ts";
import {
  Accepted,
  BotContract,
  BotList,
  BotParams,
  BotTexts,
  ConnectBotBody,
  CreatedWorkspace,
  CreateWorkspaceWithBotBody,
  ReplaceTokenBody,
  SaveTexts,
  TextsParams,
} from "./contracts.ts";

/** Per person: whoever tries tokens of others finds it slow, and whoever mistypes his own does not notice. */
const tokenTries = { perSecond: 1 / 12, burst: 5 };

const newWorkspaceRoutes = (http: HttpKit, run: Run) => {
  const tries = createRateLimit(tokenTries);
  return new Elysia({ name: "bots.workspaces", tags: ["Bots"] }).use(http).post(
    "/workspaces",
    async ({ actor, requestId, once, body: { token, ...asked } }) => {
      // Telegram is asked before the transaction of `once` is open.
      const prepared = await run(prepareWorkspace, { actor, requestId }, { ...asked, token, once, tries });
      if (prepared.kind === "answered") return prepared.answer;
      return run(createWorkspaceWithBot, { actor, requestId, once }, { ...asked, bot: prepared.bot });
    },
    { creates: true, access: "person", body: CreateWorkspaceWithBotBody, response: CreatedWorkspace },
  );
};

const ownBotRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "bots.own", prefix: "/bots", tags: ["Bots"] })
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
    .post("", ({ actor, requestId, body }) => run(connectBot, { actor, requestId }, body), {
      access: { permission: "bots.manage" },
      body: ConnectBotBody,
      response: BotContract,
    })
    .put(
      "/:botId/token",
      ({ actor, requestId, params, body }) => run(replaceToken, { actor, requestId }, { ...params, ...body }),
      { access: { permission: "bots.manage" }, params: BotParams, body: ReplaceTokenBody, response: BotContract },
    )
    .post("/:botId/activate", ({ actor, requestId, params }) => run(activateBot, { actor, requestId }, params), {
      access: { permission: "bots.manage" },
      params: BotParams,
      response: BotContract,
    })
    .post("/:botId/deactivate", ({ actor, requestId, params }) => run(deactivateBot, { actor, requestId }, params), {
      access: { permission: "bots.manage" },
      params: BotParams,
      response: BotContract,
    })
    .delete("/:botId", ({ actor, requestId, params }) => run(disconnectBot, { actor, requestId }, params), {
      access: { permission: "bots.manage" },
      params: BotParams,
      response: Accepted,
    })
    .get("/:botId/texts/:language", ({ actor, requestId, params }) => run(readTexts, { actor, requestId }, params), {
      access: { permission: "bots.read" },
      params: TextsParams,
      response: BotTexts,
    })
    .put(
      "/:botId/texts/:language",
      ({ actor, requestId, params, body }) => run(changeTexts, { actor, requestId }, { ...params, ...body }),
      { access: { permission: "bots.manage" }, params: TextsParams, body: SaveTexts, response: BotTexts },
    )
    .post(
      "/:botId/managed-bots",
      ({ actor, requestId, params }) => run(requestManagedBot, { actor, requestId }, params),
      { access: { permission: "bots.manage" }, params: BotParams, response: Accepted },
    )
    .post("/:botId/set-up", ({ actor, requestId, params }) => run(requestBotSetUp, { actor, requestId }, params), {
      access: { permission: "bots.manage" },
      params: BotParams,
      response: Accepted,
    });

export const botRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "bots" }).use(newWorkspaceRoutes(http, run)).use(ownBotRoutes(http, run));
