/** A month in the life of an invented team, so that no screen of the sandbox is empty. Written once per database. */

import { translator } from "@backend/i18n/index.ts";
import { pause } from "@backend/kit/clock.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { changeTexts } from "@backend/modules/bots/actions/bot-texts.ts";
import { connectBot } from "@backend/modules/bots/actions/connect-bot.ts";
import type { BotsPorts } from "@backend/modules/bots/index.ts";
import { identityOf } from "@backend/modules/conversions/domain/identity.ts";
import { trackerAddress } from "@backend/modules/conversions/domain/postback-url.ts";
import { readCall } from "@backend/modules/conversions/domain/read-call.ts";
import { defaultStatusMap } from "@backend/modules/conversions/domain/status-map.ts";
import { builtInText } from "@backend/modules/conversions/domain/template.ts";
import type { ConversionsPorts } from "@backend/modules/conversions/index.ts";
import { createConnection, recountDays } from "@backend/modules/conversions/index.ts";
import { meetTelegramUser } from "@backend/modules/identity/index.ts";
import { type ChatRow, listOwnChats } from "@backend/modules/messaging/index.ts";
import {
  chats,
  conversions,
  deliveries,
  inboundEvents,
  members,
  subscribers,
  trackerConnections,
} from "@db/schema/index.ts";
import { and, eq, getTableColumns, isNull, lt } from "drizzle-orm";
import { demoCampaigns } from "./campaigns.ts";
import { seedBroadcasts } from "./seed-broadcasts.ts";
import { seedShop } from "./seed-shop.ts";
import { seededRandom } from "./telegram/faults.ts";
import { sandboxChannel, sandboxGroup, sandboxMoreBots, sandboxPeople } from "./world.ts";

const creatives = ["cr_mara_01", "cr_mara_02", "cr_leo_night", "cr_static_7", "cr_ugc_kitchen"];
const buyers = ["oksana", "denis", "tymur"];
/** Not a day more: the inbox has partitions from the month before on, and February is short. */
const days = 27;
const dayMs = 86_400_000;
/** Share of a day's traffic by hour, UTC: quiet mornings, busy evenings. */
const hourWeights = [3, 2, 1, 1, 1, 2, 3, 4, 5, 6, 6, 7, 7, 7, 8, 8, 9, 10, 11, 11, 10, 8, 6, 4];

interface Call {
  at: Date;
  query: string;
}

/** Every postback of the month, oldest first; the same on every machine up to the time of day. */
function month(now: Date): Call[] {
  const random = seededRandom(20_261);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const total = hourWeights.reduce((sum, weight) => sum + weight, 0);
  const hour = () => {
    let left = random() * total;
    for (const [at, weight] of hourWeights.entries()) {
      left -= weight;
      if (left <= 0) return at;
    }
    return 0;
  };
  const calls: Call[] = [];
  const midnight = Math.floor(now.getTime() / dayMs) * dayMs;
  for (let day = days; day >= 0; day--) {
    for (const campaign of demoCampaigns) {
      // Weekends are slower, and the team has been growing.
      const pace = (new Date(midnight - day * dayMs).getUTCDay() % 6 === 0 ? 0.6 : 1) * (1.1 - day / 90);
      const count = Math.round(campaign.perDay * pace * (0.75 + random() * 0.5));
      for (let n = 0; n < count; n++) {
        const offer = pick(campaign.offers);
        const base = {
          subid: `${campaign.id}x${Math.floor(random() * 1e12).toString(36)}`,
          campaign_id: String(campaign.id),
          campaign_name: campaign.name,
          offer_id: String(offer.id),
          offer_name: offer.name,
          landing: pick(campaign.landings),
          country: campaign.country,
          creative_id: pick(creatives),
          sub_id_1: pick(buyers),
          source: pick(["fb", "google", "push"]),
        };
        const at = midnight - day * dayMs + hour() * 3_600_000 + random() * 3_600_000;
        const add = (afterMs: number, more: Record<string, string>) => {
          const when = new Date(at + afterMs);
          if (when < now) calls.push({ at: when, query: new URLSearchParams({ ...base, ...more }).toString() });
        };
        add(0, { status: "registration" });
        const fate = random();
        const payout = (campaign.payout[0] + random() * (campaign.payout[1] - campaign.payout[0])).toFixed(2);
        if (fate < 0.34)
          add(random() * 7_200_000, {
            status: "deposit",
            conversion_revenue: payout,
            currency: campaign.currency,
            tid: `t${Math.floor(random() * 1e9)}`,
          });
        else if (fate < 0.45) add(random() * 14_400_000, { status: "rejected" });
        if (fate < 0.06)
          add(dayMs + random() * dayMs, {
            status: "rebill",
            conversion_revenue: (Number(payout) * 0.4).toFixed(2),
            currency: campaign.currency,
            tid: `r${Math.floor(random() * 1e9)}`,
          });
      }
    }
  }
  return calls.sort((a, b) => a.at.getTime() - b.at.getTime());
}

