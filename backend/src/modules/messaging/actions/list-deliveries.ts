import type { ActionContext } from "@backend/kit/context.ts";
import { defaultLimit, type Page, toPage } from "@backend/kit/paging.ts";
import type { Static } from "elysia";
import type { DeliveryContract, DeliveryListQuery } from "../contracts.ts";
import { deliveryNotFound } from "../errors.ts";
import { presentDelivery } from "../present.ts";
import { findOwnDelivery, listOwnDeliveries } from "../queries.ts";

type Delivery = Static<typeof DeliveryContract>;

/** The workspace's messages, newest first. */
export async function listDeliveries(
  ctx: ActionContext,
  input: Static<typeof DeliveryListQuery>,
): Promise<Page<Delivery>> {
  const { cursor, limit = defaultLimit, ...filter } = input;
  const rows = await listOwnDeliveries(ctx.db, ctx.actor.workspaceId, filter, { cursor, limit });
  return toPage(
    rows,
    limit,
    ({ delivery }) => [delivery.id],
    (row) => presentDelivery(row, ctx.actor.locale),
  );
}

/** Throws messaging.delivery_not_found. */
export async function readDelivery(ctx: ActionContext, input: { deliveryId: string }): Promise<Delivery> {
  const found = await findOwnDelivery(ctx.db, ctx.actor.workspaceId, BigInt(input.deliveryId));
  if (!found) throw deliveryNotFound();
  return presentDelivery(found, ctx.actor.locale);
}
