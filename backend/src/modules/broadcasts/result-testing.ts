/** What tests and benchmarks of results stand on: a broadcast that was sent, written row by row. */
import type { Db } from "@db/client.ts";
import { subscribers } from "@db/schema/audience.ts";
import { broadcastRecipients, broadcasts } from "@db/schema/broadcasts.ts";
import { chats } from "@db/schema/messaging.ts";
import type { Options, Variant } from "./contracts.ts";

let nextTelegramId = 5_000_000_000;

/** One text with two links and a button, in one variant. */
export const sampleVariants: Variant[] = [
  {
    key: "A",
    share: 100,
    letter: {
      fallback: "en",
      messages: {
        en: {
          kind: "text",
          html: '<a href="https://shop.example/a?x=1&amp;y=2">First</a> and <a href="https://shop.example/b">second</a>',
          buttons: [[{ text: "Buy", url: "https://tracker.example/c?sub_id_9={click}" }]],
        },
      },
    },
  },
];

export interface SentBroadcast {
  broadcastId: string;
  recipients: (typeof broadcastRecipients.$inferSelect)[];
}

export async function makeSentBroadcast(
  db: Db,
  at: { workspaceId: string; botId: string },
  some: {
    people?: readonly Partial<typeof subscribers.$inferInsert>[];
    name?: string;
    options?: Options;
    variants?: Variant[];
    sentAt?: Date;
    /** Changes what one of the recipients is. */
    recipient?: (index: number) => Partial<typeof broadcastRecipients.$inferInsert>;
  } = {},
): Promise<SentBroadcast> {
  const { workspaceId, botId } = at;
  const sentAt = some.sentAt ?? new Date();
  const people = some.people ?? [{ firstName: "Olena" }, { firstName: "Іван" }, { firstName: "Ann" }];
  const [broadcast] = await db
    .insert(broadcasts)
    .values({
      workspaceId,
      name: some.name ?? "Spring sale, 50 %",
      state: "sent",
      botIds: [botId],
      variants: some.variants ?? sampleVariants,
      options: some.options ?? {},
      startedAt: sentAt,
      finishedAt: sentAt,
      total: people.length,
      sent: people.length,
    })
    .returning();
  if (!broadcast) throw new Error("a row just stored is not there");
  const made = people.map((person) => ({ telegramId: nextTelegramId++, ...person }));
  const chatRows = await db
    .insert(chats)
    .values(
      made.map(({ telegramId, firstName }) => ({
        workspaceId,
        botId,
        telegramChatId: telegramId,
        kind: "private" as const,
        title: firstName ?? "",
      })),
    )
    .returning();
  const personRows = await db
    .insert(subscribers)
    .values(
      made.map((person, index) => ({
        workspaceId,
        botId,
        chatId: chatRows[index]?.id ?? "",
        origin: "start" as const,
        ...person,
      })),
    )
    .returning();
  const recipients = await db
    .insert(broadcastRecipients)
    .values(
      personRows.map((person, index) => ({
        broadcastId: broadcast.id,
        workspaceId,
        botId,
        chatId: chatRows[index]?.id ?? "",
        subscriberId: Number(person.id),
        telegramId: person.telegramId,
        state: "sent" as const,
        queuedAt: sentAt,
        doneAt: sentAt,
        ...some.recipient?.(index),
      })),
    )
    .returning();
  return { broadcastId: broadcast.id, recipients };
}