async function chatOf(ctx: ActionContext<ConversionsPorts>, telegramChatId: number): Promise<ChatRow> {
  for (let tries = 0; tries < 100; tries++) {
    const page = await listOwnChats(ctx.db, ctx.actor.workspaceId, {}, { limit: 50 });
    const found = page.find((chat) => chat.telegramChatId === telegramChatId);
    if (found) return found;
    await pause(100);
  }
  throw new Error("the demo group did not arrive in the database");
}

/** The buyer joins the team, so that the app can be seen with the eyes of that role. The owner is in it by configuration. */
async function hireBuyer(ctx: ActionContext<ConversionsPorts>, botId: string): Promise<string | null> {
  const { workspaceId } = ctx.actor;
  const { id: telegramId, role, ...buyer } = sandboxPeople.buyer;
  const person = await meetTelegramUser(ctx, { workspaceId, botId, user: { ...buyer, telegramId } });
  if (person && person.member === null)
    await ctx.db.insert(members).values({ workspaceId, personId: person.personId, role });
  return person?.personId ?? null;
}

const chunk = 500;

async function writeMonth(ctx: ActionContext<ConversionsPorts>, connectionId: string, chat: ChatRow): Promise<void> {
  const { db, actor } = ctx;
  const t = translator("en");
  const calls = month(ctx.now);

  for (let start = 0; start < calls.length; start += chunk) {
    const rows = calls.slice(start, start + chunk).flatMap(({ at, query }) => {
      const reading = readCall(
        { method: "GET", query, contentType: null, body: null },
        { statusMap: defaultStatusMap, defaultCurrency: "USD" },
      );
      return reading.outcome === "conversion" ? [{ at, query, reading }] : [];
    });
    const stored = await db
      .insert(inboundEvents)
      .values(
        rows.map(({ at, query }) => ({
          receivedAt: at,
          workspaceId: actor.workspaceId,
          source: "tracker",
          sourceId: connectionId,
          method: "GET",
          path: "/in/…",
          query,
          headers: { "user-agent": "Keitaro" },
          senderAddress: "203.0.113.20",
          status: "handled" as const,
          attempts: 1,
          processedAt: at,
        })),
      )
      .returning({ id: inboundEvents.id });
    const written = await db
      .insert(conversions)
      .values(
        rows.map(({ at, reading: { facts, notes } }, i) => {
          const identity = identityOf(facts);
          return {
            workspaceId: actor.workspaceId,
            connectionId,
            identityKey: identity.key,
            subid: identity.subid,
            tid: identity.tid,
            status: facts.status,
            rawStatus: facts.rawStatus,
            amount: facts.amount,
            currency: facts.currency,
            campaignId: facts.campaignId,
            campaignName: facts.campaignName,
            country: facts.country,
            facts: { ...facts },
            notes,
            receivedAt: at,
            eventId: stored[i]?.id ?? null,
            amountEventId: stored[i]?.id ?? null,
          };
        }),
      )
      .returning({ id: conversions.id });
    const told = rows.flatMap(({ at, reading: { facts } }, i) => {
      const id = written[i]?.id;
      if (id === undefined) return [];
      const alert = { facts, correctedFrom: null, isRecovered: false, isTest: false };
      const subject = { ...alert, connectionName: "", receivedAt: at, timeZone: "UTC" };
      const html = builtInText(subject, t, ctx.ports.markup);
      const sentAt = new Date(at.getTime() + 90);
      return [
        {
          workspaceId: actor.workspaceId,
          botId: chat.botId,
          chatId: chat.id,
          threadId: sandboxGroup.topics[0].threadId,
          rank: 1,
          content: { kind: "text", html },
          subjectKind: "conversion",
          subjectId: String(id),
          state: "sent" as const,
          attempts: 1,
          telegramMessageId: 100 + i,
          notBefore: at,
          sendingAt: at,
          doneAt: sentAt,
          createdAt: at,
        },
      ];
    });
    if (told.length > 0) await db.insert(deliveries).values(told);
  }
  const [first, last] = [calls[0], calls.at(-1)];
  await db
    .update(trackerConnections)
    .set({ firstEventAt: first?.at, lastEventAt: last?.at })
    .where(eq(trackerConnections.id, connectionId));
}

