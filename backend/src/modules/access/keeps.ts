import { knownPersons } from "@backend/modules/identity/index.ts";
import { lockTill } from "@backend/modules/payments/index.ts";
import { type Holding, holdingsOf } from "@backend/modules/shop/index.ts";
import type { Db } from "@db/client.ts";
import { type AccessRow, type ChatOfBot, inviteGuest, productsOpening } from "./queries.ts";

interface Presence {
  workspaceId: string;
  chatId: string;
  personId: string;
  now: Date;
  joinedBy?: string | null;
}

/**
 * What lets a person be in a chat at this moment; null when nothing does, and while the workspace refuses him. Of several the one that lasts
 * longest. `joinedBy` keeps in whom it let in, although it may not open the chat to others any more: unlinking shuts a door, it shows
 * nobody out.
 */
export async function keepsIn(db: Db, at: Presence): Promise<Holding | null> {
  const person = (await knownPersons(db, at.workspaceId, [at.personId])).get(at.personId);
  return !person || person.isBlocked ? null : opens(db, at);
}

async function opens(db: Db, at: Presence): Promise<Holding | null> {
  const opening = new Set(await productsOpening(db, at.chatId));
  if (at.joinedBy) opening.add(at.joinedBy);
  const holdings = await holdingsOf(db, at);
  return holdings.findLast(({ productId }) => opening.has(productId)) ?? null;
}

/**
 * The row of somebody who may come in, and what lets him; null for whoever has nothing, is blocked, or was erased since. Only inside a
 * transaction, and before other rows of it: the till is what refunds and erasure take, and they look after those rows alone that they see.
 */
export async function inviteHolder(
  db: Db,
  at: ChatOfBot & { personId: string },
  now: Date,
): Promise<{ row: AccessRow; holding: Holding } | null> {
  const { workspaceId, personId } = at;
  await lockTill(db, workspaceId);
  const person = (await knownPersons(db, workspaceId, [personId])).get(personId);
  if (!person?.telegramId || person.isBlocked) return null;
  const holding = await opens(db, { ...at, now });
  if (!holding) return null;
  const { telegramId } = person;
  return { holding, row: await inviteGuest(db, { ...at, telegramId, productId: holding.productId }) };
}
