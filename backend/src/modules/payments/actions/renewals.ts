/** Whether a subscription's next month is charged: what is wanted of it, and having the provider do it. */
import { systemClock } from "@backend/kit/clock.ts";
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { publish } from "@backend/kit/events.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { knownPersons } from "@backend/modules/identity/index.ts";
import type { Db } from "@db/client.ts";
import { subscriptionMoved } from "../events.ts";
import { setRenewalJob } from "../jobs.ts";
import { accountOf } from "../payment-account.ts";
import type { PaymentsPorts, ProviderProblem } from "../ports.ts";
import { findInvoice, type InvoiceRow } from "../queries.ts";
import { askProvider, problemOf } from "../reach.ts";
import {
  findFirstPayment,
  findRenewal,
  findSubscription,
  listRenewalsToTell,
  listSubscriptionsOf,
  noteProblem,
  saveRenewal,
  settleRenewal,
  tellAtMostMs,
} from "../renewal-queries.ts";
import { lockTill } from "./lock-till.ts";

/** What whoever sells wants of a subscription, which he knows by the order that it began with. */
interface RenewalChoice {
  workspaceId: string;
  orderId: string;
  isOn: boolean;
}

/**
 * Reaction to such choices, in their transaction: each is kept, and a job has the provider do it. What is so already, and nothing else
 * wanted, is not asked for.
 */
export async function chooseRenewals(db: Db, choices: readonly RenewalChoice[]): Promise<void> {
  for (const choice of choices) await chooseRenewal(db, choice, systemClock());
}

async function chooseRenewal(db: Db, { workspaceId, orderId, isOn }: RenewalChoice, now: Date): Promise<void> {
  const invoice = await findSubscription(db, workspaceId, orderId);
  if (invoice) await want(db, invoice, isOn, now);
}

async function want(db: Db, invoice: InvoiceRow, isOn: boolean, now: Date): Promise<void> {
  const known = await findRenewal(db, invoice.id);
  const isSo = (known?.isAskedOn ?? null) === null && (known?.state ?? "on") === (isOn ? "on" : "off");
  if (isSo) return;
  await saveRenewal(db, invoice.id, { isAskedOn: isOn, askedAt: now, problem: null });
  await tell(db, invoice);
}

/**
 * The payer's Telegram id goes with the job: when he is erased it is nowhere else any more. Who pays is whom the link was for, unless a member
 * accepted the money of somebody else.
 */
async function tell(
  db: Db,
  { id: invoiceId, workspaceId, personId }: Pick<InvoiceRow, "id" | "workspaceId" | "personId">,
): Promise<void> {
  const person = personId === null ? undefined : (await knownPersons(db, workspaceId, [personId])).get(personId);
  const payerTelegramId = (await findFirstPayment(db, invoiceId))?.payerTelegramId ?? person?.telegramId ?? null;
  if (payerTelegramId !== null) await enqueue(db, setRenewalJob, { workspaceId, invoiceId, payerTelegramId });
}

/** What the provider has not taken for a reason of its own is tried again every night, as long as it matters. */
export async function tellRenewalsAgain(ctx: ActionContext): Promise<void> {
  const waiting = await listRenewalsToTell(ctx.db, new Date(ctx.now.getTime() - tellAtMostMs));
  for (const { invoiceId: id, ...of } of waiting) await tell(ctx.db, { id, ...of });
}

/**
 * The job: has the provider do what is wanted now, as often as it takes. A failure that a repeat may mend is thrown; another one is kept
 * and told once, and the wish stands: a month that is charged against it waits for a person.
 */
export async function setRenewal(
  ctx: ActionContext<PaymentsPorts>,
  input: { workspaceId: string; invoiceId: string; payerTelegramId: number },
): Promise<void> {
  const { workspaceId, invoiceId, payerTelegramId } = input;
  const invoice = await findInvoice(ctx.db, workspaceId, invoiceId);
  const payment = await findFirstPayment(ctx.db, invoiceId);
  const isOn = (await findRenewal(ctx.db, invoiceId))?.isAskedOn ?? null;
  if (!invoice || !payment || isOn === null) return;
  try {
    const account = await accountOf(ctx, payment, invoice);
    if (!account) return await refuse(ctx, invoice, "bot_gone");
    const request = { paymentRef: payment.providerRef, payerTelegramId, isOn };
    await askProvider(ctx, account.through, account.botId, async (provider, access) =>
      provider.setRenewal?.(access, request),
    );
  } catch (error) {
    if (!(error instanceof IntegrationError) || error.options.retryable) throw error;
    return refuse(ctx, invoice, problemOf(error));
  }
  await inTransaction(ctx, async ({ db }) => {
    await lockTill(db, workspaceId);
    await publish(db, subscriptionMoved, { ...factOf(invoice), state: isOn ? "resumed" : "stopped" });
    await settleRenewal(db, invoiceId, isOn);
  });
}

const factOf = ({ id: invoiceId, workspaceId, orderId }: InvoiceRow) => ({ workspaceId, invoiceId, orderId });

function refuse(ctx: ActionContext, invoice: InvoiceRow, problem: ProviderProblem): Promise<void> {
  const { workspaceId, id: invoiceId } = invoice;
  ctx.log.warn({ workspaceId, invoiceId, problem }, "a subscription's renewal could not be changed");
  return inTransaction(ctx, async ({ db }) => {
    await lockTill(db, workspaceId);
    const known = await findRenewal(db, invoiceId);
    if (known?.problem !== null) return;
    await publish(db, subscriptionMoved, { ...factOf(invoice), state: "kept", problem });
    await noteProblem(db, invoiceId, problem);
  });
}

/** A subscription's next month, as its customer is told. */
export interface Renewal {
  /** What is wanted, or else how it is. */
  isOn: boolean;
  /** False while the provider has not taken what is wanted. */
  isTaken: boolean;
  /** It was tried, and the provider refuses. */
  isRefused: boolean;
  /** False for one that its payer gave up at the provider himself: only there he takes it up again. */
  canChange: boolean;
}

/** Of the orders that subscriptions began with; others are not in it. */
export async function renewalsOf(db: Db, orderIds: readonly string[]): Promise<Map<string, Renewal>> {
  const rows = await listSubscriptionsOf(db, orderIds);
  return new Map(
    [...rows].map(([orderId, row]) => {
      const { state = "on", isAskedOn = null, problem = null } = row ?? {};
      const renewal = {
        isOn: isAskedOn ?? state === "on",
        isTaken: isAskedOn === null,
        isRefused: problem !== null,
        canChange: isAskedOn !== null || state !== "off_by_payer",
      };
      return [orderId, renewal];
    }),
  );
}
