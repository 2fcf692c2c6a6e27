/** Sandbox mode: the outside world on loopback, peopled. Started when there is no BOT_TOKEN, never otherwise. */
import { type CryptoPayStandIn, startCryptoPayStandIn } from "./crypto-pay/index.ts";
import { type KeitaroStandIn, startKeitaroStandIn } from "./keitaro/index.ts";
import { startTelegramStandIn, type TelegramStandIn } from "./telegram/index.ts";
import { createDemoWorker, type DemoWorker } from "./worker/index.ts";
import {
  sandboxBot,
  sandboxChannel,
  sandboxClub,
  sandboxGroup,
  sandboxMoreBots,
  sandboxPeople,
  sandboxSpareBot,
} from "./world.ts";
import { startYookassaStandIn, type YookassaStandIn } from "./yookassa/index.ts";

export interface Sandbox {
  telegram: TelegramStandIn;
  /** The tracker of the demo's first connection. */
  keitaro: KeitaroStandIn;
  /** The demo team's app at Crypto Pay and its shop at YooKassa. */
  cryptoPay: CryptoPayStandIn;
  yookassa: YookassaStandIn;
  /** Works on the posts of the demo's customers once it is employed. */
  worker: DemoWorker;
  /** What the product gets in place of BOT_TOKEN, TELEGRAM_API_ROOT and ADMIN_TELEGRAM_IDS. */
  botToken: string;
  apiRoot: string;
  adminTelegramIds: number[];
  /**
   * Brings the people and the bot together. `isFirst`: as it happens in life (people press Start, the bot is added, topics are
   * made), each with its update; otherwise silently, as what has been since before.
   */
  meet(isFirst: boolean): void;
  stop(): Promise<void>;
}

export async function startSandbox(): Promise<Sandbox> {
  // Update ids grow from start to start: the product remembers which it has seen.
  const telegram = await startTelegramStandIn({ firstUpdateId: Math.floor(Date.now() / 1000) });
  const [bot, ...more] = [sandboxBot, ...sandboxMoreBots].map(({ token, username, name }) =>
    telegram.addBot({ token, username, firstName: name, canManageBots: token === sandboxBot.token }),
  );
  if (!bot) throw new Error("the sandbox has no bot");
  telegram.addBot({ ...sandboxSpareBot, firstName: sandboxSpareBot.name });
  const { owner, buyer, customer } = sandboxPeople;
  for (const { role: _, ...person } of [owner, buyer, customer]) telegram.people.addPerson(person);
  telegram.people.addChat({
    type: "supergroup",
    id: sandboxGroup.id,
    title: sandboxGroup.title,
    isForum: true,
    ownerId: owner.id,
    memberIds: [buyer.id],
  });
  telegram.people.addChat({
    type: "channel",
    ...sandboxChannel,
    ownerId: owner.id,
    memberIds: [buyer.id, customer.id],
  });
  telegram.people.addChat({ type: "channel", ...sandboxClub, ownerId: owner.id });
  const keitaro = startKeitaroStandIn();
  // Ids grow from start to start here too: the product remembers whose money it has seen.
  const cryptoPay = startCryptoPayStandIn({ firstId: Math.floor(Date.now() / 1000) });
  const yookassa = startYookassaStandIn();
  const worker = createDemoWorker();
  return {
    telegram,
    keitaro,
    cryptoPay,
    yookassa,
    worker,
    botToken: bot.token,
    apiRoot: telegram.apiRoot,
    adminTelegramIds: [owner.id],
    meet(isFirst) {
      const { people, world } = telegram;
      if (isFirst) {
        people.start(bot.user.id, owner.id);
        people.start(bot.user.id, buyer.id);
        for (const another of more) for (const person of [owner, customer]) people.start(another.user.id, person.id);
        people.promoteBot(sandboxGroup.id, bot.user.id, owner.id);
        people.addBotToChat(sandboxChannel.id, bot.user.id, owner.id);
        people.promoteBot(sandboxClub.id, bot.user.id, owner.id);
        for (const topic of sandboxGroup.topics)
          people.makeTopic(sandboxGroup.id, topic.name, owner.id, topic.threadId);
        return;
      }
      const met = [
        ...[owner, buyer].map((person) => [bot, person] as const),
        ...more.flatMap((another) => [owner, customer].map((person) => [another, person] as const)),
      ];
      for (const [one, person] of met) {
        const terms = world.privateChat(one.user.id, person.id).private;
        if (terms) terms.isStarted = true;
      }
      const group = world.group(sandboxGroup.id);
      world.setMember(group, bot.user, "administrator");
      for (const { threadId, name } of sandboxGroup.topics)
        group.topics.set(threadId, { id: threadId, name, isClosed: false, isDeleted: false });
      group.nextMessageId = Math.max(group.nextMessageId, 1_000);
      world.setMember(world.group(sandboxChannel.id), bot.user, "administrator");
      world.setMember(world.group(sandboxClub.id), bot.user, "administrator");
    },
    async stop() {
      await worker.stop();
      await Promise.all([keitaro.stop(), cryptoPay.stop(), yookassa.stop()]);
      await telegram.stop();
    },
  };
}
