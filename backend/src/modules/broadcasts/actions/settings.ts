import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { changesBetween, recordAudit } from "@backend/modules/identity/index.ts";
import { defaultSelfStop } from "../domain/self-stop.ts";
import { usualNow } from "../engine/begin.ts";
import type { BroadcastSettings, BroadcastSettingsView } from "../engine-contracts.ts";
import { findSettings, type SettingsRow, saveSettings } from "../queries.ts";

const presentSettings = (row: SettingsRow | null): BroadcastSettings => ({
  needsFourEyes: row?.needsFourEyes ?? false,
  quietHours: row?.quietHours ?? null,
  attention: row?.attention ?? null,
  selfStop: row ? row.selfStop : defaultSelfStop,
});

/** With what is usual here, since a broadcast's limits follow from both. */
export const readSettings = async (ctx: ActionContext): Promise<BroadcastSettingsView> => ({
  ...presentSettings(await findSettings(ctx.db, ctx.actor.workspaceId)),
  usual: await usualNow(ctx),
});

/** They hold for what is launched from now on; quiet hours and the limit of attention at once for what runs. */
export function changeSettings(
  outer: ActionContext,
  { needsFourEyes, quietHours, attention, selfStop }: BroadcastSettings,
): Promise<BroadcastSettingsView> {
  // Named one by one: what was read may be sent back with what is usual beside it.
  const input = { needsFourEyes, quietHours, attention, selfStop };
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
    return { ...input, usual: await usualNow(ctx) };
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
