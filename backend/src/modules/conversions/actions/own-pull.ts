/** Steps that the actions on trackers' logs share. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { AppError, IntegrationError } from "@backend/kit/errors.ts";
import { isTrackerProblem, type TrackerProblem } from "../domain/tracker-log.ts";
import type { PullState } from "../tracker-log-contracts.ts";
import { presentPull } from "../tracker-log-present.ts";
import { findPull, listRuns, type PullRow } from "../tracker-log-queries.ts";
import { findConnection } from "./list-connections.ts";
import { lockConnection } from "./own-connection.ts";

/** Kinds of trackers whose log can be read. */
export const kindsWithLog: ReadonlySet<string> = new Set(["keitaro"]);

/** Whoever may see the connection may see its log; a stranger's is not found. */
export const seeConnection = (ctx: ActionContext, connectionId: string) => findConnection(ctx, { connectionId });

/** Whoever may change the connection may change how its log is read. Asked before any call goes out for him. */
export const manageConnection = (ctx: ActionContext, connectionId: string) =>
  inTransaction(ctx, (tx) => lockConnection(tx, connectionId));

/** The word for why a tracker could not be asked; anything that is no failure of a tracker is thrown on. */
export function problemOf(error: unknown): TrackerProblem {
  if (!(error instanceof IntegrationError)) throw error;
  const { problem } = error.options;
  return isTrackerProblem(problem) ? problem : "failing";
}

/** A stored key that no secret of ours opens: told like a tracker's own failure, since the cure is the same. */
export const keyUnreadable = (cause: unknown) =>
  new IntegrationError("tracker", "the key cannot be opened", {
    retryable: false,
    problem: "key_unreadable" satisfies TrackerProblem,
    cause,
  });

/** The tracker did not take address and key. */
export const trackerRefused = (problem: TrackerProblem, cause?: unknown) =>
  new AppError("invalid", `conversions.tracker.${problem}`, {}, { cause });

export async function showPull(
  ctx: ActionContext,
  connection: { id: string; kind: string },
  given?: PullRow,
): Promise<PullState> {
  const pull = given ?? (await findPull(ctx.db, connection.id));
  const [lastRun] = pull ? await listRuns(ctx.db, connection.id, { limit: 1 }) : [];
  return {
    pull: pull && presentPull(pull, lastRun ?? null, ctx.actor.locale, ctx.now),
    isSupported: kindsWithLog.has(connection.kind),
  };
}
