import { refundCharge } from "../cashier.ts";
import { badRequest } from "../errors.ts";
import { readMarkup } from "../markup.ts";
import type { Invoice } from "../world.ts";
import type { Call, Method } from "./call.ts";
import { deliver, requirePlace } from "./send.ts";

const MONTH_S = 2_592_000;
const MAX_SUBSCRIPTION_STARS = 10_000;

/** Stars only: one whole price, empty provider token. Rules: Bot API sheet §10. */
function readInvoice({ params, bot, world }: Call): Invoice {
  const title = params.text("title");
  const description = params.text("description");
  const payload = params.text("payload");
  const currency = params.text("currency");
  if (title.length < 1 || [...title].length > 32) throw badRequest("INVOICE_TITLE_INVALID");
  if (description.length < 1 || [...description].length > 255) throw badRequest("INVOICE_DESCRIPTION_INVALID");
  const payloadBytes = Buffer.byteLength(payload);
  if (payloadBytes < 1 || payloadBytes > 128) throw badRequest("INVOICE_PAYLOAD_INVALID");
  if (currency !== "XTR") throw badRequest("CURRENCY_INVALID");
  if (params.text("provider_token") !== "") throw badRequest("PAYMENT_PROVIDER_INVALID");
  const prices = params.list("prices") ?? [];
  const price = prices[0] as { label?: unknown; amount?: unknown } | undefined;
  const amount = Number(price?.amount);
  if (prices.length !== 1 || typeof price?.label !== "string") throw badRequest("STARS_INVOICE_INVALID");
  if (!Number.isInteger(amount) || amount < 1) throw badRequest("INVOICE_PRICES_INVALID");
  return {
    slug: `stx${world.next().toString(36)}${Math.floor(world.random() * 1e12).toString(36)}`,
    botId: bot.user.id,
    title,
    description,
    start_parameter: params.text("start_parameter"),
    currency,
    total_amount: amount,
    payload,
  };
}

const createInvoiceLink: Method = (call) => {
  const invoice = readInvoice(call);
  const period = call.params.integer("subscription_period");
  if (period !== undefined) {
    if (period !== MONTH_S) throw badRequest("SUBSCRIPTION_PERIOD_INVALID");
    if (invoice.total_amount > MAX_SUBSCRIPTION_STARS) throw badRequest("STARS_AMOUNT_INVALID");
    invoice.subscriptionPeriod = period;
  }
  call.world.invoices.set(invoice.slug, invoice);
  return `https://t.me/$${invoice.slug}`;
};

const sendInvoice: Method = (call) => {
  const { conversation, threadId } = requirePlace(call, "text messages");
  const invoice = readInvoice(call);
  const { chat } = conversation;
  const given = readMarkup(call.params.object("reply_markup"), chat, true);
  const markup = given ?? { inline_keyboard: [[{ text: `Pay ⭐${invoice.total_amount}`, pay: true }]] };
  const { title, description, start_parameter, currency, total_amount } = invoice;
  const message = deliver(call, conversation, {
    ...(threadId ? { message_thread_id: threadId, is_topic_message: true } : {}),
    invoice: { title, description, start_parameter, currency, total_amount },
    reply_markup: markup,
  });
  call.world.invoices.set(invoice.slug, { ...invoice, chatId: chat.id, messageId: message.message_id });
  return message;
};

const answerPreCheckoutQuery: Method = ({ params, world, bot }) => {
  const id = params.text("pre_checkout_query_id");
  const waiting = world.preCheckouts.get(id);
  if (waiting?.botId !== bot.user.id)
    throw badRequest("query is too old and response timeout expired or query ID is invalid");
  const isOk = params.flag("ok");
  const errorMessage = params.text("error_message");
  if (!isOk && errorMessage === "") throw badRequest("error_message must be non-empty");
  world.preCheckouts.delete(id);
  waiting.settle(isOk ? { isOk } : { isOk, errorMessage });
  return true;
};

const refundStarPayment: Method = ({ params, world, bot }) => {
  const userId = params.integer("user_id");
  if (!userId) throw badRequest("invalid user_id specified");
  const charge = world.charges.get(params.text("telegram_payment_charge_id"));
  if (!charge || charge.botId !== bot.user.id || charge.personId !== userId) throw badRequest("CHARGE_ID_INVALID");
  if (charge.isRefunded) throw badRequest("CHARGE_ALREADY_REFUNDED");
  refundCharge(world, charge);
  return true;
};

/** Oldest first. */
const getStarTransactions: Method = ({ params, world, bot }) => {
  const offset = params.integer("offset") ?? 0;
  const limit = params.integer("limit") ?? 100;
  if (offset < 0) throw badRequest("OFFSET_INVALID");
  if (limit < 1 || limit > 100) throw badRequest("LIMIT_INVALID");
  return { transactions: (world.starLines.get(bot.user.id) ?? []).slice(offset, offset + limit) };
};

const editUserStarSubscription: Method = ({ params, world, bot }) => {
  const userId = params.integer("user_id");
  if (!userId) throw badRequest("invalid user_id specified");
  const subscription = world.subscriptions.get(params.text("telegram_payment_charge_id"));
  const { botId, personId } = subscription?.first ?? {};
  if (!subscription || botId !== bot.user.id || personId !== userId) throw badRequest("CHARGE_ID_INVALID");
  subscription.isStopped = params.flag("is_canceled");
  return true;
};

export const paymentMethods: Record<string, Method> = {
  createinvoicelink: createInvoiceLink,
  sendinvoice: sendInvoice,
  answerprecheckoutquery: answerPreCheckoutQuery,
  refundstarpayment: refundStarPayment,
  getstartransactions: getStarTransactions,
  edituserstarsubscription: editUserStarSubscription,
};
