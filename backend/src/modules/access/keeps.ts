import { type Holding, holdingsOf } from "@backend/modules/shop/index.ts";
import type { Db } from "@db/client.ts";
import { productsOpening } from "./queries.ts";

/**
 * What lets a person be in a chat at this moment; null when nothing does. Of several the one that lasts longest. `joinedBy` keeps in whom
 * it let in, although it may not open the chat to others any more: unlinking shuts a door, it shows nobody out.
 */
export async function keepsIn(
  db: Db,
  at: { workspaceId: string; chatId: string; personId: string; now: Date; joinedBy?: string | null },
): Promise<Holding | null> {
  const opening = new Set(await productsOpening(db, at.chatId));
  if (at.joinedBy) opening.add(at.joinedBy);
  const holdings = await holdingsOf(db, at);
  return holdings.findLast(({ productId }) => opening.has(productId)) ?? null;
}
