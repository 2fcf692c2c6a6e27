import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type CryptoPayStandIn, signUpdate, startCryptoPayStandIn } from "./index.ts";

interface Heard {
  body: string;
  signature: string | null;
}

let service: CryptoPayStandIn;
let shop: Bun.Server<undefined>;
let heard: Heard[];
let answers: number[];
beforeEach(() => {
  heard = [];
  answers = [];
  shop = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      heard.push({ body: await request.text(), signature: request.headers.get("crypto-pay-api-signature") });
      return new Response("", { status: answers.shift() ?? 200 });
    },
  });
  service = startCryptoPayStandIn({ retryScale: 0 });
  service.webhookUrl = `http://127.0.0.1:${shop.port}/`;
});
afterEach(async () => {
  await service.stop();
  await shop.stop(true);
});

const ask = (method: string, body: unknown = {}, token = service.token) =>
  fetch(`${service.url}/api/${method}`, {
    method: "POST",
    headers: { "crypto-pay-api-token": token, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const refusalOf = async (method: string, body: unknown = {}, token = service.token) => {
  const answer = await ask(method, body, token);
  const { error } = (await answer.json()) as { error?: { name: string; code: number } };
  return [answer.status, error?.name];
};
const usdt = { asset: "USDT", amount: "2.00", payload: "ref-1" };
const make = async (over: object = {}) => {
  const answer = (await (await ask("createInvoice", { ...usdt, ...over })).json()) as {
    result: { invoice_id: number; hash: string };
  };
  return answer.result;
};
const updateIds = () => heard.map(({ body }) => (JSON.parse(body) as { update_id: number }).update_id);
const invoiceIds = () =>
  heard.map(({ body }) => (JSON.parse(body) as { payload: { invoice_id: number } }).payload.invoice_id);

describe("calls", () => {
  test("need the token, and a method that exists", async () => {
    expect(await refusalOf("getMe", {}, "1:x")).toEqual([401, "UNAUTHORIZED"]);
    expect((await ask("noSuchMethod")).status).toBe(404);
    expect(await (await ask("getMe")).json()).toEqual({
      ok: true,
      result: { app_id: 100200, name: "Stand-in shop", payment_processing_bot_username: "CryptoTestnetBot" },
    });
  });

  test("refuse by the service's names what it refuses", async () => {
    const cases: [object, unknown[]][] = [
      [{ asset: "NOPE" }, [400, "UNSUPPORTED_ASSET"]],
      [{ amount: "x" }, [400, "AMOUNT_INVALID"]],
      [{ amount: "0" }, [400, "AMOUNT_TOO_SMALL"]],
      [{ amount: "99999" }, [400, "AMOUNT_TOO_BIG"]],
      [{ paid_btn_name: "openBot" }, [400, "PAID_BTN_URL_REQUIRED"]],
      [{ expires_in: 0 }, [400, "EXPIRES_IN_INVALID"]],
      [{ currency_type: "fiat", fiat: "USD", accepted_assets: ["USDT"] }, [500, "APP_ERROR"]],
    ];
    for (const [over, wanted] of cases)
      expect([over, await refusalOf("createInvoice", { ...usdt, ...over })]).toEqual([over, wanted]);
    expect(service.invoices).toEqual([]);
  });

  test("find invoices by status and id, and an expired one only by its id", async () => {
    const [one, two] = [await make(), await make()];
    service.expire(one.invoice_id);
    const items = async (filter: object) =>
      ((await (await ask("getInvoices", filter)).json()) as { result: { items: { invoice_id: number }[] } }).result
        .items;
    expect((await items({ status: "active" })).map(({ invoice_id }) => invoice_id)).toEqual([two.invoice_id]);
    expect(await refusalOf("getInvoices", { status: "expired" })).toEqual([400, "STATUS_INVALID"]);
    expect((await items({ invoice_ids: String(one.invoice_id) })).length).toBe(1);
  });

  test("keep the books: what came less the fee, less what was sent, and a spend_id counts once for ever", async () => {
    const { invoice_id } = await make({ amount: "100" });
    service.pay(invoice_id);
    expect(service.balances.get("USDT")?.toFixed()).toBe("97");
    const send = { user_id: 7, asset: "USDT", amount: "50", spend_id: "r-1" };
    expect((await ask("transfer", send)).status).toBe(200);
    expect(await refusalOf("transfer", send)).toEqual([400, "SPEND_ID_ALREADY_USED"]);
    expect(await refusalOf("transfer", { ...send, spend_id: "r-2" })).toEqual([400, "NOT_ENOUGH_COINS"]);
    expect(service.balances.get("USDT")?.toFixed()).toBe("47");
    expect(service.transfers.length).toBe(1);
  });
});

describe("updates", () => {
  test("are signed, and come again until they are answered with 200", async () => {
    answers = [500, 502, 200];
    const { invoice_id } = await make();
    service.pay(invoice_id);
    await service.delivery.settled();
    expect(heard.length).toBe(3);
    for (const { body, signature } of heard) expect(signature).toBe(signUpdate(service.token, body));
    expect(new Set(invoiceIds())).toEqual(new Set([invoice_id]));
  });

  test("end the webhook when none of seventeen is taken", async () => {
    answers = Array.from({ length: 40 }, () => 500);
    const { invoice_id } = await make();
    service.pay(invoice_id);
    await service.delivery.settled();
    expect([heard.length, service.webhookUrl]).toEqual([17, null]);
  });

  test("are lost, doubled, changed, turned around, or of one number, when they are told to", async () => {
    const pay = async () => {
      const { invoice_id } = await make();
      service.pay(invoice_id);
      return invoice_id;
    };
    service.delivery.fail("drop");
    await pay();
    await service.delivery.settled();
    expect(heard).toEqual([]);

    service.delivery.fail("duplicate");
    const doubled = await pay();
    await service.delivery.settled();
    expect(invoiceIds()).toEqual([doubled, doubled]);

    heard = [];
    service.delivery.fail("changed_byte");
    await pay();
    await service.delivery.settled();
    expect(heard.map(({ body, signature }) => signature === signUpdate(service.token, body))).toEqual([false]);

    heard = [];
    service.delivery.fail("hold", 2);
    const [first, second] = [await pay(), await pay()];
    service.delivery.release();
    await service.delivery.settled();
    expect(invoiceIds().toSorted()).toEqual([first, second].toSorted());

    heard = [];
    service.updateId = 7;
    await pay();
    await pay();
    await service.delivery.settled();
    expect(updateIds()).toEqual([7, 7]);
  });
});

test("somebody pays on its page, once; whoever cancels can come back", async () => {
  const { hash, invoice_id } = await make({ paid_btn_name: "openBot", paid_btn_url: "https://t.me/x?startapp=a&b=1" });
  const page = `${service.url}/invoices/${hash}`;
  const press = async (deed: string) =>
    (await fetch(page, { method: "POST", body: new URLSearchParams({ deed }) })).text();
  expect(await (await fetch(page)).text()).toContain("2 USDT");
  expect(await press("cancel")).toContain("Pay</button>");
  const paid = await press("pay");
  expect(paid).toContain("Paid.");
  expect(paid).toContain("https://t.me/x?startapp=a&amp;b=1");
  await press("pay");
  await service.delivery.settled();
  expect(invoiceIds()).toEqual([invoice_id]);
  expect((await fetch(`${service.url}/invoices/none`)).status).toBe(404);
});
