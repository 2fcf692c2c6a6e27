import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import type { DeadLettersAnswer, DeadLettersBody } from "../contracts.ts";
import { isEventId } from "../domain/event-id.ts";
import { chooseOne } from "../errors.ts";
import { dismissOwnDeadLetters, requeueOwnDeadLetters } from "../inbox-queries.ts";

/** Dead letters that one request takes; the caller asks again while there are more. */
const takenAtOnce = 1_000;

function settle(
  outer: ActionContext,
  input: DeadLettersBody,
  how: { action: string; take: typeof requeueOwnDeadLetters },
): Promise<DeadLettersAnswer> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    if ((input.ids === undefined) === (input.all === undefined)) throw chooseOne();
    const asked = input.ids?.filter(isEventId) ?? null;
    const taken = asked?.length === 0 ? [] : await how.take(ctx.db, workspaceId, asked, takenAtOnce);
    if (taken.length > 0) {
      await recordAudit(ctx, {
        action: how.action,
        subjectKind: "inbox_event",
        subjectId: taken.length === 1 ? (taken[0] ?? "") : String(taken.length),
        after: { ids: taken.slice(0, 200), count: taken.length },
      });
      await notifyLive(ctx.db, { workspaceId, topic: "inbox" });
    }
    const known = new Set(taken);
    return {
      count: taken.length,
      missing: input.ids?.filter((id) => !known.has(id.replace(/^0+(?=\d)/, ""))) ?? [],
      hasMore: asked === null && taken.length === takenAtOnce,
    };
  });
}

/**
 * Reads dead letters once more, with five new tries. The same calls, not copies. Ids that are no dead letters of this workspace
 * are reported as missing.
 */
export const retryDeadLetters = (ctx: ActionContext, input: DeadLettersBody): Promise<DeadLettersAnswer> =>
  settle(ctx, input, { action: "inbox.dead_letters_retried", take: requeueOwnDeadLetters });

/** Sets dead letters aside for good: they stay readable, and no longer ask for attention. */
export const dismissDeadLetters = (ctx: ActionContext, input: DeadLettersBody): Promise<DeadLettersAnswer> =>
  settle(ctx, input, { action: "inbox.dead_letters_dismissed", take: dismissOwnDeadLetters });
