/**
 * The product beside a Telegram on loopback that has a closed channel, its owner and a bot: updates come in, jobs are done when a test says
 * so, by a clock that it turns.
 */
import type { Ports } from "@backend/app/container.ts";
import { reactions } from "@backend/app/reactions.ts";
import { startTestProduct, type TestProduct } from "@backend/app/testing.ts";
import { type ActionContext, systemActor } from "@backend/kit/context.ts";
import { setReactions } from "@backend/kit/events.ts";
import { askForLink, listMyAccess } from "@backend/modules/access/actions/my-access.ts";
import type { MyAccess } from "@backend/modules/access/contracts.ts";
import { makePerson, makeWorkspace, type TestPerson, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { type ChatRow, findChatOfBot, registerChat } from "@backend/modules/messaging/index.ts";
import { placeOrder } from "@backend/modules/shop/actions/place-order.ts";
import { refundOrder } from "@backend/modules/shop/actions/refund-order.ts";
import { grant, makeBuyer, makeProduct } from "@backend/modules/shop/testing.ts";
import { chatAccesses } from "@db/schema/access.ts";
import { deliveries } from "@db/schema/messaging.ts";
import { shopSettings } from "@db/schema/shop.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { startTelegramStandIn, type TelegramStandIn } from "@sandbox/telegram/index.ts";
import { and, asc, eq, sql } from "drizzle-orm";
import { jobWorker } from "../job-worker.ts";

export const dayMs = 86_400_000;

export interface Customer extends TestPerson {
  context(): ActionContext<Ports>;
}

type NewProduct = Parameters<typeof makeProduct>[2];

export interface AccessRig {
  database: TestDatabase;
  product: TestProduct;
  telegram: TelegramStandIn;
  space: TestWorkspace;
  owner: TestPerson;
  ownerTelegramId: number;
  botTelegramId: number;
  now(): Date;
  /** The system's, by the clock of the test. */
  context(): ActionContext<Ports>;
  pass(ms: number): void;
  /** A closed channel of the owner's in which the bot is an administrator. */
  channel(title?: string): Promise<ChatRow>;
  /** A product that opens these chats. */
  sell(chats: readonly ChatRow[], over?: NewProduct): Promise<string>;
  customer(): Promise<Customer>;
  /** Buys from a balance that is given for it; answers with the order's id. */
  buy(who: Customer, productId: string): Promise<string>;
  refund(orderId: string): Promise<void>;
  /** Asks for a link as the app does, by the clock of the test. */
  linkFor(who: Customer, chat: ChatRow): Promise<string>;
  /** What the app shows him that he may enter. */
  mine(who: Customer): Promise<MyAccess[]>;
  /** Follows a link in Telegram, and has the bot do what it owes. */
  follow(who: TestPerson, link: string): Promise<void>;
  /** Buys, follows his link and is in. */
  enter(who: Customer, productId: string, chat: ChatRow): Promise<string>;
  /** Reads the updates that have come and does every job whose time has come. */
  work(): Promise<void>;
  /** Updates alone: what they cause waits. */
  read(): Promise<void>;
  only(name: string): Promise<void>;
  /** Has the schedules of the shop and of this room fire. */
  tick(): Promise<void>;
  standing(who: TestPerson, chat: ChatRow): string;
  stateOf(who: TestPerson, chat: ChatRow): Promise<string | null>;
  accessOf(who: TestPerson, chat: ChatRow): Promise<typeof chatAccesses.$inferSelect | null>;
  /** What the bot owes somebody in words, oldest first. */
  toldTo(who: TestPerson): Promise<string[]>;
  call(
    method: string,
    path: string,
    as?: TestPerson,
    body?: object,
  ): Promise<{ status: number; body: ReturnType<typeof JSON.parse> }>;
  close(): Promise<void>;
}

export async function createAccessRig(): Promise<AccessRig> {
  let shiftMs = 0;
  const now = () => new Date(Date.now() + shiftMs);
  const database = await createTestDatabase();
  const { db } = database;
  const telegram = await startTelegramStandIn({ now: () => now().getTime() });
  const product = await startTestProduct(database, { TELEGRAM_API_ROOT: telegram.apiRoot });
  const { runtime } = product;
  setReactions(reactions);
  const space = await makeWorkspace(db, runtime.vault);
  const shop = { ...space, timeZone: "UTC" };
  const { workspaceId, botId } = space;
  await db.insert(shopSettings).values({ workspaceId, isOpen: true });
  const bot = telegram.addBot({ token: space.token, username: space.botUsername });
  bot.queue.allowed = ["message", "my_chat_member", "chat_join_request"];
  const owner = await makePerson(db, space, { role: "owner" });
  telegram.people.addPerson({ id: owner.telegramId, firstName: "Olha" });
  const workOnce = jobWorker({ database, runtime, now });
  const context = (): ActionContext<Ports> => ({
    ...runtime.contextFor(systemActor(workspaceId), "test"),
    now: now(),
  });

  const rig: AccessRig = {
    database,
    product,
    telegram,
    space,
    owner,
    ownerTelegramId: owner.telegramId,
    botTelegramId: bot.user.id,
    now,
    context,
    pass: (ms) => {
      shiftMs += ms;
    },
    async channel(title = "Northlight Club") {
      const { id } = telegram.people.addChat({ type: "channel", title, ownerId: owner.telegramId });
      telegram.people.promoteBot(id, bot.user.id, owner.telegramId);
      await rig.work();
      const chat = await findChatOfBot(db, botId, id);
      if (!chat) throw new Error("the channel did not arrive");
      return chat;
    },
    async sell(chats, over = {}) {
      const productId = await makeProduct(db, shop, { kind: "access", ...over });
      for (const { id } of chats) {
        const { status } = await rig.call("PUT", `/products/${productId}/chats/${id}`);
        if (status !== 200) throw new Error(`the chat was not taken: ${status}`);
      }
      return productId;
    },
    async customer() {
      const buyer = await makeBuyer(db, shop);
      telegram.people.addPerson({ id: buyer.telegramId, firstName: "Ann" });
      telegram.people.start(bot.user.id, buyer.telegramId);
      const { personId, telegramId } = buyer;
      await registerChat(db, {
        workspaceId,
        botId,
        telegramChatId: telegramId,
        kind: "private",
        title: "Ann",
        personId,
      });
      return { ...buyer, context: () => ({ ...context(), actor: buyer.at(now()).actor }) };
    },
    async buy(who, productId) {
      await grant(db, shop, who, "100");
      const { order } = await placeOrder(who.context(), { productId, method: "balance", currency: "XTR" });
      await rig.work();
      return order.id;
    },
    async refund(orderId) {
      await refundOrder(context(), { orderId, to: "balance" });
      await rig.work();
    },
    async linkFor(who, chat) {
      return (await askForLink(who.context(), { chatId: chat.id })).url;
    },
    mine: async (who) => (await listMyAccess(who.context())).items,
    async follow(who, link) {
      telegram.people.followInvite(who.telegramId, link);
      await rig.work();
    },
    async enter(who, productId, chat) {
      const orderId = await rig.buy(who, productId);
      await rig.follow(who, await rig.linkFor(who, chat));
      return orderId;
    },
    async read() {
      for (const { update } of bot.queue.pending.splice(0))
        await runtime.takeUpdate(
          { botId, workspaceId },
          { ...update },
          { method: "POST", path: "", senderAddress: null },
        );
      await runtime.intake.drain();
      while (await workOnce("inbox.process"));
    },
    async work() {
      do {
        await rig.read();
        while (await workOnce());
      } while (bot.queue.pending.length > 0);
    },
    async only(name) {
      while (await workOnce(name));
    },
    async tick() {
      for (const name of ["shop.end-entitlements", "access.sweep"]) {
        await db.execute(sql`select graphile_worker.add_job(${name}, '{}'::json)`);
        await rig.work();
      }
    },
    standing: (who, chat) => telegram.world.group(chat.telegramChatId).members.get(who.telegramId)?.status ?? "left",
    async accessOf(who, chat) {
      const [row] = await db
        .select()
        .from(chatAccesses)
        .where(and(eq(chatAccesses.personId, who.personId), eq(chatAccesses.chatId, chat.id)));
      return row ?? null;
    },
    stateOf: async (who, chat) => (await rig.accessOf(who, chat))?.state ?? null,
    async toldTo({ telegramId }) {
      const chat = await findChatOfBot(db, botId, telegramId);
      if (!chat) return [];
      const rows = await db.select().from(deliveries).where(eq(deliveries.chatId, chat.id)).orderBy(asc(deliveries.id));
      return rows.map(({ content }) => (content as { html: string }).html);
    },
    async call(method, path, as = owner, body) {
      const sent = body && { "content-type": "application/json" };
      const request = new Request(`http://localhost/api/v1${path}`, {
        method,
        headers: { ...as.headers, ...sent },
        ...(body && { body: JSON.stringify(body) }),
      });
      const answer = await product.server.handle(request);
      return { status: answer.status, body: await answer.json() };
    },
    async close() {
      await product.close();
      await telegram.stop();
      await database.drop();
    },
  };
  return rig;
}
