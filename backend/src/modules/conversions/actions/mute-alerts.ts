/** Quiet for an hour, asked for by a button under an alert. Nothing is lost meanwhile: it is told as one digest afterwards. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { assertMay, recordAudit } from "@backend/modules/identity/index.ts";
import { findOwnChat } from "@backend/modules/messaging/index.ts";
import { deleteMute, findOwnAlertRoute, releaseMuted, saveMute } from "../alert-queries.ts";
import { alertRouteNotFound, connectionNotFound, targetNotFound } from "../errors.ts";
import { findOwnConnection } from "../queries.ts";

export const muteMinutes = 60;

export interface MuteInput {
  chatId: string;
  /** Whose alerts: a route's, or those of a connection that no route took. */
  routeId: string | null;
  connectionId: string | null;
}

/** Reads what a button carries: "mute:r:<route>", "unmute:c:<connection>". Null: not one of ours. */
export function readMuteData(data: string): { verb: "mute" | "unmute"; about: Omit<MuteInput, "chatId"> } | null {
  const match = /^(mute|unmute):([rc]):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(data);
  if (!match) return null;
  const [, verb, kind, id = ""] = match;
  return {
    verb: verb === "mute" ? "mute" : "unmute",
    about: { routeId: kind === "r" ? id : null, connectionId: kind === "c" ? id : null },
  };
}

/** Mutes until an hour from now; muting again begins the hour anew. The caller must be of the team: a group may hold strangers. */
export function muteAlerts(ctx: ActionContext, input: MuteInput): Promise<{ until: Date; name: string }> {
  return inTransaction(ctx, async (tx) => {
    const { name, scope } = await mutable(tx, input);
    const until = new Date(tx.now.getTime() + muteMinutes * 60_000);
    const { workspaceId } = tx.actor;
    const mutedBy = tx.actor.kind === "person" ? tx.actor.personId : null;
    await saveMute(tx.db, { workspaceId, chatId: input.chatId, scope, until, mutedBy });
    await trace(tx, "muted", input, until);
    return { until, name };
  });
}

/** Ends a mute; what it held back is told within a minute. */
export function unmuteAlerts(ctx: ActionContext, input: MuteInput): Promise<{ wasMuted: boolean; name: string }> {
  return inTransaction(ctx, async (tx) => {
    const { name, scope } = await mutable(tx, input);
    const wasMuted = await deleteMute(tx.db, input.chatId, scope);
    if (wasMuted) {
      await releaseMuted(tx.db, { ...input, now: tx.now });
      await trace(tx, "unmuted", input, null);
    }
    return { wasMuted, name };
  });
}

/** What may be muted: a route or connection, in a chat, both of the caller's workspace. */
async function mutable(ctx: ActionContext, input: MuteInput): Promise<{ name: string; scope: string }> {
  assertMay(ctx.actor, { permission: "conversions.read" });
  const { db, actor } = ctx;
  if (!(await findOwnChat(db, actor.workspaceId, input.chatId))) throw targetNotFound();
  if (input.routeId !== null) {
    const route = await findOwnAlertRoute(db, actor.workspaceId, input.routeId);
    if (!route) throw alertRouteNotFound();
    return { name: route.name, scope: `route:${route.id}` };
  }
  const connection =
    input.connectionId === null ? null : await findOwnConnection(db, actor.workspaceId, input.connectionId);
  if (!connection) throw connectionNotFound();
  return { name: connection.name, scope: `connection:${connection.id}` };
}

async function trace(
  ctx: ActionContext,
  verb: "muted" | "unmuted",
  input: MuteInput,
  until: Date | null,
): Promise<void> {
  const isRoute = input.routeId !== null;
  await recordAudit(ctx, {
    action: isRoute ? `alert_route.${verb}` : `connection.${verb}`,
    subjectKind: isRoute ? "alert_route" : "connection",
    subjectId: input.routeId ?? input.connectionId ?? "",
    after: { chatId: input.chatId, ...(until ? { until: until.toISOString() } : {}) },
  });
  await notifyLive(ctx.db, { workspaceId: ctx.actor.workspaceId, topic: "alert-routes" });
}
