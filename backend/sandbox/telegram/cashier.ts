/** Paying with Stars: the bot is asked, then the payment is recorded and told. Rules: Bot API sheet §10. */
import type { Payment } from "./types.ts";
import type { Bot, Charge, Invoice, World } from "./world.ts";

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
  const id = `stx${world.next()}${personId}`;
  const charge: Charge = { id, botId: bot.user.id, personId, invoice, isRefunded: false };
  world.charges.set(charge.id, charge);
  recordPayment(world, bot, charge);
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

function recordPayment(world: World, bot: Bot, charge: Charge): void {
  const { invoice, personId } = charge;
  const payment: Payment & Record<string, unknown> = {
    currency: invoice.currency,
    total_amount: invoice.total_amount,
    invoice_payload: invoice.payload,
    telegram_payment_charge_id: charge.id,
    provider_payment_charge_id: `${personId}_${charge.id.slice(-4)}`,
    ...(invoice.subscriptionPeriod
      ? {
          is_recurring: true,
          is_first_recurring: true,
          subscription_expiration_date: world.seconds() + invoice.subscriptionPeriod,
        }
      : {}),
  };
  const conversation = world.privateChat(bot.user.id, personId);
  const from = world.person(personId).user;
  const message = world.post(conversation, { from, successful_payment: payment }, null);
  world.update(bot, "message", message, conversation.chat.id);
}
