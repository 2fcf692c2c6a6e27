/** Stars that came or went back, and what becomes of subscriptions, as Telegram tells a bot of them; /paysupport and /terms, which it expects of bots that sell. */
import { noteStarsRefund, noteStarsSubscription, takeStarsPayment } from "@backend/modules/payments/index.ts";
import { Composer } from "grammy";
import { type BotContext, wordsOf } from "../context.ts";
import { escapeHtml } from "../html.ts";
import { appButton } from "../keyboards.ts";
import { meet } from "./start.ts";

export const paymentsFeature = new Composer<BotContext>();

/** The only currency without a provider's token; money of other kinds is none of ours. */
const stars = "XTR";

paymentsFeature.on("message:successful_payment", async (ctx) => {
  const paid = ctx.message.successful_payment;
  if (paid.currency !== stars) return ctx.edge.ignore("a payment in another currency than Stars");
  // Whoever paid may be written to, and is known from here on; being blocked does not make his money another's.
  if (ctx.chat.type === "private") await meet(ctx);
  const { paymentId, isNew } = await takeStarsPayment(ctx.edge.action, {
    botId: ctx.edge.bot.id,
    payload: paid.invoice_payload,
    payerTelegramId: ctx.from?.id ?? ctx.chat.id,
    amount: paid.total_amount,
    currency: paid.currency,
    chargeId: paid.telegram_payment_charge_id,
    isRenewal: paid.is_recurring === true && paid.is_first_recurring !== true,
    paidAt: new Date(ctx.message.date * 1000),
  });
  ctx.edge.done({ paymentId, isNew });
});

paymentsFeature.on("message:refunded_payment", async (ctx) => {
  const { currency, telegram_payment_charge_id: chargeId, total_amount: amount } = ctx.message.refunded_payment;
  // Who wrote this message is not documented: only the charge is looked at.
  if (currency !== stars) return ctx.edge.ignore("a refund in another currency than Stars");
  if (await noteStarsRefund(ctx.edge.action, { chargeId, amount })) ctx.edge.done({ refunded: chargeId });
  else ctx.edge.ignore("a refund of a payment that is not ours");
});

paymentsFeature.on("subscription", async (ctx) => {
  const { user, invoice_payload: payload, state } = ctx.subscription;
  const news = { payload, subscriberTelegramId: user.id, state };
  if (await noteStarsSubscription(ctx.edge.action, news)) ctx.edge.done({ subscription: state });
  else ctx.edge.ignore("a subscription that is not ours");
});

const inPrivate = paymentsFeature.chatType("private");

inPrivate.command("paysupport", async (ctx) => {
  const met = await meet(ctx);
  if (!met) return;
  const { db, ports } = ctx.edge.action;
  const { canLaunchApp, readSupport } = ports;
  const t = wordsOf(met.actor);
  const contact = await readSupport(db, met.actor);
  const lines = [t("bots.paysupport.text"), ...(contact ? [t("bots.paysupport.contact", { contact })] : [])];
  await ctx.edge.reply(met.chat, {
    kind: "text",
    html: lines.map(escapeHtml).join("\n\n"),
    ...appButton(t, canLaunchApp),
  });
  ctx.edge.done({ command: "paysupport" });
});

inPrivate.command("terms", async (ctx) => {
  const met = await meet(ctx);
  if (!met) return;
  const t = wordsOf(met.actor);
  await ctx.edge.reply(met.chat, {
    kind: "text",
    html: escapeHtml(t("bots.terms.text")),
    ...appButton(t, ctx.edge.action.ports.canLaunchApp),
  });
  ctx.edge.done({ command: "terms" });
});
