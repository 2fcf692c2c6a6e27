/** Wiring: routes and jobs. */
import { handle } from "@backend/kit/jobs.ts";
import { answerCallback } from "./actions/answer-callback.ts";
import { checkBots } from "./actions/check-bots.ts";
import { connectManagedBot, offerManagedBot } from "./actions/managed-bots.ts";
import { setUpBot } from "./actions/set-up-bot.ts";
import { tellBotTaken } from "./actions/tell-bot-taken.ts";
import { tellTexts } from "./actions/tell-texts.ts";
import { withdrawBot } from "./actions/withdraw-bot.ts";
import {
  answerCallbackJob,
  checkBotsJob,
  connectManagedBotJob,
  offerManagedBotJob,
  setUpBotJob,
  tellBotTakenJob,
  tellTextsJob,
  withdrawBotJob,
} from "./jobs.ts";
import { botRoutes } from "./routes.ts";

export const botsModule = {
  routes: botRoutes,
  handlers: [
    handle(setUpBotJob, setUpBot, ({ workspaceId }) => workspaceId),
    handle(tellTextsJob, tellTexts, ({ workspaceId }) => workspaceId),
    handle(withdrawBotJob, withdrawBot, ({ workspaceId }) => workspaceId),
    handle(tellBotTakenJob, tellBotTaken, ({ workspaceId }) => workspaceId),
    handle(offerManagedBotJob, offerManagedBot, ({ workspaceId }) => workspaceId),
    handle(connectManagedBotJob, connectManagedBot, ({ workspaceId }) => workspaceId),
    handle(checkBotsJob, checkBots),
    handle(answerCallbackJob, answerCallback, ({ workspaceId }) => workspaceId),
  ],
};
