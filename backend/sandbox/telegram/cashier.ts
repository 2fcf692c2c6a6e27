/** Paying with Stars: the bot is asked, then the payment is recorded and told. Rules: Bot API sheet §10. */
import type { Payment } from "./types.ts";
import type { Bot, Charge, Invoice, StarLine, Subscription, World } from "./world.ts";

export type PaymentOutcome = { status: "paid"; charge: Charge } | { status: "failed"; errorMessage: string };

interface Consent {
  isOk: boolean;
  errorMessage?: string;
}

/** The invoice behind a slug, a link, or a message in a chat. */
export function findInvoice(world: World, slugOrLink: string): Invoice {
  const slug = slugOrLink.replace(/^https:\/\/t\.me\/(\$|invoice\/)/, "");
  const invoice = world.invoices.get(slug);
  if (!invoice) throw new Error(`there is no invoice ${slugOrLink}`);
  return invoice;
}

/** Charges the person if the bot agrees within `preCheckoutMs`; silence is a refusal, as in reality. */
export async function payInvoice(
  world: World,
  personId: number,
  invoice: Invoice,
  preCheckoutMs: number,
): Promise<PaymentOutcome> {
  const bot = world.bot(invoice.botId);
  const consent = await askBot(world, bot, personId, invoice, preCheckoutMs);
  if (!consent.isOk) {
    world.journal.publish({ kind: "invoice-changed", slug: invoice.slug, status: "failed" });
    return { status: "failed", errorMessage: consent.errorMessage ?? "BOT_PRECHECKOUT_TIMEOUT" };
  }
  const charge = makeCharge(world, bot, personId, invoice);
  const period = invoice.subscriptionPeriod;
  const began = period === undefined ? null : begin(world, charge, period);
  recordPayment(
    world,
    bot,
    charge,
    began && { is_first_recurring: true, subscription_expiration_date: began.paidUntil },
  );
  world.journal.publish({ kind: "invoice-changed", slug: invoice.slug, status: "paid" });
  return { status: "paid", charge };
}

function askBot(world: World, bot: Bot, personId: number, invoice: Invoice, preCheckoutMs: number): Promise<Consent> {
  const id = `${3_006_000_000_000_000 + world.next()}`;
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      world.preCheckouts.delete(id);
      resolve({ isOk: false });
    }, preCheckoutMs);
    world.preCheckouts.set(id, {
      botId: bot.user.id,
      settle: (outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      },
    });
    const { currency, total_amount, payload } = invoice;
    const query = { id, from: world.person(personId).user, currency, total_amount, invoice_payload: payload };
    world.update(bot, "pre_checkout_query", query, personId);
  });
}

function makeCharge(world: World, bot: Bot, personId: number, invoice: Invoice): Charge {
  const charge: Charge = {
    id: `stx${world.next()}${personId}`,
    botId: bot.user.id,
    personId,
    invoice,
    isRefunded: false,
  };
  world.charges.set(charge.id, charge);
  addLine(world, charge, "source");
  return charge;
}

/** An incoming line has a source, an outgoing one a receiver; a refund has the id of what it gives back. */
function addLine(world: World, charge: Charge, side: "source" | "receiver"): void {
  const { invoice, personId, botId } = charge;
  const partner = {
    type: "user",
    transaction_type: "invoice_payment",
    user: world.person(personId).user,
    invoice_payload: invoice.payload,
    ...(invoice.subscriptionPeriod ? { subscription_period: invoice.subscriptionPeriod } : {}),
  };
  const line: StarLine = { id: charge.id, amount: invoice.total_amount, date: world.seconds(), [side]: partner };
  const lines = world.starLines.get(botId) ?? [];
  world.starLines.set(botId, lines);
  lines.push(line);
}

function begin(world: World, first: Charge, period: number): Subscription {
  const began: Subscription = { first, paidUntil: world.seconds() + period, isCanceled: false, isStopped: false };
  world.subscriptions.set(first.id, began);
  return began;
}

export function findSubscription(world: World, firstChargeId: string): Subscription {
  const found = world.subscriptions.get(firstChargeId);
  if (!found) throw new Error(`no subscription began with ${firstChargeId}`);
  return found;
}

/** The next month: nobody is asked first. Without Stars the bot is told that it failed, and null comes back. */
export function renewSubscription(world: World, firstChargeId: string, hasStars: boolean): Charge | null {
  const subscription = findSubscription(world, firstChargeId);
  const { first } = subscription;
  if (subscription.isCanceled || subscription.isStopped) throw new Error(`${firstChargeId} is not renewed any more`);
  const bot = world.bot(first.botId);
  if (!hasStars) {
    tellOfSubscription(world, subscription, "failed");
    return null;
  }
  subscription.paidUntil += first.invoice.subscriptionPeriod ?? 0;
  const charge = makeCharge(world, bot, first.personId, first.invoice);
  recordPayment(world, bot, charge, { subscription_expiration_date: subscription.paidUntil });
  return charge;
}

/** The person gives it up, or takes that back. */
export function changeSubscription(world: World, firstChargeId: string, isCanceled: boolean): void {
  const subscription = findSubscription(world, firstChargeId);
  subscription.isCanceled = isCanceled;
  tellOfSubscription(world, subscription, isCanceled ? "canceled" : "active");
}

function tellOfSubscription(world: World, { first }: Subscription, state: "canceled" | "active" | "failed"): void {
  const { user } = world.person(first.personId);
  const news = { user, invoice_payload: first.invoice.payload, state };
  world.update(world.bot(first.botId), "subscription", news, first.personId);
}

/** Gives a charge back: the bot's account, and both sides are told in the chat. */
export function refundCharge(world: World, charge: Charge): void {
  charge.isRefunded = true;
  addLine(world, charge, "receiver");
  const bot = world.bot(charge.botId);
  const conversation = world.privateChat(charge.botId, charge.personId);
  const message = world.post(conversation, { from: bot.user, refunded_payment: paymentOf(charge) }, charge.botId);
  world.update(bot, "message", message, conversation.chat.id);
}

const paymentOf = ({ id, personId, invoice }: Charge): Payment => ({
  currency: invoice.currency,
  total_amount: invoice.total_amount,
  invoice_payload: invoice.payload,
  telegram_payment_charge_id: id,
  provider_payment_charge_id: `${personId}_${id.slice(-4)}`,
});

/** `recurring`: what a subscription's payment says besides. */
function recordPayment(world: World, bot: Bot, charge: Charge, recurring: Record<string, unknown> | null): void {
  const payment = { ...paymentOf(charge), ...(recurring && { is_recurring: true, ...recurring }) };
  const conversation = world.privateChat(bot.user.id, charge.personId);
  const from = world.person(charge.personId).user;
  const message = world.post(conversation, { from, successful_payment: payment }, null);
  world.update(bot, "message", message, conversation.chat.id);
}
