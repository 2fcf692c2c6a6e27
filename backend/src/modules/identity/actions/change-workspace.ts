import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import type { ChangeWorkspace, Workspace } from "../contracts.ts";
import { isTimeZone } from "../domain/time-zone.ts";
import { cleanTitle } from "../domain/title.ts";
import { nameInvalid, timeZoneUnknown } from "../errors.ts";
import { presentWorkspace } from "../present.ts";
import { findWorkspace, lockWorkspace, updateWorkspace } from "../queries.ts";
import { changesBetween, recordAudit } from "./record-audit.ts";

/** Name, language and time zone of the workspace. Days of reports and quotas are counted in its zone from now on. */
export function changeWorkspace(outer: ActionContext, input: ChangeWorkspace): Promise<Workspace> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const before = await lockWorkspace(ctx.db, workspaceId);
    const name = input.name === undefined ? undefined : cleanTitle(input.name);
    if (name === "") throw nameInvalid();
    if (input.timeZone !== undefined && !isTimeZone(input.timeZone)) throw timeZoneUnknown();
    const { locale, timeZone } = before;
    const changes = changesBetween(
      { name: before.name, locale, timeZone },
      { name, locale: input.locale, timeZone: input.timeZone },
    );
    if (changes) {
      await updateWorkspace(ctx.db, workspaceId, changes.after);
      await recordAudit(ctx, {
        action: "workspace.changed",
        subjectKind: "workspace",
        subjectId: workspaceId,
        ...changes,
      });
      await notifyLive(ctx.db, { workspaceId, topic: "workspace" });
    }
    return presentWorkspace(await findWorkspace(ctx.db, workspaceId));
  });
}
