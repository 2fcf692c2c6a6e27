import type { ActionContext } from "@backend/kit/context.ts";
import { listOwnFields, ownTagIds } from "../catalog-queries.ts";
import type { Subscriber } from "../contracts.ts";
import { subscriberNotFound } from "../errors.ts";
import { presentSubscriber } from "../present.ts";
import { findOwnSubscriber, listOwnOfHuman, listRefusals } from "../queries.ts";

/** Everything that is known of one subscriber. Tags and fields that were deleted are not shown, though a job still clears them. */
export async function readSubscriber(ctx: ActionContext, input: { subscriberId: string }): Promise<Subscriber> {
  const { workspaceId } = ctx.actor;
  const row = await findOwnSubscriber(ctx.db, workspaceId, BigInt(input.subscriberId));
  if (!row) throw subscriberNotFound();
  const [refusals, same, tags, fields] = await Promise.all([
    listRefusals(ctx.db, workspaceId, row.telegramId),
    listOwnOfHuman(ctx.db, workspaceId, row.telegramId),
    ownTagIds(ctx.db, workspaceId, row.tags),
    listOwnFields(ctx.db, workspaceId),
  ]);
  return presentSubscriber(row, { refusals, same, tags, fields });
}
