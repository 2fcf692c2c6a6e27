/** Facts that other rooms react to. */
import { defineEvent } from "@backend/kit/events.ts";
import { t } from "elysia";

/**
 * A bot speaks for the workspace no longer. Its waiting messages are cancelled when it was given up (`disconnected`, `taken_over`);
 * they wait for another token when Telegram refused the one we have (`token_refused`).
 */
export const botDisconnected = defineEvent({
  name: "bots.bot-disconnected",
  payload: t.Object({
    workspaceId: t.String(),
    botId: t.String(),
    why: t.Union([t.Literal("disconnected"), t.Literal("taken_over"), t.Literal("token_refused")]),
  }),
});
