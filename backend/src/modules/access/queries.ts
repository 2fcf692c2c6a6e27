/** Every SQL statement of this room. `Own` in a name: of the given workspace, a stranger's is not found. */
import type { Db } from "@db/client.ts";
import { chatAccesses, chatRights, productChats } from "@db/schema/access.ts";
import { bots } from "@db/schema/bots.ts";
import { and, asc, count, eq, exists, inArray, isNotNull, isNull, lt, ne, or, sql } from "drizzle-orm";
import type { Rights } from "./ports.ts";

export type AccessRow = typeof chatAccesses.$inferSelect;
export type ProductChatRow = typeof productChats.$inferSelect;

/** One chat as one bot sees it: what rows of this room are keyed by. */
export interface ChatOfBot {
  workspaceId: string;
  chatId: string;
  botId: string;
}

// ── Rights of bots ──────────────────────────────────────────────────────────────────────────────────────────────────

export async function findRights(db: Db, chatIds: readonly string[]): Promise<Map<string, Rights>> {
  if (chatIds.length === 0) return new Map();
  const rows = await db
    .select()
    .from(chatRights)
    .where(inArray(chatRights.chatId, [...chatIds]));
  return new Map(rows.map(({ chatId, mayInvite, mayRemove }) => [chatId, { mayInvite, mayRemove }]));
}

/** What is known later stands, whoever commits last. */
export async function saveRights(db: Db, at: ChatOfBot, rights: Rights, now: Date): Promise<void> {
  await db
    .insert(chatRights)
    .values({ ...at, ...rights, checkedAt: now })
    .onConflictDoUpdate({
      target: chatRights.chatId,
      set: { ...rights, checkedAt: now },
      setWhere: sql`${chatRights.checkedAt} <= ${now.toISOString()}::timestamptz`,
    });
}

// ── What products open ──────────────────────────────────────────────────────────────────────────────────────────────

