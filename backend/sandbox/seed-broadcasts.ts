/** Two broadcasts that were sent some days ago, with everything people do after one, so that results have something to show. */
import type { ActionContext } from "@backend/kit/context.ts";
import { countAnswers } from "@backend/modules/broadcasts/actions/count-answers.ts";
import type { Variant } from "@backend/modules/broadcasts/contracts.ts";
import { messageFor } from "@backend/modules/messaging/index.ts";
import {
  broadcastClicks,
  broadcastConversions,
  broadcastLinks,
  broadcastRecipients,
  broadcasts,
} from "@db/schema/broadcasts.ts";
import { conversions, deliveries, laneRank, type subscribers } from "@db/schema/index.ts";
import { and, desc, eq, inArray, sql } from "drizzle-orm";
import { seededRandom } from "./telegram/faults.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Somebody who came, and so has a chat. */
type Reader = typeof subscribers.$inferSelect & { chatId: string };
type Language = "uk" | "ru" | "en";

interface Mailing {
  name: string;
  daysAgo: number;
  variants: Variant[];
  /** Share of readers who click, by variant. */
  clicks: readonly number[];
  /** How many of those who clicked bought. */
  buyers: number;
  links: readonly string[];
}

const letterOf = (lines: Record<Language, string>, button: string, link: string): Variant["letter"] => ({
  fallback: "en",
  messages: Object.fromEntries(
    Object.entries(lines).map(([language, html]) => [
      language,
      { kind: "text", html, buttons: [[{ text: button, url: link }]] },
    ]),
  ),
});

const shop = "https://shop.example.com/autumn";
const gift = "https://shop.example.com/gift?from=telegram";
const saleLines = {
  uk: `Осінній розпродаж: −30 % до неділі. <a href="${shop}">Подивитися</a>`,
  ru: `Осенняя распродажа: −30 % до воскресенья. <a href="${shop}">Посмотреть</a>`,
  en: `Autumn sale: 30% off until Sunday. <a href="${shop}">Have a look</a>`,
};
const giftLines = {
  uk: "Подарунок чекає на вас до кінця дня",
  ru: "Подарок ждёт вас до конца дня",
  en: "A gift is waiting for you until tonight",
};

const mailings: readonly Mailing[] = [
  {
    name: "Осінній розпродаж −30 %",
    daysAgo: 3,
    variants: [
      { key: "A", share: 50, letter: letterOf(saleLines, "−30 %", shop) },
      { key: "B", share: 50, letter: letterOf(giftLines, "Подарунок · Подарок · Gift", gift) },
    ],
    clicks: [0.24, 0.37],
    buyers: 14,
    links: [shop, gift],
  },
  {
    name: "Weekend gift",
    daysAgo: 6,
    variants: [{ key: "A", share: 100, letter: letterOf(giftLines, "Gift", gift) }],
    clicks: [0.18],
    buyers: 5,
    links: [gift],
  },
];

/** Writes mailings to subscribers of one bot, in a workspace that has none. */
export async function seedBroadcasts(ctx: ActionContext, readers: readonly Reader[]): Promise<void> {
  const bought = await ctx.db
    .select({
      id: conversions.id,
      amount: conversions.amount,
      currency: conversions.currency,
      country: conversions.country,
    })
    .from(conversions)
    .where(and(eq(conversions.workspaceId, ctx.actor.workspaceId), inArray(conversions.status, ["deposit", "sale"])))
    .orderBy(desc(conversions.id))
    .limit(mailings.reduce((sum, { buyers }) => sum + buyers, 0));
  for (const mailing of mailings) await writeMailing(ctx, mailing, readers, bought.splice(0, mailing.buyers));
}

