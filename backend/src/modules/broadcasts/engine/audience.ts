/** The audience of a broadcast, in the words of the audience room. */
import type { ActionContext } from "@backend/kit/context.ts";
import {
  type AudienceAsk,
  type Condition,
  findOwnCondition,
  type Reach,
  reachOf,
} from "@backend/modules/audience/index.ts";
import { timeZoneOfWorkspace } from "@backend/modules/identity/index.ts";
import type { SQL } from "drizzle-orm";
import { sampleSql } from "../experiment-sql.ts";
import type { Broadcast } from "../queries.ts";

/** Null: its segment is gone. */
export async function askOf(
  ctx: ActionContext,
  broadcast: Pick<Broadcast, "workspaceId" | "segmentId" | "condition" | "categoryId">,
): Promise<AudienceAsk | null> {
  const { workspaceId, segmentId, categoryId } = broadcast;
  const saved = segmentId === null ? null : await findOwnCondition(ctx.db, workspaceId, segmentId);
  if (segmentId !== null && !saved) return null;
  return {
    workspaceId,
    condition: saved ? saved.condition : ((broadcast.condition ?? null) as Condition | null),
    categoryId,
    now: ctx.now,
    timeZone: await timeZoneOfWorkspace(ctx.db, workspaceId),
  };
}

export const nobody: Reach = { people: 0, byBot: [], optedOut: 0, unreachable: 0 };

/** Everybody whom the walk will look at counts, those who refuse as well: they are skipped, and shown as such. */
export const readReach = (ctx: ActionContext, ask: AudienceAsk, botIds: readonly string[]): Promise<Reach> =>
  botIds.length === 0 ? Promise.resolve(nobody) : reachOf(ctx.db, { ...ask, botIds });

/**
 * The part of an audience that an experiment begins with: the same people whenever it is asked, and others for each broadcast. The
 * walk with the winner passes everybody once more, whoever of the sample was not reached before the choice too; who has a message is
 * a recipient already. `s` is a row of subscribers, as `walkAudience` names it.
 */
export function sampleOf(broadcast: Pick<Broadcast, "seed" | "phase" | "experiment">): SQL | undefined {
  const percent = broadcast.experiment?.samplePercent ?? 100;
  return percent >= 100 || broadcast.phase === 2 ? undefined : sampleSql(broadcast.seed, percent);
}
