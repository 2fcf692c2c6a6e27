/** By what the money of a payment came: the account at its provider, and for Stars the bot. What goes back goes the same way. */
import type { ActionContext } from "@backend/kit/context.ts";
import type { PaymentsPorts } from "./ports.ts";
import {
  type ConnectionRow,
  findConnection,
  findConnectionOf,
  type InvoiceRow,
  type PaymentRow,
  updatePayment,
} from "./queries.ts";
import { askProvider, type Through } from "./reach.ts";

export interface PaymentAccount {
  through: Through;
  botId: string | null;
}

/** The bot that took a payment; older rows have it on their invoice alone. */
export const botOf = (payment: PaymentRow, invoice: InvoiceRow | null): string | null =>
  payment.botId ?? invoice?.botId ?? null;

/**
 * Null when it is not within reach any more: its key was erased and the same account is not connected again, or no bot knows it. An
 * account that is not known to be the payment's is asked whether it knows it. Throws IntegrationError when that cannot be asked.
 */
export async function accountOf(
  ctx: ActionContext<PaymentsPorts>,
  payment: PaymentRow,
  invoice: InvoiceRow | null,
): Promise<PaymentAccount | null> {
  if (payment.provider === "stars") return starsAccountOf(ctx, payment, invoice);
  const known = payment.connectionId === null ? null : await findConnection(ctx.db, payment.connectionId);
  const now = await findConnectionOf(ctx.db, payment.workspaceId, payment.provider);
  if (now && (now.id === known?.id || (now.account !== null && now.account === known?.account)))
    return { through: now, botId: null };
  if (known && known.credentialsSealed !== null) return { through: known, botId: null };
  if (!now || !(await knows(ctx, now, null, payment))) return null;
  await updatePayment(ctx.db, payment.id, { connectionId: now.id });
  return { through: now, botId: null };
}

async function starsAccountOf(
  ctx: ActionContext<PaymentsPorts>,
  payment: PaymentRow,
  invoice: InvoiceRow | null,
): Promise<PaymentAccount | null> {
  const { workspaceId, provider } = payment;
  // A bot is enough: Stars go back whether they are still sold for or not.
  const connection: ConnectionRow | null = await findConnectionOf(ctx.db, workspaceId, provider);
  const through = connection ?? { id: null, workspaceId, provider, credentialsSealed: null, disconnectedAt: null };
  const botId = botOf(payment, invoice);
  if (botId !== null) return { through, botId };
  for (const bot of await ctx.ports.starsBots.listOf(ctx.db, workspaceId))
    if (await knows(ctx, through, bot.botId, payment)) {
      await updatePayment(ctx.db, payment.id, { botId: bot.botId });
      return { through, botId: bot.botId };
    }
  return null;
}

const knows = (
  ctx: ActionContext<PaymentsPorts>,
  through: Through,
  botId: string | null,
  { providerRef }: PaymentRow,
): Promise<boolean> =>
  askProvider(
    ctx,
    through,
    botId,
    async (provider, access) => (await provider.find(access, providerRef))?.payment?.ref === providerRef,
  );