/** What arrives while a newcomer looks: it travels the whole way, so the chat in the simulator is not empty either. */
export const freshCalls = [
  "subid=demo1&status=registration&campaign_id=15&campaign_name=Spring+AU+%C2%B7+Sweeps&country=AU&creative_id=cr_mara_01&sub_id_1=denis&landing=Wheel+v3",
  "subid=demo1&status=deposit&tid=demo1a&conversion_revenue=74.50&currency=USD&campaign_id=15&campaign_name=Spring+AU+%C2%B7+Sweeps&country=AU&creative_id=cr_mara_01&sub_id_1=denis&landing=Wheel+v3",
  "subid=demo2&status=rejected&campaign_id=40&campaign_name=DE+Native+%3Cfinance%3E&country=DE&creative_id=cr_static_7&sub_id_1=tymur",
  "subid=demo3&status=deposit&tid=demo3a&conversion_revenue=512.00&currency=USD&campaign_id=22&campaign_name=PL+Push+%2F+Crypto&country=PL&creative_id=cr_leo_night&sub_id_1=oksana",
];

/** As Binom fills in the address that is handed out for it. */
const binomCall =
  "subid=b7f3k2&external_id=push-9921&status=approved&campaign_id=12&campaign_name=PL+Push+%2F+Crypto&payout=14.20&currency=EUR&country=PL&sub_id_1=oksana&sub_id_2={t2}";
/** As a shop of one's own might call: under names that have to be mapped. */
const shopCall = "visitor=v-5521&order=A-1009&stage=paid&total=1+450%2C00&geo=ua&promo=SPRING";

/** Invented subscribers of a bot who were there before the demo's broadcasts were sent. */
const readersOf = (ctx: ActionContext, botId: string) =>
  ctx.db
    .select({ ...getTableColumns(subscribers), chatId: chats.id })
    .from(subscribers)
    .innerJoin(chats, eq(chats.id, subscribers.chatId))
    .where(and(eq(subscribers.botId, botId), lt(subscribers.subscribedAt, new Date(ctx.now.getTime() - 7 * dayMs))))
    .orderBy(subscribers.id)
    .limit(160);

/**
 * Fills an empty workspace: a media buyer, four connections, a month of conversions with their calls and messages, and a few calls that come in
 * right now. Returns false when there are connections already. `ctx.actor` owns what is made.
 */
