import type { BotContract } from "@backend/modules/bots/contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { queryOptions } from "@tanstack/react-query";

export type Bot = BotContract;

export const botsQuery = queryOptions({
  queryKey: ["bots"],
  queryFn: () => unwrap(api.bots.get()),
});

export const botQuery = (botId: string) =>
  queryOptions({
    queryKey: ["bots", botId],
    queryFn: () => unwrap(api.bots({ botId }).get()),
  });

export const setUpBot = (botId: string): Promise<{ ok: true }> => unwrap(api.bots({ botId })["set-up"].post());

/** Whether somebody should look at it. */
export const isTroubled = (bot: Bot): boolean => bot.state === "disconnected" || Boolean(bot.health?.problem);
