/** Reads stored calls of providers: which invoice one speaks of. What it says of that invoice is not believed; a job asks. */
import type { InboxReader } from "@backend/kit/inbox.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { hearInvoiceJob } from "./jobs.ts";
import type { HookProvider, PaymentsPorts } from "./ports.ts";
import { findOwnConnection, touchHeard } from "./queries.ts";

/** Sources under which calls are stored. */
export const hookSources: Readonly<Record<HookProvider, string>> = { crypto_pay: "crypto-pay", yookassa: "yookassa" };

const readerOf =
  (provider: HookProvider, { providerHooks }: Pick<PaymentsPorts, "providerHooks">): InboxReader =>
  async (ctx, event) => {
    const { workspaceId, sourceId: connectionId, body } = event;
    const connection = connectionId === null ? null : await findOwnConnection(ctx.db, workspaceId, connectionId);
    if (!connection) return { status: "ignored", outcome: { reason: "disconnected" } };
    const ref = body === null ? null : providerHooks[provider].invoiceRef(body);
    if (ref === null) return { status: "ignored", outcome: { reason: "names_no_payment" } };
    await touchHeard(ctx.db, connection.id, event.receivedAt);
    await enqueue(ctx.db, hearInvoiceJob, { workspaceId, provider, connectionId: connection.id, ref });
    return { status: "handled", outcome: { invoice: ref } };
  };

export const paymentReaders = (ports: Pick<PaymentsPorts, "providerHooks">): Readonly<Record<string, InboxReader>> => ({
  [hookSources.crypto_pay]: readerOf("crypto_pay", ports),
  [hookSources.yookassa]: readerOf("yookassa", ports),
});
