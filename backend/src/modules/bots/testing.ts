/** What the actions of this room need, over a stand-in of Telegram, for its tests. */
import { telegramAccounts } from "@backend/integrations/telegram/accounts.ts";
import { type ActionContext, systemActor } from "@backend/kit/context.ts";
import { silentLog, testVault } from "@backend/modules/identity/testing.ts";
import type { Db } from "@db/client.ts";
import type { BotsPorts } from "./ports.ts";

export const testPorts = (apiRoot: string, over: Partial<BotsPorts> = {}): BotsPorts => ({
  vault: testVault,
  botAccounts: telegramAccounts(apiRoot),
  publicUrl: "https://switchboard.example",
  botMode: "polling",
  installation: { sandbox: false },
  letterFields: () => Promise.resolve(["city"]),
  ...over,
});

/** As jobs run: the system inside one workspace. */
export const testContext = (
  db: Db,
  workspaceId: string,
  ports: BotsPorts,
  now = new Date(),
): ActionContext<BotsPorts> => ({
  db,
  actor: systemActor(workspaceId),
  now,
  log: silentLog,
  ports,
  requestId: "test",
});