export async function seedDemo(ctx: ActionContext<ConversionsPorts>): Promise<boolean> {
  const { workspaceId } = ctx.actor;
  const [known] = await ctx.db
    .select({ id: trackerConnections.id })
    .from(trackerConnections)
    .where(eq(trackerConnections.workspaceId, workspaceId))
    .limit(1);
  if (known) return false;
  const group = await chatOf(ctx, sandboxGroup.id);
  const channel = await chatOf(ctx, sandboxChannel.id);
  const buyerId = await hireBuyer(ctx, group.botId);
  const main = await createConnection(ctx, {
    name: "Keitaro · main",
    kind: "keitaro",
    chatId: group.id,
    threadId: sandboxGroup.topics[0].threadId,
    defaultCurrency: "USD",
    locale: "en",
  });
  await createConnection(ctx, {
    name: "Keitaro · partners",
    kind: "keitaro",
    chatId: channel.id,
    defaultCurrency: "EUR",
    locale: "uk",
  });
  // A tracker of another kind, and names that nobody has mapped yet: its call can be tapped on.
  const binom = await createConnection(ctx, { name: "Binom · push", kind: "binom", chatId: group.id, locale: "en" });
  await ctx.db
    .update(trackerConnections)
    .set({ createdBy: buyerId })
    .where(eq(trackerConnections.id, binom.connection.id));
  const shop = await createConnection(ctx, { name: "Shop", kind: "generic", chatId: null, defaultCurrency: "UAH" });
  await writeMonth(ctx, main.connection.id, group);
  // Written past the reader of calls, chunk by chunk: a roll may have counted half of a day.
  await recountDays(ctx.db, workspaceId);
  await seedBroadcasts(ctx, await readersOf(ctx, group.botId));
  await seedShop(ctx, group.botId, group.id);
  const calls = [
    ...freshCalls.map((query) => ({ query, sourceId: main.connection.id })),
    { query: binomCall, sourceId: binom.connection.id },
    { query: shopCall, sourceId: shop.connection.id },
  ];
  for (const { query, sourceId } of calls)
    await ctx.ports.intake.store({
      workspaceId,
      source: "tracker",
      sourceId,
      externalId: null,
      orderKey: null,
      method: "GET",
      path: "/in/…",
      query,
      headers: { "user-agent": "Keitaro" },
      body: null,
      senderAddress: "203.0.113.20",
      requestId: crypto.randomUUID(),
    });
  return true;
}

/** Connects the team's other bots by their tokens, one of them with a welcome of its own. */
export async function connectDemoBots(ctx: ActionContext<BotsPorts>): Promise<void> {
  for (const { token } of sandboxMoreBots) {
    const { id, username } = await connectBot(ctx, { token });
    if (username !== sandboxMoreBots[0].username) continue;
    const button = { text: "Catalogue", url: "https://northlight.example/catalogue" };
    await changeTexts(ctx, {
      botId: id,
      language: "default",
      name: null,
      description: "Guides and materials for media buyers.",
      shortDescription: "The shop of Northlight Media",
      menuButton: "Shop",
      commands: [{ command: "catalogue", description: "What we sell" }],
      welcome: {
        kind: "text",
        html: "Hello, {first_name|friend}!\n\n<b>Northlight Shop</b> has guides and materials for media buyers.",
        buttons: [[button]],
      },
    });
  }
}

/** The demo's first connection; null while there is none. */
export async function demoConnection(
  ctx: ActionContext<ConversionsPorts>,
): Promise<{ id: string; secretSealed: string | null } | null> {
  const [row] = await ctx.db
    .select({ id: trackerConnections.id, secretSealed: trackerConnections.secretSealed })
    .from(trackerConnections)
    .where(and(eq(trackerConnections.workspaceId, ctx.actor.workspaceId), isNull(trackerConnections.deletedAt)))
    .orderBy(trackerConnections.createdAt)
    .limit(1);
  return row ?? null;
}

/** The address that the demo's first connection is called at, secret included; null while there is none. */
export async function demoAddress(ctx: ActionContext<ConversionsPorts>): Promise<string | null> {
  const row = await demoConnection(ctx);
  return row?.secretSealed ? trackerAddress(ctx.ports.publicUrl, ctx.ports.vault.open(row.secretSealed)) : null;
}
