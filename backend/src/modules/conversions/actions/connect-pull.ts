import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { publish } from "@backend/kit/events.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import {
  connectionPaused,
  noTrackerLog,
  trackerAddressInvalid,
  trackerKeyMissing,
  trackerLogUnsupported,
} from "../errors.ts";
import { trackerConnected } from "../events.ts";
import type { ConversionsPorts, TrackerLogPorts } from "../ports.ts";
import type { ConnectPull, PullState } from "../tracker-log-contracts.ts";
import { pullLogJob } from "../tracker-log-jobs.ts";
import { deletePull, findPull, lockPull, type PullRow, savePull } from "../tracker-log-queries.ts";
import { lockConnection } from "./own-connection.ts";
import { kindsWithLog, manageConnection, problemOf, seeConnection, showPull, trackerRefused } from "./own-pull.ts";
import { hostOf } from "./trackers.ts";

type Ports = ConversionsPorts & TrackerLogPorts;

export const readPull = async (ctx: ActionContext, input: { connectionId: string }): Promise<PullState> =>
  showPull(ctx, await seeConnection(ctx, input.connectionId));

/**
 * Gives a connection its tracker's address and key, or changes how it is asked. Address and key are tried before anything is
 * stored. A key stays with the address it was given for: whoever names another address must give the key again, so that a
 * stored one is never sent to a stranger. Another address is compared from the beginning; one at another host is another tracker. Other
 * rooms hear of every tracker that a connection did not have a moment before.
 */
export async function connectPull(
  ctx: ActionContext<Ports>,
  input: ConnectPull & { connectionId: string },
): Promise<PullState> {
  const connection = await manageConnection(ctx, input.connectionId);
  if (!kindsWithLog.has(connection.kind)) throw trackerLogUnsupported();
  const apiUrl = ctx.ports.trackerLog.addressOf(input.apiUrl);
  if (apiUrl === null) throw trackerAddressInvalid();
  const stored = await findPull(ctx.db, connection.id);
  const given = input.apiKey?.trim() || null;
  const isSame = stored?.apiUrl === apiUrl;
  if (given === null && !isSame) throw trackerKeyMissing();
  // Switching off or asking less often needs no tracker that answers.
  if (given !== null) await proveAccess(ctx, { apiUrl, apiKey: given });

  return inTransaction(ctx, async (tx) => {
    await lockConnection(tx, connection.id);
    const before = await lockPull(tx.db, connection.id);
    if (given === null && before?.apiUrl !== apiUrl) throw trackerKeyMissing();
    const isAnew = before?.apiUrl !== apiUrl;
    const isOn = input.isOn ?? before?.isOn ?? true;
    const after = await savePull(tx.db, {
      connectionId: connection.id,
      workspaceId: tx.actor.workspaceId,
      apiUrl,
      apiKeySealed: given === null ? (before?.apiKeySealed ?? "") : tx.ports.vault.seal(given),
      isOn,
      everyMinutes: input.everyMinutes ?? before?.everyMinutes ?? 10,
      scope: input.scope ?? before?.scope ?? "seen",
      nextRunAt: tx.now,
      ...(isAnew ? { checkedUntil: null, dialect: null, createdAt: tx.now } : {}),
      ...(given === null ? {} : { problem: null, problemSince: null, failures: 0 }),
    });
    const host = hostOf(apiUrl);
    if (!before || hostOf(before.apiUrl) !== host) {
      const { workspaceId, connectionId } = after;
      await publish(tx.db, trackerConnected, { workspaceId, connectionId, host, connectedAt: tx.now.toISOString() });
    }
    const subject = { subjectKind: "connection", subjectId: connection.id };
    if (before) {
      // That the key was changed, and not to what.
      const isNewKey = given === null ? {} : { apiKey: "…" };
      const change = { before: traced(before), after: { ...traced(after), ...isNewKey } };
      await recordAudit(tx, { action: "connection.log-changed", ...subject, ...change });
    } else await recordAudit(tx, { action: "connection.log-connected", ...subject, after: traced(after) });
    const isWorthALook = given !== null || after.scope !== before?.scope || !before?.isOn;
    if (after.isOn && connection.state === "active" && isWorthALook) await enqueueRun(tx, after);
    await notifyLive(tx.db, { workspaceId: tx.actor.workspaceId, topic: "connections", id: connection.id });
    return showPull(tx, connection, after);
  });
}

async function proveAccess(ctx: ActionContext<Ports>, access: { apiUrl: string; apiKey: string }): Promise<void> {
  // A key is sent in a header, which takes no other characters; no tracker makes one of them.
  if (!/^[\x21-\x7e]+$/.test(access.apiKey)) throw trackerRefused("key_refused");
  try {
    await ctx.ports.trackerLog.check(access);
  } catch (error) {
    throw trackerRefused(problemOf(error), error);
  }
}

/** What the audit log shows; never the key. */
const traced = ({ apiUrl, isOn, everyMinutes, scope }: PullRow) => ({ apiUrl, isOn, everyMinutes, scope });

/** Forgets address and key. What was compared and recovered stays. */
export async function disconnectPull(ctx: ActionContext, input: { connectionId: string }): Promise<PullState> {
  return inTransaction(ctx, async (tx) => {
    const connection = await lockConnection(tx, input.connectionId);
    const before = await lockPull(tx.db, connection.id);
    if (before) {
      await deletePull(tx.db, connection.id);
      await recordAudit(tx, {
        action: "connection.log-disconnected",
        subjectKind: "connection",
        subjectId: connection.id,
        before: traced(before),
      });
      await notifyLive(tx.db, { workspaceId: tx.actor.workspaceId, topic: "connections", id: connection.id });
    }
    return showPull(tx, connection);
  });
}

/** Has the log read now, without waiting for its time. */
export async function requestPull(ctx: ActionContext, input: { connectionId: string }): Promise<{ ok: true }> {
  const connection = await manageConnection(ctx, input.connectionId);
  const pull = await findPull(ctx.db, connection.id);
  if (!pull) throw noTrackerLog();
  if (connection.state === "paused") throw connectionPaused();
  await enqueueRun(ctx, pull);
  return { ok: true };
}

const enqueueRun = (ctx: ActionContext, { connectionId, workspaceId, failures }: PullRow) =>
  enqueue(ctx.db, pullLogJob, { connectionId, workspaceId, isFailing: failures > 0 });
