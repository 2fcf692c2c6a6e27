import type { ActionContext } from "@backend/kit/context.ts";
import { defaultLimit, type Page, toPage } from "@backend/kit/paging.ts";
import {
  chatName,
  type DeliveryWithChat,
  deliveriesOf,
  findOwnChats,
  presentDelivery,
} from "@backend/modules/messaging/index.ts";
import { listHeldOf } from "../alert-queries.ts";
import { withNames } from "../campaign-facts.ts";
import type { Conversion, ConversionDetail, ConversionFilterQuery, ConversionListQuery } from "../contracts.ts";
import { conversionNotFound } from "../errors.ts";
import { presentCall, presentConversion, presentFacts } from "../present.ts";
import {
  type ConversionFilter,
  type ConversionRow,
  findOwnCall,
  findVisibleConversion,
  listOwnOfSameClick,
  listVisibleConversions,
  namesOfConnections,
} from "../queries.ts";
import { conversionSubject } from "../tell.ts";
import { findLogged } from "../tracker-log-queries.ts";

/** PostgreSQL's text holds no NUL, so nothing stored can match one. */
const findable = (text: string | undefined) => text?.replaceAll("\0", "").trim() || undefined;

const may = ({ permissions }: ActionContext["actor"], permission: string) =>
  permissions.has("*") || permissions.has(permission);

/** What a query of the list asks for, as queries take it. */
export function filterOf(input: ConversionFilterQuery): ConversionFilter {
  const { connectionId, status, from, to } = input;
  return {
    ...(connectionId === undefined ? {} : { connectionId }),
    ...(status === undefined ? {} : { status }),
    search: findable(input.search),
    country: findable(input.country),
    currency: findable(input.currency),
    from: from === undefined ? undefined : new Date(from),
    to: to === undefined ? undefined : new Date(to),
  };
}

/** Conversions that the caller is shown, newest first, with where their alerts went. */
export async function listConversions(ctx: ActionContext, input: ConversionListQuery): Promise<Page<Conversion>> {
  const { cursor, limit = defaultLimit } = input;
  const rows = await listVisibleConversions(ctx.db, ctx.actor, filterOf(input), { cursor, limit });
  const page = toPage(
    rows,
    limit,
    (row) => [row.id],
    (row) => row,
  );
  return { items: await showConversions(ctx, page.items), nextCursor: page.nextCursor };
}

/** One conversion: what was read, what was corrected, what else its click did, what was sent, and the call itself. */
export async function findConversion(ctx: ActionContext, input: { conversionId: string }): Promise<ConversionDetail> {
  const { db, actor } = ctx;
  const row = await findVisibleConversion(db, actor, BigInt(input.conversionId));
  if (!row) throw conversionNotFound();
  const sameClick = await listOwnOfSameClick(db, actor.workspaceId, row);
  const [conversion, ...others] = await showConversions(ctx, [row, ...sameClick]);
  if (!conversion) throw new Error("one conversion in, none out");
  const deliveries = may(actor, "deliveries.read") ? await deliveriesOf(db, actor.workspaceId, subjectOf([row])) : null;
  const held = deliveries ? await showHeld(ctx, row) : null;
  const call =
    may(actor, "inbox.read") && row.eventId !== null ? await findOwnCall(db, actor.workspaceId, row.eventId) : null;
  const logged = (await findLogged(db, actor.workspaceId, [row.id])).get(String(row.id));
  return {
    conversion,
    // What was recorded before its names were known is shown with them all the same.
    facts: await withNames(db, row.connectionId, presentFacts(row)),
    notes: row.notes,
    corrections: row.corrections,
    sameClick: others,
    deliveries: deliveries?.map((delivery) => presentDelivery(delivery, actor.locale)) ?? null,
    held,
    logged: logged
      ? {
          at: logged.happenedAt.toISOString(),
          // Clocks differ a little.
          toUsMs: Math.max(0, row.receivedAt.getTime() - logged.happenedAt.getTime()),
        }
      : null,
    rawCall: call && presentCall(call),
  };
}

/** Alerts about it that waited, or wait, to be told with others. */
async function showHeld(ctx: ActionContext, row: ConversionRow): Promise<NonNullable<ConversionDetail["held"]>> {
  const { workspaceId } = ctx.actor;
  const held = await listHeldOf(ctx.db, workspaceId, [row.id]);
  const chats = await findOwnChats(
    ctx.db,
    workspaceId,
    held.map(({ chatId }) => chatId),
  );
  return held.map((one) => {
    const chat = chats.find(({ id }) => id === one.chatId);
    return {
      chatName: chat ? chatName(chat) : "",
      threadId: one.threadId,
      reason: one.reason,
      state: one.state,
      dueAt: one.dueAt.toISOString(),
      deliveryId: one.deliveryId === null ? null : String(one.deliveryId),
    };
  });
}

const subjectOf = (rows: readonly ConversionRow[]) => ({
  kind: conversionSubject,
  ids: rows.map((row) => String(row.id)),
});

/** Conversions as lists show them, with where their alerts went. */
export async function showConversions(ctx: ActionContext, rows: readonly ConversionRow[]): Promise<Conversion[]> {
  const names = await namesOfConnections(ctx.db, [...new Set(rows.map((row) => row.connectionId))]);
  const deliveries = may(ctx.actor, "deliveries.read")
    ? byConversion(await deliveriesOf(ctx.db, ctx.actor.workspaceId, subjectOf(rows)))
    : null;
  return rows.map((row) =>
    presentConversion(row, names.get(row.connectionId) ?? "", deliveries && (deliveries.get(String(row.id)) ?? [])),
  );
}

function byConversion(deliveries: readonly DeliveryWithChat[]): Map<string, DeliveryWithChat[]> {
  const grouped = new Map<string, DeliveryWithChat[]>();
  for (const item of deliveries) {
    const id = item.delivery.subjectId ?? "";
    grouped.set(id, [...(grouped.get(id) ?? []), item]);
  }
  return grouped;
}
