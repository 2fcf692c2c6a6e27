/** Crypto Pay's methods, as strict as the service is known to be: unknown parameters of the wrong kind are refused by its names. */
import Big from "big.js";
import { assets, fiats, inUsd, normal, rateOf, type StandInInvoice, type StandInTransfer } from "./world.ts";

/** A refusal by the service's own name. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly refusal: string,
  ) {
    super(refusal);
  }
}

export interface Desk {
  appId: number;
  invoices: StandInInvoice[];
  transfers: StandInTransfer[];
  /** What the app holds, by asset. */
  balances: Map<string, Big>;
  /** Telegram ids that never started the bot: nothing can be sent to them. */
  strangers: Set<number>;
  /** New apps may not transfer until that is switched on. */
  canTransfer: boolean;
  now: () => Date;
  nextId: () => number;
}

export type Parameters = Readonly<Record<string, unknown>>;

const text = (given: Parameters, name: string): string | undefined => {
  const value = given[name];
  return value === undefined || value === null ? undefined : String(value);
};

function amountIn(given: Parameters): string {
  const amount = text(given, "amount") ?? "";
  if (!/^\d+(\.\d{1,18})?$/.test(amount)) throw new Refusal(400, "AMOUNT_INVALID");
  if (new Big(amount).lte(0)) throw new Refusal(400, "AMOUNT_TOO_SMALL");
  return amount;
}

function integerIn(given: Parameters, name: string, fallback: number, min: number, max: number): number {
  const value = Number(text(given, name) ?? fallback);
  if (!Number.isInteger(value) || value < min || value > max) throw new Refusal(400, `${name.toUpperCase()}_INVALID`);
  return value;
}

/** Those whose time is over have expired, whoever looks first. */
export function expireIn(desk: Desk): void {
  for (const invoice of desk.invoices)
    if (invoice.status === "active" && invoice.expiration_date && new Date(invoice.expiration_date) <= desk.now())
      invoice.status = "expired";
}