/** Held until the transaction ends: two who choose chats of one workspace come one after another. */
export async function lockChoices(db: Db, workspaceId: string): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`access ${workspaceId}`}, 0))`);
}

/** The oldest choice first. */
export async function listOwnProductChats(db: Db, workspaceId: string, productId?: string): Promise<ProductChatRow[]> {
  return db
    .select()
    .from(productChats)
    .where(
      and(
        eq(productChats.workspaceId, workspaceId),
        productId === undefined ? undefined : eq(productChats.productId, productId),
      ),
    )
    .orderBy(asc(productChats.createdAt), asc(productChats.chatId));
}

/** True when it was not chosen before. */
export async function insertProductChat(db: Db, values: typeof productChats.$inferInsert): Promise<boolean> {
  const rows = await db
    .insert(productChats)
    .values(values)
    .onConflictDoNothing()
    .returning({ chatId: productChats.chatId });
  return rows.length > 0;
}

/** True when it was chosen. */
export async function deleteOwnProductChat(
  db: Db,
  workspaceId: string,
  at: { productId: string; chatId: string },
): Promise<boolean> {
  const rows = await db
    .delete(productChats)
    .where(
      and(
        eq(productChats.workspaceId, workspaceId),
        eq(productChats.productId, at.productId),
        eq(productChats.chatId, at.chatId),
      ),
    )
    .returning({ chatId: productChats.chatId });
  return rows.length > 0;
}

export async function productsOpening(db: Db, chatId: string): Promise<string[]> {
  const rows = await db
    .select({ productId: productChats.productId })
    .from(productChats)
    .where(eq(productChats.chatId, chatId))
    .orderBy(asc(productChats.createdAt), asc(productChats.productId));
  return rows.map(({ productId }) => productId);
}

export async function chatsOpenedBy(db: Db, workspaceId: string, productIds: readonly string[]) {
  if (productIds.length === 0) return [];
  return db
    .select()
    .from(productChats)
    .where(and(eq(productChats.workspaceId, workspaceId), inArray(productChats.productId, [...productIds])))
    .orderBy(asc(productChats.createdAt), asc(productChats.chatId));
}

/** Whether the door of a chat is ours to keep: something opens it, or somebody still has what once did. */
export async function isKept(db: Db, chatId: string): Promise<boolean> {
  const [row] = await db.execute<{ is: boolean }>(sql`select (
    ${exists(db.select({ one: sql`1` }).from(productChats).where(eq(productChats.chatId, chatId)))}
    or ${exists(db.select({ one: sql`1` }).from(chatAccesses).where(eq(chatAccesses.chatId, chatId)))}) as is`);
  return row?.is ?? false;
}

// ── Who is let in ───────────────────────────────────────────────────────────────────────────────────────────────────

const ofGuest = (chatId: string, personId: string) =>
  and(eq(chatAccesses.chatId, chatId), eq(chatAccesses.personId, personId));

export async function lockAccess(db: Db, chatId: string, personId: string): Promise<AccessRow | null> {
  const [row] = await db.select().from(chatAccesses).where(ofGuest(chatId, personId)).for("update");
  return row ?? null;
}

/** His row, made on first use. Whoever was shown out and has something again begins anew. */
export async function inviteGuest(
  db: Db,
  at: ChatOfBot & { personId: string; telegramId: number; productId: string },
): Promise<AccessRow> {
  const { productId } = at;
  await db.insert(chatAccesses).values(at).onConflictDoNothing();
  const [row] = await db
    .update(chatAccesses)
    .set({
      telegramId: at.telegramId,
      productId: sql`case when ${chatAccesses.state} = 'joined' then ${chatAccesses.productId} else ${productId}::uuid end`,
      state: sql`case when ${chatAccesses.state} = 'joined' then 'joined' else 'invited' end`,
      endedAt: null,
      removingSince: null,
    })
    .where(ofGuest(at.chatId, at.personId))
    .returning();
  if (!row) throw new Error("an access just stored is not there");
  return row;
}

/** Keeps a link unless another one came first that still lives; answers with the one that stands. Null: the row has gone. */
export async function keepLink(
  db: Db,
  accessId: string,
  link: { link: string; linkUntil: Date },
  now: Date,
): Promise<{ link: string; linkUntil: Date } | null> {
  await db
    .update(chatAccesses)
    .set(link)
    .where(
      and(
        eq(chatAccesses.id, accessId),
        or(isNull(chatAccesses.link), sql`${chatAccesses.linkUntil} <= ${now.toISOString()}::timestamptz`),
      ),
    );
  const [row] = await db.select().from(chatAccesses).where(eq(chatAccesses.id, accessId));
  return row?.link && row.linkUntil ? { link: row.link, linkUntil: row.linkUntil } : null;
}

export async function updateAccess(
  db: Db,
  accessId: string,
  values: Partial<Omit<typeof chatAccesses.$inferInsert, "id" | "workspaceId" | "chatId" | "botId" | "personId">>,
): Promise<void> {
  await db.update(chatAccesses).set(values).where(eq(chatAccesses.id, accessId));
}

export async function deleteAccess(db: Db, accessId: string): Promise<void> {
  await db.delete(chatAccesses).where(eq(chatAccesses.id, accessId));
}

/** Of these people, whatever has not ended. */
export async function listOpenOf(db: Db, personIds: readonly string[]): Promise<AccessRow[]> {
  if (personIds.length === 0) return [];
  return db
    .select()
    .from(chatAccesses)
    .where(and(inArray(chatAccesses.personId, [...personIds]), inArray(chatAccesses.state, ["invited", "joined"])));
}

/** Of these people, whom we showed out, until it is forgotten. */
export async function listRemovedOf(db: Db, personIds: readonly string[]): Promise<AccessRow[]> {
  if (personIds.length === 0) return [];
  return db
    .select()
    .from(chatAccesses)
    .where(and(inArray(chatAccesses.personId, [...personIds]), eq(chatAccesses.state, "removed")));
}

export async function listOwnOfPerson(db: Db, workspaceId: string, personId: string): Promise<AccessRow[]> {
  return db
    .select()
    .from(chatAccesses)
    .where(and(eq(chatAccesses.workspaceId, workspaceId), eq(chatAccesses.personId, personId)))
    .orderBy(asc(chatAccesses.createdAt), asc(chatAccesses.id));
}

/** How many we let into each chat who are in, and how many of them should be out by now. */
export async function countInside(db: Db, chatIds: readonly string[]) {
  if (chatIds.length === 0) return new Map<string, { inside: number; overdue: number }>();
  const rows = await db
    .select({ chatId: chatAccesses.chatId, inside: count(), overdue: count(chatAccesses.dueSince) })
    .from(chatAccesses)
    .where(and(inArray(chatAccesses.chatId, [...chatIds]), eq(chatAccesses.state, "joined")))
    .groupBy(chatAccesses.chatId);
  return new Map(rows.map(({ chatId, ...counted }) => [chatId, counted]));
}

/** Whoever should be out of a chat. */
export async function listDueIn(db: Db, chatId: string): Promise<AccessRow[]> {
  return db
    .select()
    .from(chatAccesses)
    .where(and(eq(chatAccesses.chatId, chatId), isNotNull(chatAccesses.dueSince)));
}

/** Whoever should have been out before `before`, of bots that run and may remove, the longest overdue first. */
export async function listOverdue(db: Db, before: Date, limit: number): Promise<AccessRow[]> {
  const rows = await db
    .select({ access: chatAccesses })
    .from(chatAccesses)
    // A bot that is off removes nobody, and its guests would stand before those of all the others.
    .innerJoin(bots, and(eq(bots.id, chatAccesses.botId), eq(bots.state, "active")))
    .leftJoin(chatRights, eq(chatRights.chatId, chatAccesses.chatId))
    .where(and(lt(chatAccesses.dueSince, before), or(isNull(chatRights.chatId), ne(chatRights.mayRemove, false))))
    .orderBy(asc(chatAccesses.dueSince))
    .limit(limit);
  return rows.map(({ access }) => access);
}

/** Ends of long ago, at most so many at once. */
export async function forgetEnded(db: Db, before: Date, limit: number): Promise<void> {
  const old = db
    .select({ id: chatAccesses.id })
    .from(chatAccesses)
    .where(lt(chatAccesses.endedAt, before))
    .limit(limit);
  await db.delete(chatAccesses).where(inArray(chatAccesses.id, old));
}

/** Everything of a person, as it was. */
export async function deleteAccessesOf(db: Db, workspaceId: string, personId: string): Promise<AccessRow[]> {
  return db
    .delete(chatAccesses)
    .where(and(eq(chatAccesses.workspaceId, workspaceId), eq(chatAccesses.personId, personId)))
    .returning();
}