async function writeMailing(
  ctx: ActionContext,
  mailing: Mailing,
  readers: readonly Reader[],
  bought: readonly { id: bigint; amount: string | null; currency: string | null; country: string | null }[],
): Promise<void> {
  const { db, actor, now } = ctx;
  const { workspaceId } = actor;
  const random = seededRandom(mailing.daysAgo);
  const startedAt = new Date(now.getTime() - mailing.daysAgo * dayMs);
  const variantOf = (at: number) => at % mailing.variants.length;
  const became = readers.map((_, at): { state: "sent" | "failed" | "skipped"; reason: string | null } => {
    if (at % 23 === 5) return { state: "failed", reason: "messaging.failed.chat_blocked" };
    if (at % 61 === 7) return { state: "failed", reason: "messaging.failed.chat_deactivated" };
    return { state: "sent", reason: null };
  });
  const of = (state: string) => became.filter((one) => one.state === state).length;
  const [broadcast] = await db
    .insert(broadcasts)
    .values({
      workspaceId,
      name: mailing.name,
      state: "sent",
      botIds: [...new Set(readers.map(({ botId }) => botId))],
      variants: mailing.variants,
      options: { utm: true },
      launchedAt: startedAt,
      startedAt,
      finishedAt: new Date(startedAt.getTime() + 8_000),
      createdAt: startedAt,
      total: readers.length,
      sent: of("sent"),
      failed: of("failed"),
      blocked: of("failed"),
    })
    .returning({ id: broadcasts.id });
  if (!broadcast) throw new Error("a row just stored is not there");
  await db
    .insert(broadcastLinks)
    .values(mailing.links.map((url, at) => ({ broadcastId: broadcast.id, number: at + 1, url })));

  const doneAt = (at: number) => new Date(startedAt.getTime() + at * 40);
  const sentRows = await db
    .insert(deliveries)
    .values(
      readers.map((reader, at) => {
        const letter = mailing.variants[variantOf(at)]?.letter;
        const { state, reason } = became[at] ?? { state: "sent", reason: null };
        return {
          workspaceId,
          botId: reader.botId,
          chatId: reader.chatId,
          rank: laneRank.broadcast,
          content: letter && messageFor(letter, reader.language),
          state: state === "failed" ? ("failed" as const) : ("sent" as const),
          errorCode: reason,
          attempts: 1,
          notBefore: startedAt,
          createdAt: startedAt,
          doneAt: doneAt(at),
        };
      }),
    )
    .returning({ id: deliveries.id });

  const recipients = await db
    .insert(broadcastRecipients)
    .values(
      readers.map((reader, at) => {
        const base = {
          broadcastId: broadcast.id,
          workspaceId,
          botId: reader.botId,
          chatId: reader.chatId,
          subscriberId: Number(reader.id),
          telegramId: reader.telegramId,
          variant: variantOf(at),
          language: reader.language,
          ...(became[at] ?? { state: "sent" as const }),
          deliveryId: sentRows[at]?.id ?? null,
          queuedAt: startedAt,
          doneAt: doneAt(at),
        };
        if (base.state !== "sent" || random() >= (mailing.clicks[base.variant] ?? 0)) return base;
        // Half of all clicks come within three hours, the rest takes two days.
        const clickedAt = new Date(startedAt.getTime() + 48 * hourMs * random() ** 4);
        return {
          ...base,
          clicks: random() < 0.3 ? 2 : 1,
          clickedAt,
          ...(random() < 0.12 ? { repliedAt: clickedAt } : {}),
          ...(random() < 0.05 ? { optedOutAt: clickedAt } : {}),
        };
      }),
    )
    .returning();

  const clicked = recipients.filter(({ clickedAt }) => clickedAt !== null);
  await db.insert(broadcastClicks).values(
    clicked.map(({ id, variant, clicks, clickedAt }) => ({
      recipientId: id,
      number: variant + 1,
      count: clicks,
      at: clickedAt ?? startedAt,
    })),
  );
  for (const { number } of await db
    .select({ number: broadcastLinks.number })
    .from(broadcastLinks)
    .where(eq(broadcastLinks.broadcastId, broadcast.id))) {
    const users = clicked.filter(({ variant }) => variant + 1 === number);
    await db
      .update(broadcastLinks)
      .set({ people: users.length, clicks: users.reduce((sum, { clicks }) => sum + clicks, 0) })
      .where(and(eq(broadcastLinks.broadcastId, broadcast.id), eq(broadcastLinks.number, number)));
  }
  const buyers = bought.flatMap((conversion, at) => {
    const buyer = clicked[at];
    return buyer ? [{ conversion, buyer }] : [];
  });
  if (buyers.length > 0) {
    await db.insert(broadcastConversions).values(
      buyers.map(({ conversion, buyer }) => ({
        conversionId: conversion.id,
        recipientId: buyer.id,
        broadcastId: broadcast.id,
        status: "deposit",
        isEarned: true,
        amount: conversion.amount,
        currency: conversion.currency,
        country: conversion.country,
        at: buyer.clickedAt ?? startedAt,
      })),
    );
    await db
      .update(broadcastRecipients)
      .set({ convertedAt: sql`${broadcastRecipients.clickedAt}` })
      .where(
        inArray(
          broadcastRecipients.id,
          buyers.map(({ buyer }) => buyer.id),
        ),
      );
  }
  await countAnswers(ctx, { workspaceId, broadcastId: broadcast.id });
}
