import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { publish } from "@backend/kit/events.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { knownPersons } from "@backend/modules/identity/index.ts";
import { findOwnChats, holdOwnChat } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import type { SQL } from "drizzle-orm";
import { type SubscriberState, stateAfter } from "../domain/subscriber.ts";
import { subscriberJoined, subscriberLost } from "../events.ts";
import { aboutSubscriber } from "../present.ts";
import {
  copyRefusals,
  listOwnOfPerson,
  lockHumans,
  loseSubscribers,
  ofChat,
  ofPerson,
  reviveSubscriber,
} from "../queries.ts";

async function lose(
  ctx: { db: Db; now: Date },
  which: SQL | undefined,
  state: Exclude<SubscriberState, "active">,
): Promise<void> {
  for (const row of await loseSubscribers(ctx.db, which, state, ctx.now)) {
    await publish(ctx.db, subscriberLost, { ...aboutSubscriber(row), state });
    await notifyLive(ctx.db, { workspaceId: row.workspaceId, topic: "audience" });
  }
}

/**
 * Follows a private chat that cannot be written to any more. The chat is asked as it is now and held meanwhile: an unblocking
 * that came before this is not undone, and one that comes during it waits and wins.
 */
export function followChat(outer: ActionContext, input: { workspaceId: string; chatId: string }): Promise<void> {
  return inTransaction(outer, async (ctx) => {
    const chat = await holdOwnChat(ctx.db, input.workspaceId, input.chatId);
    const state = stateAfter(chat?.state ?? "removed");
    if (state !== "active") await lose(ctx, ofChat(input.workspaceId, input.chatId), state);
  });
}

/** Whom the workspace blocked cannot be written to through any bot; let in again, he is what his chats are. */
export function followPerson(outer: ActionContext, input: { workspaceId: string; personId: string }): Promise<void> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId, personId } = input;
    const person = (await knownPersons(ctx.db, workspaceId, [personId])).get(personId);
    if (!person) return;
    if (person.isBlocked) return lose(ctx, ofPerson(workspaceId, personId), "unreachable");
    const rows = (await listOwnOfPerson(ctx.db, workspaceId, personId)).filter(({ state }) => state === "unreachable");
    const chats = await findOwnChats(
      ctx.db,
      workspaceId,
      rows.flatMap(({ chatId }) => chatId ?? []),
    );
    const open = new Set<string | null>(chats.filter(({ state }) => state === "active").map(({ id }) => id));
    for (const row of rows) {
      // An imported subscriber who never came has no date of subscription, and a block does not give him one.
      if (row.subscribedAt === null || !open.has(row.chatId)) continue;
      await lockHumans(ctx.db, workspaceId, [row.telegramId]);
      if (!(await reviveSubscriber(ctx.db, row.id, ctx.now))) continue;
      await copyRefusals(ctx.db, workspaceId, row.telegramId);
      await publish(ctx.db, subscriberJoined, { ...aboutSubscriber(row), isReturn: true, source: row.source });
      await notifyLive(ctx.db, { workspaceId, topic: "audience" });
    }
  });
}
