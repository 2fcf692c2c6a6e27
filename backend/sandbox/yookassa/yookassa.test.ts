import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { startYookassaStandIn, type YookassaStandIn } from "./index.ts";

let service: YookassaStandIn;
let shop: Bun.Server<undefined>;
let heard: { event: string; object: { id: string } }[];
let answers: number[];
let now: Date;
beforeEach(() => {
  heard = [];
  answers = [];
  now = new Date("2026-11-20T10:00:00Z");
  shop = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      heard.push((await request.json()) as (typeof heard)[number]);
      return new Response("", { status: answers.shift() ?? 200 });
    },
  });
  service = startYookassaStandIn({ retryScale: 0, now: () => now });
  service.notificationUrl = `http://127.0.0.1:${shop.port}/`;
});
afterEach(async () => {
  await service.stop();
  await shop.stop(true);
});

const auth = () => `Basic ${btoa(`${service.shopId}:${service.secretKey}`)}`;
const post = (path: string, body: unknown, key: string | null = crypto.randomUUID()) =>
  fetch(`${service.url}/${path}`, {
    method: "POST",
    headers: { authorization: auth(), "content-type": "application/json", ...(key && { "idempotence-key": key }) },
    body: JSON.stringify(body),
  });
const sale = {
  amount: { value: "100.00", currency: "RUB" },
  capture: true,
  confirmation: { type: "redirect", return_url: "https://t.me/x?startapp=a" },
  metadata: { reference: "r-1" },
};
const make = async (over: object = {}, key?: string) =>
  (await (await post("payments", { ...sale, ...over }, key)).json()) as {
    id: string;
    confirmation: { confirmation_url: string };
  };
const events = () => heard.map(({ event, object }) => `${event} ${object.id}`);

describe("calls", () => {
  test("need the shop's key, an idempotence key, and a path that exists", async () => {
    const asked = await fetch(`${service.url}/me`, { headers: { authorization: `Basic ${btoa("1:x")}` } });
    expect([asked.status, ((await asked.json()) as { code: string }).code]).toEqual([401, "invalid_credentials"]);
    for (const key of [null, "k".repeat(65)]) expect((await post("payments", sale, key)).status).toBe(400);
    expect((await fetch(`${service.url}/nothing`, { headers: { authorization: auth() } })).status).toBe(404);
  });

  test("with one key are one payment for 24 hours, and a new one after", async () => {
    const first = await make({}, "k-1");
    expect(await make({}, "k-1")).toEqual(first);
    expect((await post("payments", { ...sale, description: "other" }, "k-1")).status).toBe(400);
    now = new Date("2026-11-21T10:00:00Z");
    expect((await make({}, "k-1")).id).not.toBe(first.id);
  });

  test("refuse amounts, addresses and texts that the service refuses, and name the field", async () => {
    const cases: [object, string][] = [
      [{ amount: { value: "100", currency: "RUB" } }, "amount.value"],
      [{ amount: { value: 100, currency: "RUB" } }, "amount.value"],
      [{ amount: { value: "100.00", currency: "USD" } }, "amount.currency"],
      [{ capture: undefined }, "capture"],
      [{ confirmation: { type: "redirect" } }, "confirmation.return_url"],
      [{ description: "x".repeat(129) }, "description"],
      [{ metadata: { reference: 1 } }, "metadata"],
      [{ receipt: { customer: { email: "a@b.cd" }, items: [] } }, "receipt.items"],
    ];
    for (const [over, field] of cases) {
      const answer = await post("payments", { ...sale, ...over });
      expect([answer.status, ((await answer.json()) as { parameter: string }).parameter]).toEqual([400, field]);
    }
    expect(service.payments).toEqual([]);
  });

  test("keep the books: what came without the fee, less what went back, never more than was paid", async () => {
    const { id } = await make();
    service.pay(id);
    service.pay((await make()).id);
    expect(service.balance()).toBe("191.46");
    const back = (value: string) => post("refunds", { payment_id: id, amount: { value, currency: "RUB" } });
    expect((await back("60.00")).status).toBe(200);
    expect((await back("50.00")).status).toBe(400);
    expect((await back("39.50")).status).toBe(400);
    expect((await back("40.00")).status).toBe(200);
    expect((await back("1.00")).status).toBe(400);
    expect(service.balance()).toBe("91.46");
  });
});

describe("notifications", () => {
  test("tell of payments and refunds, and come again until they are answered with 200", async () => {
    answers = [500, 204];
    const { id } = await make();
    service.pay(id);
    await service.delivery.settled();
    expect(events()).toEqual(Array(3).fill(`payment.succeeded ${id}`));
    heard = [];
    service.pay((await make()).id);
    await service.delivery.settled();
    const refund = service.refundOutside(id, "10.00");
    await service.delivery.settled();
    expect(events().at(-1)).toBe(`refund.succeeded ${refund.id}`);
  });

  test("tell of a payment that nobody made within the hour", async () => {
    const { id } = await make();
    now = new Date("2026-11-20T11:00:00Z");
    await fetch(`${service.url}/payments`, { headers: { authorization: auth() } });
    await service.delivery.settled();
    expect(events()).toEqual([`payment.canceled ${id}`]);
    expect(() => service.pay(id)).toThrow();
  });

  test("say nothing of a refund that failed", async () => {
    const { id } = await make();
    service.pay(id);
    service.refundsWait = true;
    await service.delivery.settled();
    heard = [];
    const refund = service.refundOutside(id, "10.00");
    service.decideRefund(refund.id, false);
    await service.delivery.settled();
    expect(heard).toEqual([]);
  });
});

test("somebody pays on its page, once, or cancels there", async () => {
  const { id, confirmation } = await make();
  const press = async (address: string, deed: string) =>
    (await fetch(address, { method: "POST", body: new URLSearchParams({ deed }) })).text();
  expect(await (await fetch(confirmation.confirmation_url)).text()).toContain("100.00 RUB");
  expect(await press(confirmation.confirmation_url, "pay")).toContain("Paid.");
  expect(await press(confirmation.confirmation_url, "cancel")).toContain("Paid.");
  const other = await make();
  expect(await press(other.confirmation.confirmation_url, "cancel")).toContain("paid no more");
  await service.delivery.settled();
  expect(events()).toEqual([`payment.succeeded ${id}`, `payment.canceled ${other.id}`]);
});
