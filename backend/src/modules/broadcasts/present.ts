/** Rows → what leaves the server. */
import { translator } from "@backend/i18n/index.ts";
import type { MessageParams } from "@backend/i18n/translator.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { personRefsOf } from "@backend/modules/identity/index.ts";
import type { BroadcastState } from "@db/schema/broadcasts.ts";
import {
  blockedPercentOf,
  judged,
  type Limits,
  limitsAfter,
  optedOutPercentOf,
  type Turnout,
} from "./domain/self-stop.ts";
import type { BroadcastContract, BroadcastRow, Counts } from "./engine-contracts.ts";
import { verdictOf } from "./errors.ts";
import { isAnother } from "./four-eyes.ts";
import type { Broadcast } from "./queries.ts";

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

interface Counted {
  total: number;
  planned: number;
  queued: number;
  sent: number;
  failed: number;
  unknown: number;
  skipped: number;
  cancelled: number;
}

/** Whoever nobody looked at yet waits; after the end he was cancelled with the rest. */
export function countsOf(row: Counted, state: BroadcastState): Omit<Counts, "blocked"> {
  const { total, sent, failed, unknown, skipped, queued } = row;
  const open = total - sent - failed - unknown - skipped - row.cancelled;
  const hasEnded = state === "cancelled" || state === "failed";
  const waiting = hasEnded ? queued : open;
  return { total, waiting, sent, failed, unknown, skipped, cancelled: row.cancelled + open - waiting };
}

/** Why it stands still, in the reader's language. */
export function sentence(ctx: Pick<ActionContext, "actor">, code: string | null, params?: MessageParams) {
  if (code === null) return null;
  return { code, message: translator(ctx.actor.locale).find(code, params) ?? code };
}

const rounded = (percent: number): number => Math.round(percent * 10) / 10;

/** What the reason has places for where people turned away: how many did, of how many, its limit, and the one after a resumption. */
export function figuresOf(
  reason: string | null,
  row: Turnout & { selfStop: Limits | null },
): MessageParams | undefined {
  const verdict = verdictOf(reason);
  if (verdict === null || row.selfStop === null) return undefined;
  const { sent, blocked, optedOut } = judged(row.selfStop, row);
  const next = limitsAfter(row.selfStop, verdict, row);
  return verdict === "blocked"
    ? {
        people: blocked,
        tried: sent + blocked,
        share: rounded(blockedPercentOf({ sent, blocked, optedOut })),
        limit: rounded(row.selfStop.blockedPercent),
        next: rounded(next.blockedPercent),
      }
    : {
        people: optedOut,
        tried: sent,
        share: rounded(optedOutPercentOf({ sent, blocked, optedOut })),
        limit: rounded(row.selfStop.optedOutPercent),
        next: rounded(next.optedOutPercent),
      };
}

export const presentRow = (ctx: Pick<ActionContext, "actor">, row: Broadcast): BroadcastRow => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  state: row.state,
  stateReason: sentence(ctx, row.stateReason, figuresOf(row.stateReason, row)),
  botIds: row.botIds,
  schedule: row.schedule,
  runAt: iso(row.runAt),
  requestedAt: iso(row.requestedAt),
  startedAt: iso(row.startedAt),
  finishedAt: iso(row.finishedAt),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  counts: { ...countsOf(row, row.state), blocked: row.blocked },
  optedOut: row.optedOut,
  clicked: row.clicked,
  replied: row.replied,
  converted: row.converted,
});

/**
 * Where each broadcast needs two people, other words for what was delivered would be one person's alone: they are left to those who may
 * switch that rule off anyway.
 */
export const rewordsAlone = ({ kind, permissions }: ActionContext["actor"], needsFourEyes: boolean): boolean =>
  !needsFourEyes || (kind === "person" && permissions.has("workspace.manage"));

/** `needsFourEyes`: whether whoever asked for it may not release it himself. */
export async function presentBroadcast(
  ctx: ActionContext,
  row: Broadcast,
  needsFourEyes: boolean,
): Promise<BroadcastContract> {
  const { actor } = ctx;
  const ids = [row.createdBy, row.requestedBy, row.launchedBy].filter((id) => id !== null);
  const people = await personRefsOf(ctx.db, row.workspaceId, ids);
  const who = (id: string | null) => (id === null ? null : (people.get(id) ?? null));
  return {
    ...presentRow(ctx, row),
    parentId: row.parentId,
    chatIds: row.chatIds,
    segmentId: row.segmentId,
    condition: (row.condition as BroadcastContract["condition"]) ?? null,
    categoryId: row.categoryId,
    variants: row.variants,
    experiment: row.experiment,
    options: row.options,
    phase: row.phase,
    winner: row.winner,
    createdBy: who(row.createdBy),
    requestedBy: who(row.requestedBy),
    launchedBy: who(row.launchedBy),
    mayLaunch: actor.permissions.has("broadcasts.send") && (!needsFourEyes || isAnother(ctx, row.requestedBy)),
    mayReword: actor.permissions.has("broadcasts.send") && rewordsAlone(actor, needsFourEyes),
  };
}
