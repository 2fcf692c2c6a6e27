import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueue, enqueueAll } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { knownPersons } from "@backend/modules/identity/index.ts";
import { countPrivateChats, listPrivateChats } from "@backend/modules/messaging/index.ts";
import { languageOf, stateAfter } from "../domain/subscriber.ts";
import { adoptChatsJob } from "../jobs.ts";
import { copyRefusals, countSubscribersByBot, findOwnRefusers, insertSubscribers, lockHumans } from "../queries.ts";

/** Chats in one transaction. */
const slice = 500;

/**
 * Private chats of people who wrote to a bot before there were subscribers. Without a bot it looks which bots have more private
 * chats than subscribers, which after the first start is none, and walks each of those; with one it goes on behind `after`.
 * Running it twice makes nobody twice. It publishes nothing: nobody joins by it.
 */
export async function adoptChats(ctx: ActionContext, input: { botId?: string; after?: number }): Promise<void> {
  const { botId, after = 0 } = input;
  if (botId === undefined) {
    const known = await countSubscribersByBot(ctx.db);
    const behind = (await countPrivateChats(ctx.db)).filter(({ botId: id, chats }) => chats > (known.get(id) ?? 0));
    return enqueueAll(
      ctx.db,
      adoptChatsJob,
      behind.map(({ botId: id }) => ({ botId: id, after: 0 })),
    );
  }
  await inTransaction(ctx, async ({ db, now }) => {
    const chats = await listPrivateChats(db, botId, after, slice);
    const [first] = chats;
    const last = chats.at(-1);
    if (!first || !last) return;
    const { workspaceId } = first;
    const persons = await knownPersons(
      db,
      workspaceId,
      chats.flatMap(({ personId }) => (personId === null ? [] : [personId])),
    );
    const rows = chats.map((chat) => {
      const person = chat.personId === null ? undefined : persons.get(chat.personId);
      const state = person?.isBlocked ? "unreachable" : stateAfter(chat.state);
      return {
        workspaceId,
        botId,
        chatId: chat.id,
        personId: chat.personId,
        telegramId: chat.telegramChatId,
        state,
        // A chat's title is the name that Telegram showed, whole; only a person has it in two parts.
        firstName: person ? person.firstName : chat.title,
        lastName: person?.lastName ?? null,
        username: person ? person.username : chat.username,
        language: languageOf(person?.telegramLocale ?? chat.locale),
        origin: "other" as const,
        subscribedAt: chat.createdAt,
        lostAt: state === "active" ? null : now,
      };
    });
    const ids = rows.map(({ telegramId }) => telegramId);
    await lockHumans(db, workspaceId, ids);
    const made = await insertSubscribers(db, rows);
    for (const telegramId of await findOwnRefusers(db, workspaceId, ids))
      await copyRefusals(db, workspaceId, telegramId);
    if (made > 0) await notifyLive(db, { workspaceId, topic: "audience" });
    if (chats.length === slice) await enqueue(db, adoptChatsJob, { botId, after: last.telegramChatId });
  });
}
