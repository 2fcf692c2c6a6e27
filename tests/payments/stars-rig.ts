/** The product with a Telegram of its own, whose bots agree to every payment in Stars. */
import { paymentConnections } from "@db/schema/payments.ts";
import { startTelegramStandIn, type TelegramStandIn } from "@sandbox/telegram/index.ts";
import { Api } from "grammy";
import { type CashRig, createCashRig } from "./rig.ts";

export interface StarsRig {
  rig: CashRig;
  telegram: TelegramStandIn;
  /** The workspace's connection of Stars. */
  connectionId: string;
  close(): Promise<void>;
}

export async function createStarsRig(): Promise<StarsRig> {
  // The rig turns the clock, and is made with the address of this Telegram.
  let now = () => new Date();
  const telegram = await startTelegramStandIn({ now: () => now().getTime(), preCheckoutMs: 2_000 });
  const rig = await createCashRig({ TELEGRAM_API_ROOT: telegram.apiRoot });
  now = rig.now;
  const { workspaceId, botUsername, token } = rig.space;
  telegram.addBot({ username: botUsername, token });
  telegram.subscribe((event) => {
    if (event.kind !== "update-queued") return;
    const query = event.update.pre_checkout_query as { id: string } | undefined;
    const bot = telegram.world.bot(event.botId);
    if (query) void new Api(bot.token, { apiRoot: telegram.apiRoot }).answerPreCheckoutQuery(query.id, true);
  });
  const values = { workspaceId, provider: "stars", name: "Telegram Stars" } as const;
  const [row] = await rig.database.db.insert(paymentConnections).values(values).returning();
  return {
    rig,
    telegram,
    connectionId: row?.id ?? "",
    async close() {
      await rig.close();
      await telegram.stop();
    },
  };
}
