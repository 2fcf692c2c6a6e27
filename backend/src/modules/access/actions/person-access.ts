import type { ActionContext } from "@backend/kit/context.ts";
import { knownPersons } from "@backend/modules/identity/index.ts";
import { chatName, findOwnChats } from "@backend/modules/messaging/index.ts";
import { type Holding, holdingsOf, type OrderRef, orderRefsOf } from "@backend/modules/shop/index.ts";
import type { PersonAccess } from "../contracts.ts";
import { personNotFound } from "../errors.ts";
import { type AccessRow, chatsOpenedBy, listOwnOfPerson, type ProductChatRow } from "../queries.ts";

/**
 * The closed chats that somebody may enter, and by what, then those that he was let into before, for the team. Whoever is blocked may
 * enter none.
 */
export async function listPersonAccess(
  ctx: ActionContext,
  { personId }: { personId: string },
): Promise<{ items: PersonAccess[] }> {
  const { workspaceId } = ctx.actor;
  const person = (await knownPersons(ctx.db, workspaceId, [personId])).get(personId);
  if (!person) throw personNotFound();
  const holdings = person.isBlocked ? [] : await holdingsOf(ctx.db, { workspaceId, personId, now: ctx.now });
  const opened = await chatsOpenedBy(ctx.db, workspaceId, [...new Set(holdings.map(({ productId }) => productId))]);
  const rows = new Map((await listOwnOfPerson(ctx.db, workspaceId, personId)).map((row) => [row.chatId, row]));
  const chats = await findOwnChats(ctx.db, workspaceId, [
    ...new Set([...opened.map(({ chatId }) => chatId), ...rows.keys()]),
  ]);
  const found = chats.map((chat) => {
    const row = rows.get(chat.id) ?? null;
    return { chat, row, holding: rightTo(chat.id, { row, holdings, opened }) };
  });
  const orders = await orderRefsOf(
    ctx,
    found.flatMap(({ holding }) => holding?.orderId ?? []),
  );
  const items = found.map(
    ({ chat, row, holding }): PersonAccess => ({
      chatId: chat.id,
      name: chatName(chat),
      kind: chat.kind as PersonAccess["kind"],
      right: holding && presentRight(holding, orders.get(holding.orderId)),
      state: row && !(holding && hasEnded(row)) ? row.state : "invited",
      linkUntil: row?.link && row.linkUntil && row.linkUntil > ctx.now ? row.linkUntil.toISOString() : null,
      joinedAt: row?.joinedAt?.toISOString() ?? null,
      endedAt: row?.endedAt?.toISOString() ?? null,
      isOverdue: row?.state === "joined" && row.dueSince !== null,
    }),
  );
  return { items: items.sort((a, b) => Number(isOver(a)) - Number(isOver(b)) || a.name.localeCompare(b.name)) };
}

const isOver = ({ endedAt, right }: PersonAccess): boolean => endedAt !== null && right === null;

/** He went, and has something again: he may come back, unless he rules there and never went. */
const hasEnded = ({ state }: AccessRow): boolean => state === "left" || state === "removed";

/** As `keepsIn` finds it, for many chats at once. */
function rightTo(
  chatId: string,
  { row, holdings, opened }: { row: AccessRow | null; holdings: readonly Holding[]; opened: readonly ProductChatRow[] },
): Holding | null {
  const opening = new Set(opened.flatMap((one) => (one.chatId === chatId ? [one.productId] : [])));
  if (row?.state === "joined" && row.productId) opening.add(row.productId);
  return holdings.findLast(({ productId }) => opening.has(productId)) ?? null;
}

function presentRight({ orderId, endsAt }: Holding, order: OrderRef | undefined): PersonAccess["right"] {
  if (!order) return null;
  return { orderId, orderNumber: order.number, title: order.title, endsAt: endsAt?.toISOString() ?? null };
}