function createInvoice(desk: Desk, given: Parameters): StandInInvoice {
  const type = text(given, "currency_type") ?? "crypto";
  if (type !== "crypto" && type !== "fiat") throw new Refusal(400, "CURRENCY_TYPE_INVALID");
  // As the service does: no refusal, a failure.
  if (Array.isArray(given.accepted_assets)) throw new Refusal(500, "APP_ERROR");
  const asset = text(given, "asset");
  const fiat = text(given, "fiat");
  if (type === "crypto" && !assets.some((one) => one === asset)) throw new Refusal(400, "UNSUPPORTED_ASSET");
  if (type === "fiat" && !fiats.includes(fiat ?? "")) throw new Refusal(400, "UNSUPPORTED_FIAT");
  const accepted = text(given, "accepted_assets")?.split(",");
  if (accepted && (type !== "fiat" || accepted.some((one) => !assets.some((known) => known === one))))
    throw new Refusal(400, "UNSUPPORTED_ASSET");
  const amount = amountIn(given);
  const usd = new Big(amount).times(inUsd[asset ?? fiat ?? ""] ?? "1");
  if (usd.gt(25_000)) throw new Refusal(400, "AMOUNT_TOO_BIG");
  const description = text(given, "description");
  if ((description?.length ?? 0) > 1024) throw new Refusal(400, "DESCRIPTION_TOO_LONG");
  const payload = text(given, "payload");
  if (Buffer.byteLength(payload ?? "") > 4096) throw new Refusal(400, "PAYLOAD_TOO_LONG");
  const button = text(given, "paid_btn_name");
  const buttonUrl = text(given, "paid_btn_url");
  if (button !== undefined && !["viewItem", "openChannel", "openBot", "callback"].includes(button))
    throw new Refusal(400, "PAID_BTN_NAME_INVALID");
  if (button !== undefined && !/^https?:\/\//.test(buttonUrl ?? "")) throw new Refusal(400, "PAID_BTN_URL_REQUIRED");
  const expiresIn = given.expires_in === undefined ? null : integerIn(given, "expires_in", 0, 1, 2_678_400);
  const id = desk.nextId();
  const now = desk.now();
  const invoice: StandInInvoice = {
    invoice_id: id,
    hash: `IV${Bun.hash(`${desk.appId}:${id}`).toString(36).slice(0, 10).padEnd(10, "x")}`,
    currency_type: type,
    ...(type === "crypto" ? { asset: asset ?? "" } : { fiat: fiat ?? "", accepted_assets: accepted ?? [...assets] }),
    amount: normal(amount),
    ...(description && { description }),
    ...(payload && { payload }),
    ...(button && buttonUrl && { paid_btn_name: button, paid_btn_url: buttonUrl }),
    allow_comments: given.allow_comments !== false,
    allow_anonymous: given.allow_anonymous !== false,
    status: "active",
    created_at: now.toISOString(),
    ...(expiresIn !== null && { expiration_date: new Date(now.getTime() + expiresIn * 1000).toISOString() }),
  };
  desk.invoices.push(invoice);
  return invoice;
}

function deleteInvoice(desk: Desk, given: Parameters): true {
  const id = integerIn(given, "invoice_id", 0, 1, Number.MAX_SAFE_INTEGER);
  const at = desk.invoices.findIndex((one) => one.invoice_id === id && one.status === "active");
  if (at < 0) throw new Refusal(400, "INVOICE_NOT_FOUND");
  desk.invoices.splice(at, 1);
  return true;
}

/** Newest first. */
function page<T>(all: readonly T[], given: Parameters): { items: T[] } {
  const offset = integerIn(given, "offset", 0, 0, Number.MAX_SAFE_INTEGER);
  const count = integerIn(given, "count", 100, 1, 1000);
  return { items: all.toReversed().slice(offset, offset + count) };
}

function getInvoices(desk: Desk, given: Parameters): { items: StandInInvoice[] } {
  const status = text(given, "status");
  // `expired` cannot be asked for; such an invoice is found by its id.
  if (status !== undefined && status !== "active" && status !== "paid") throw new Refusal(400, "STATUS_INVALID");
  const ids = text(given, "invoice_ids")?.split(",");
  const [asset, fiat] = [text(given, "asset"), text(given, "fiat")];
  const found = desk.invoices.filter(
    (one) =>
      (status === undefined || one.status === status) &&
      (ids === undefined || ids.includes(String(one.invoice_id))) &&
      (asset === undefined || one.asset === asset) &&
      (fiat === undefined || one.fiat === fiat),
  );
  return page(found, given);
}

function transfer(desk: Desk, given: Parameters): Omit<StandInTransfer, "spend_id"> {
  if (!desk.canTransfer) throw new Refusal(403, "METHOD_DISABLED");
  const spendId = text(given, "spend_id") ?? "";
  if (spendId === "" || [...spendId].length > 64) throw new Refusal(400, "SPEND_ID_INVALID");
  if (desk.transfers.some((one) => one.spend_id === spendId)) throw new Refusal(400, "SPEND_ID_ALREADY_USED");
  const userId = integerIn(given, "user_id", 0, 1, Number.MAX_SAFE_INTEGER);
  if (desk.strangers.has(userId)) throw new Refusal(400, "USER_NOT_FOUND");
  const asset = text(given, "asset") ?? "";
  // The service words an unknown asset so here.
  if (!assets.some((one) => one === asset)) throw new Refusal(400, "AMOUNT_INVALID");
  const amount = amountIn(given);
  const usd = new Big(amount).times(inUsd[asset] ?? "1");
  if (usd.lt("0.9")) throw new Refusal(400, "AMOUNT_TOO_SMALL");
  if (usd.gt(25_000)) throw new Refusal(400, "AMOUNT_TOO_BIG");
  const held = desk.balances.get(asset) ?? new Big(0);
  if (held.lt(amount)) throw new Refusal(400, "NOT_ENOUGH_COINS");
  desk.balances.set(asset, held.minus(amount));
  const comment = text(given, "comment");
  const made = {
    transfer_id: desk.nextId(),
    user_id: String(userId),
    asset,
    amount: normal(amount),
    status: "completed" as const,
    completed_at: desk.now().toISOString(),
    ...(comment && { comment }),
  };
  desk.transfers.push({ ...made, spend_id: spendId });
  return made;
}

function getTransfers(desk: Desk, given: Parameters): { items: StandInTransfer[] } {
  const [spendId, asset] = [text(given, "spend_id"), text(given, "asset")];
  const ids = text(given, "transfer_ids")?.split(",");
  const found = desk.transfers.filter(
    (one) =>
      (spendId === undefined || one.spend_id === spendId) &&
      (asset === undefined || one.asset === asset) &&
      (ids === undefined || ids.includes(String(one.transfer_id))),
  );
  return page(found, given);
}

const getExchangeRates = () =>
  assets
    .filter((asset) => asset !== "JET")
    .flatMap((source) =>
      ["USD", "EUR", "RUB", "UAH"].map((target) => ({
        // A stale one, so that somebody must notice.
        is_valid: !(source === "TRX" && target === "EUR"),
        is_crypto: true,
        is_fiat: false,
        source,
        target,
        rate: rateOf(source, target).toFixed(),
      })),
    );

export function runMethod(desk: Desk, method: string, given: Parameters): unknown {
  expireIn(desk);
  switch (method) {
    case "getMe":
      return { app_id: desk.appId, name: "Stand-in shop", payment_processing_bot_username: "CryptoTestnetBot" };
    case "createInvoice":
      return createInvoice(desk, given);
    case "deleteInvoice":
      return deleteInvoice(desk, given);
    case "getInvoices":
      return getInvoices(desk, given);
    case "transfer":
      return transfer(desk, given);
    case "getTransfers":
      return getTransfers(desk, given);
    case "getBalance":
      return [...desk.balances].map(([currency_code, available]) => ({
        currency_code,
        available: available.toFixed(),
        onhold: "0",
      }));
    case "getExchangeRates":
      return getExchangeRates();
    default:
      return undefined;
  }
}
