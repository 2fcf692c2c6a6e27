import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { readTeam } from "@backend/modules/reports/index.ts";
import type { ChangeSettings, Settings } from "../contracts.ts";
import { changeSettings } from "../domain/settings.ts";
import { recipientUnknown } from "../errors.ts";
import { findOwnSettings, lockOwnSettings, saveOwnSettings } from "../queries.ts";

export const readOwnSettings = (ctx: ActionContext): Promise<Settings> =>
  findOwnSettings(ctx.db, ctx.actor.workspaceId);

/** Throws operations.recipient_unknown for a recipient who is not in the team. */
export function changeOwnSettings(outer: ActionContext, input: ChangeSettings): Promise<Settings> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const before = await lockOwnSettings(ctx.db, workspaceId);
    const after = changeSettings(before, input);
    const recipients = input.alerts?.recipients;
    if (recipients && recipients.length > 0) {
      const team = new Set((await readTeam(ctx.db, workspaceId)).map(({ personId }) => personId));
      if (recipients.some((id) => !team.has(id))) throw recipientUnknown();
    }
    if (JSON.stringify(before) === JSON.stringify(after)) return after;
    await saveOwnSettings(ctx.db, workspaceId, after);
    await recordAudit(ctx, {
      action: "settings.changed",
      subjectKind: "workspace",
      subjectId: workspaceId,
      before: before.alerts,
      after: after.alerts,
    });
    await notifyLive(ctx.db, { workspaceId, topic: "settings" });
    return after;
  });
}
