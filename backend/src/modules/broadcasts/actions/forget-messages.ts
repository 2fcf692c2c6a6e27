import { pause } from "@backend/kit/clock.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { forgetMessagesSlice } from "../sequence-queries.ts";

/** Between two small deletes, so that others get their turn at disk and locks. */
const breathMs = 20;
/** One night's work ends here; the next night goes on. */
const slicesAtMost = 5_000;

/**
 * The nightly job: messages of sequences that nobody answered are forgotten when their deliveries are. Answered ones stay, since the
 * figures of their step are counted from them, and they are few. Safe to stop at any moment and to run twice.
 */
export async function forgetMessages(
  ctx: ActionContext<{ keep: { deliveriesDays: number } }>,
  _: Record<string, never>,
): Promise<void> {
  const before = new Date(ctx.now.getTime() - ctx.ports.keep.deliveriesDays * 86_400_000);
  let after = 0n;
  let forgotten = 0;
  for (let n = 0; n < slicesAtMost; n++) {
    const slice = await forgetMessagesSlice(ctx.db, before, after);
    forgotten += slice.forgotten;
    if (slice.last === null) break;
    after = slice.last;
    await pause(breathMs);
  }
  ctx.log.info({ forgotten }, "old messages of sequences are forgotten");
}
