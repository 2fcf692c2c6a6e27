/**
 * One process that brings out a push, to be killed:
 * `bun tests/campaigns/push-process.ts <database url> <tracker url> <workspace> <flow> <push> <kill point>`.
 */
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { systemActor } from "@backend/kit/context.ts";
import { armKillPoint } from "@backend/kit/kill-points.ts";
import { pushFlow } from "@backend/modules/campaigns/actions/push-flow.ts";
import { createTestWorkspace } from "@backend/modules/conversions/testing.ts";
import { openDatabase } from "@db/client.ts";
import { remoteTracker } from "./remote-tracker.ts";

const [databaseUrl = "", trackerUrl = "", workspaceId = "", flowId = "", pushId = "", killAt = ""] =
  process.argv.slice(2);
const database = openDatabase(databaseUrl, { poolSize: 3, applicationName: "push-process" });
const { context, ports } = await createTestWorkspace(database.db, telegramMarkup);
armKillPoint(killAt);
await pushFlow(
  {
    ...context(),
    actor: systemActor(workspaceId),
    ports: { vault: ports.vault, trackerCampaigns: remoteTracker(trackerUrl) },
  },
  { workspaceId, flowId, pushId },
);
await database.close(1_000);
