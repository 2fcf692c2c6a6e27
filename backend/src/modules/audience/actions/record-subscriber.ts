import { publish } from "@backend/kit/events.ts";
import { notifyLive } from "@backend/kit/live.ts";
import type { TelegramUser } from "@backend/modules/identity/index.ts";
import type { Db } from "@db/client.ts";
import { languageOf, maxSourceLength } from "../domain/subscriber.ts";
import { subscriberJoined, subscriberWrote } from "../events.ts";
import { aboutSubscriber } from "../present.ts";
import {
  copyRefusals,
  findSubscriberOf,
  insertSubscriber,
  lockHumans,
  reviveSubscriber,
  type SubscriberRow,
  updateSubscriber,
} from "../queries.ts";

/** What somebody did in his private chat with a bot that proves that it may write to him. */
export type Contact =
  /** /start, with its payload if it had one. */
  | { kind: "start"; source: string | null }
  | { kind: "message"; isCommand: boolean }
  /** Took back a block: `my_chat_member`. */
  | { kind: "unblock" };

export interface Contacted {
  workspaceId: string;
  botId: string;
  /** The private chat, as messaging knows it. */
  chatId: string;
  personId: string;
  user: TelegramUser;
  contact: Contact;
}

/** "Last seen" is written at most this often: most updates of a lively chat then write nothing. */
const seenEveryMs = 5 * 60_000;

/**
 * Makes whoever wrote to a bot its subscriber, or brings him back; names and language follow Telegram. The first payload of
 * /start stays. Refusals are the human's: whoever becomes writable takes over what he refused in other bots, or before he was
 * forgotten. Runs in the transaction that `ctx.db` is; nobody whom the workspace blocked gets here.
 */
export async function recordSubscriber(
  ctx: { db: Db; now: Date },
  input: Contacted,
): Promise<{ subscriberId: number }> {
  const { contact } = input;
  const known = await find(ctx.db, input);
  const made = known ? null : await join(ctx, input);
  const row = made ?? (await follow(ctx, input, known ?? (await find(ctx.db, input))));
  if (contact.kind !== "unblock")
    await publish(ctx.db, subscriberWrote, {
      ...aboutSubscriber(row),
      isCommand: contact.kind === "start" || contact.isCommand,
    });
  return { subscriberId: Number(row.id) };
}

const find = (db: Db, { botId, user }: Contacted) => findSubscriberOf(db, botId, user.telegramId);

const sourceOf = (contact: Contact): string | null =>
  contact.kind === "start" ? contact.source?.slice(0, maxSourceLength) || null : null;

const namesOf = (user: TelegramUser) => ({
  firstName: user.firstName || null,
  lastName: user.lastName,
  username: user.username,
  language: languageOf(user.languageCode),
});

/** Null when another process was quicker: its row is there once the insert has waited for it. */
async function join({ db, now }: { db: Db; now: Date }, input: Contacted): Promise<SubscriberRow | null> {
  const { workspaceId, botId, chatId, personId, user, contact } = input;
  await lockHumans(db, workspaceId, [user.telegramId]);
  const source = sourceOf(contact);
  const row = await insertSubscriber(db, {
    ...namesOf(user),
    workspaceId,
    botId,
    chatId,
    personId,
    telegramId: user.telegramId,
    origin: contact.kind === "start" ? "start" : "other",
    source,
    subscribedAt: now,
    lastSeenAt: now,
  });
  if (!row) return null;
  await copyRefusals(db, workspaceId, user.telegramId);
  await publish(db, subscriberJoined, { ...aboutSubscriber(row), isReturn: false, source });
  await notifyLive(db, { workspaceId, topic: "audience" });
  return row;
}

/** Writes down what has changed since, and nothing when nothing has. */
async function follow(
  { db, now }: { db: Db; now: Date },
  input: Contacted,
  row: SubscriberRow | null,
): Promise<SubscriberRow> {
  if (!row) throw new Error("a subscriber that was there already is not there");
  const { workspaceId, chatId, personId, user, contact } = input;
  const latest = { ...namesOf(user), chatId, personId, source: row.source ?? sourceOf(contact) };
  const changed = Object.entries(latest).filter(([name, value]) => row[name as keyof typeof latest] !== value);
  const isSeen = row.lastSeenAt === null || now.getTime() - row.lastSeenAt.getTime() >= seenEveryMs;
  if (row.state !== "active") await lockHumans(db, workspaceId, [user.telegramId]);
  if (changed.length > 0 || isSeen)
    await updateSubscriber(db, row.id, { ...Object.fromEntries(changed), ...(isSeen ? { lastSeenAt: now } : {}) });
  if (row.state === "active") {
    if (changed.length > 0) await notifyLive(db, { workspaceId, topic: "audience", id: String(row.id) });
    return row;
  }
  if (!(await reviveSubscriber(db, row.id, now))) return row;
  await copyRefusals(db, workspaceId, user.telegramId);
  await publish(db, subscriberJoined, {
    ...aboutSubscriber(row),
    isReturn: row.subscribedAt !== null,
    source: latest.source,
  });
  await notifyLive(db, { workspaceId, topic: "audience" });
  return row;
}
