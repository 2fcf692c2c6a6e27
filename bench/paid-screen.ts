/** An open screen of an order: how long from a provider's webhook until it shows what was paid for. */
import { createVault } from "@backend/kit/crypto.ts";
import { makePerson } from "@backend/modules/identity/testing.ts";
import type { MyOrder, PlacedOrder } from "@backend/modules/shop/contracts.ts";
import { makeProduct } from "@backend/modules/shop/testing.ts";
import { paymentConnections } from "@db/schema/payments.ts";
import { shopSettings } from "@db/schema/shop.ts";
import { startCryptoPayStandIn } from "@sandbox/crypto-pay/index.ts";
import { createRig } from "./product.ts";
import { ascending, atMost, percentile, type Row, type RunOptions, row } from "./row.ts";

/** Longer than any order takes: then something is broken, and nothing is measured. */
const patienceMs = 20_000;

interface Screen {
  /** The next word about the order; throws when none comes. */
  heard(orderId: string): Promise<void>;
  close(): void;
}

/** Follows the live stream as the app does: names of what has changed, no data. */
async function openScreen(url: string, headers: Record<string, string>): Promise<Screen> {
  const ending = new AbortController();
  const asked = { headers: { ...headers, accept: "text/event-stream" }, signal: ending.signal };
  const answer = await fetch(`${url}/live`, asked);
  if (!answer.ok || !answer.body) throw new Error(`the live stream answered ${answer.status}`);
  const { body } = answer;
  let listen = (_line: string) => {};
  void (async () => {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of body) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) listen(line);
    }
  })().catch(() => {});
  return {
    heard: (orderId) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`order ${orderId}: nothing heard`)), patienceMs);
        listen = (line) => {
          if (!line.startsWith("data:") || !line.includes(orderId)) return;
          clearTimeout(timer);
          resolve();
        };
      }),
    close: () => ending.abort(),
  };
}

/**
 * One customer after another order: the webhook is posted, the product asks the provider, settles and gives, the screen hears of it and
 * reads the order, until it says completed. The provider's answer is on the same machine, and in the figure.
 */
export async function measureScreen({ runs, isQuick, say }: RunOptions): Promise<Row[]> {
  const rig = await createRig();
  const crypto = startCryptoPayStandIn();
  try {
    const server = await rig.start({ CRYPTO_PAY_API_URL: crypto.url, OUTBOUND_ALLOW_PRIVATE: "true" });
    const { db } = rig.database;
    const { id: botId, workspaceId, telegramId } = await rig.platformBot();
    const { token } = rig.telegram.world.bot(telegramId);
    const space = { workspaceId, botId, botUsername: "", token };
    const [connection] = await db
      .insert(paymentConnections)
      .values({
        ...{ workspaceId, provider: "crypto_pay", account: String(crypto.appId), name: "Bench", isTest: true },
        credentialsSealed: createVault(rig.secretsKey).seal(crypto.token),
      })
      .returning();
    await db
      .insert(shopSettings)
      .values({ workspaceId, isOpen: true })
      .onConflictDoUpdate({ target: shopSettings.workspaceId, set: { isOpen: true } });
    const prices = [{ method: "crypto_pay" as const, currency: "USD", amount: "20" }];
    const productId = await makeProduct(db, { ...space, timeZone: "UTC" }, { prices });
    crypto.webhookUrl = `http://127.0.0.1:${server.port}/webhooks/crypto-pay/${connection?.id}`;
    const api = `http://127.0.0.1:${server.port}/api/v1`;

    const took: number[] = [];
    const reads: number[] = [];
    const count = isQuick ? 20 : 120;
    for (let run = 0; run < runs; run++) {
      const { headers } = await makePerson(db, space);
      const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
        const own = { "content-type": "application/json", "idempotency-key": globalThis.crypto.randomUUID() };
        const answer = await fetch(api + path, {
          method,
          headers: { ...headers, ...(body && own) },
          ...(body && { body: JSON.stringify(body) }),
        });
        if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
        return (await answer.json()) as T;
      };
      const screen = await openScreen(api, headers);
      for (let n = 0; n < count; n++) {
        const ask = { productId, method: "crypto_pay", currency: "USD" };
        const { order } = await call<PlacedOrder>("POST", "/my/orders", ask);
        const read = () => call<MyOrder>("GET", `/my/orders/${order.id}`);
        while ((await read()).invoice?.state !== "open") await Bun.sleep(10);
        const readAt = performance.now();
        await read();
        reads.push(performance.now() - readAt);
        let next = screen.heard(order.id);
        const paidAt = performance.now();
        crypto.pay(crypto.invoices.at(-1)?.invoice_id ?? 0);
        for (let state = order.state; state !== "completed"; state = (await read()).state) {
          await next;
          // Before the read: what changes meanwhile is heard of. After the last one nobody listens.
          next = screen.heard(order.id);
          next.catch(() => {});
        }
        took.push(performance.now() - paidAt);
      }
      screen.close();
      say(`run ${run + 1}: p50 ${percentile(ascending(took), 0.5).toFixed(0)} ms over ${took.length} orders`);
    }
    const at = (share: number) => percentile(ascending(took), share);
    return [
      row({
        what: "webhook posted to “active” on the open screen, p50",
        value: at(0.5),
        unit: "ms",
        floor: { what: "the screen's read alone, p50", value: percentile(ascending(reads), 0.5) },
        target: atMost(300),
      }),
      row({
        what: "webhook posted to “active” on the open screen, p99",
        value: at(0.99),
        unit: "ms",
        target: atMost(2_000),
      }),
    ];
  } finally {
    await rig.close();
    await crypto.stop();
  }
}
