/** What the screens of bots ask the server. The first part of a key is the live topic that makes it stale. */
import type {
  BotContract,
  BotTexts,
  CreatedWorkspace,
  CreateWorkspaceWithBot,
  SaveTexts,
} from "@backend/modules/bots/contracts.ts";
import type { BotStatistics, BotsPeople } from "@backend/modules/reports/bot-statistics-contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { queryOptions } from "@tanstack/react-query";

export type Bot = BotContract;
export type { BotStatistics, BotTexts, CreatedWorkspace, SaveTexts };
export type People = BotStatistics["people"];

export const botsQuery = queryOptions({
  queryKey: ["bots"],
  queryFn: () => unwrap(api.bots.get()),
});

export const botQuery = (botId: string) =>
  queryOptions({
    queryKey: ["bots", botId],
    queryFn: () => unwrap(api.bots({ botId }).get()),
  });

/** How many people each bot reaches, by bot. */
export const peopleQuery = queryOptions({
  queryKey: ["bots", "people"],
  queryFn: async () => {
    const { items }: BotsPeople = await unwrap(api.reports.bots.get());
    return new Map(items.map(({ botId, people }) => [botId, people]));
  },
});

export const statisticsQuery = (botId: string) =>
  queryOptions({
    queryKey: ["bots", botId, "statistics"],
    queryFn: (): Promise<BotStatistics> => unwrap(api.reports.bots({ botId }).get()),
  });

/** `language`: two letters, or "default". */
export const textsQuery = (botId: string, language: string) =>
  queryOptions({
    queryKey: ["bots", botId, "texts", language],
    queryFn: (): Promise<BotTexts> => unwrap(api.bots({ botId }).texts({ language }).get()),
  });

export const connectBot = (body: { token: string; takeOver?: boolean }): Promise<Bot> => unwrap(api.bots.post(body));
/** Sent again with the same `key`, after an answer that was lost, it makes no second one. */
export const createWorkspace = ({
  key,
  ...body
}: CreateWorkspaceWithBot & { key: string }): Promise<CreatedWorkspace> =>
  unwrap(api.workspaces.post(body, { headers: { "idempotency-key": key } }));
export const replaceToken = ({ botId, token }: { botId: string; token: string }): Promise<Bot> =>
  unwrap(api.bots({ botId }).token.put({ token }));
export const activateBot = (botId: string): Promise<Bot> => unwrap(api.bots({ botId }).activate.post());
export const deactivateBot = (botId: string): Promise<Bot> => unwrap(api.bots({ botId }).deactivate.post());
export const disconnectBot = (botId: string): Promise<{ ok: true }> => unwrap(api.bots({ botId }).delete());
export const setUpBot = (botId: string): Promise<{ ok: true }> => unwrap(api.bots({ botId })["set-up"].post());
export const requestManagedBot = (botId: string): Promise<{ ok: true }> =>
  unwrap(api.bots({ botId })["managed-bots"].post());
export const saveTexts = (of: { botId: string; language: string; texts: SaveTexts }): Promise<BotTexts> =>
  unwrap(api.bots({ botId: of.botId }).texts({ language: of.language }).put(of.texts));

/** Whether somebody should look at it. */
export const isTroubled = (bot: Bot): boolean => bot.state === "disconnected" || Boolean(bot.health?.problem);
