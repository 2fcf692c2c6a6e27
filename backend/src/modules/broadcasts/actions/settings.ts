import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { changesBetween, recordAudit } from "@backend/modules/identity/index.ts";
import { defaultSelfStop } from "../domain/self-stop.ts";
import type { BroadcastSettings } from "../engine-contracts.ts";
import { findSettings, type SettingsRow, saveSettings } from "../queries.ts";

const presentSettings = (row: SettingsRow | null): BroadcastSettings => ({
  needsFourEyes: row?.needsFourEyes ?? false,
  quietHours: row?.quietHours ?? null,
  attention: row?.attention ?? null,
  selfStop: row ? row.selfStop : defaultSelfStop,
});

export const readSettings = async (ctx: ActionContext): Promise<BroadcastSettings> =>
  presentSettings(await findSettings(ctx.db, ctx.actor.workspaceId));

/** They hold for what is launched from now on; quiet hours and the limit of attention at once for what runs. */
export function changeSettings(outer: ActionContext, input: BroadcastSettings): Promise<BroadcastSettings> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const before = presentSettings(await findSettings(ctx.db, workspaceId));
    await saveSettings(ctx.db, { workspaceId, ...input });
    const changes = changesBetween(flat(before), flat(input));
    if (changes) {
      await recordAudit(ctx, {
        action: "broadcast_settings.changed",
        subjectKind: "workspace",
        subjectId: workspaceId,
        ...changes,
      });
      await notifyLive(ctx.db, { workspaceId, topic: "broadcasts" });
    }
    return input;
  });
}

/** Comparable: what is nested under names of its own ("quietHours.from"), since the database keeps keys in an order of its own. */
const flat = (settings: BroadcastSettings): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) =>
      typeof value === "object" && value !== null
        ? [[name, true], ...Object.entries(value).map(([part, inner]) => [`${name}.${part}`, inner])]
        : [[name, value]],
    ),
  );
