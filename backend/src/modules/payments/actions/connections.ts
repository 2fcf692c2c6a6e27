import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { AppError, IntegrationError, violates } from "@backend/kit/errors.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { type Provider, providers } from "@db/schema/payments.ts";
import type { ConnectProvider, PaymentConnection, PaymentConnections } from "../contracts.ts";
import { accountTaken, connectionNotFound, credentialsNeeded, credentialsRefused } from "../errors.ts";
import type { PaymentsPorts, ProviderAccess, ProviderAccount, ProviderProblem } from "../ports.ts";
import { presentConnection, presentFormer } from "../present.ts";
import {
  type ConnectionRow,
  eraseKey,
  findConnectionOf,
  findOwnConnection,
  listFormerConnections,
  listOwnConnections,
  reviveConnection,
  saveConnection,
  updateConnection,
} from "../queries.ts";
import { askProvider, problemOf } from "../reach.ts";

/** Credentials as their adapter takes them; null when a part is missing. */
export function accessFrom({ provider, token, shopId, secretKey }: ConnectProvider): ProviderAccess | null {
  if (provider === "crypto_pay") return token?.trim() || null;
  if (provider === "yookassa")
    return shopId?.trim() && secretKey?.trim()
      ? JSON.stringify({ shopId: shopId.trim(), secretKey: secretKey.trim() })
      : null;
  return null;
}

const accountIndex = "payment_connections_one_workspace_per_account";

const auditOf = ({ id, provider, account, isTest }: ConnectionRow, action: string) => ({
  action,
  subjectKind: "payment_connection",
  subjectId: id,
  after: { provider, account, isTest },
});

/**
 * Connects a provider, or gives a connected one other credentials: they are proved by a call first, sealed, and never shown again. Stars
 * need none but a bot. Throws `payments.credentials_needed`, `payments.provider.<problem>` when the provider refuses or is away, and
 * `payments.account_taken` for an account that another workspace has.
 */
export async function connectProvider(
  ctx: ActionContext<PaymentsPorts>,
  input: ConnectProvider,
): Promise<PaymentConnection> {
  const access = await accessTo(ctx, input);
  const account = await prove(ctx, input.provider, access);
  const connection = await store(ctx, input.provider, access, account, false);
  return presentConnection(connection, ctx.ports.publicUrl);
}

async function accessTo(ctx: ActionContext<PaymentsPorts>, input: ConnectProvider): Promise<ProviderAccess> {
  if (input.provider === "stars") {
    const [bot] = await ctx.ports.starsBots.listOf(ctx.db, ctx.actor.workspaceId);
    if (!bot) throw credentialsRefused("no_bot");
    return bot.token;
  }
  const access = accessFrom(input);
  if (access === null) throw credentialsNeeded();
  return access;
}

async function prove(
  ctx: ActionContext<PaymentsPorts>,
  provider: Provider,
  access: ProviderAccess,
): Promise<ProviderAccount> {
  try {
    return await ctx.ports.providers[provider].check(access);
  } catch (error) {
    if (error instanceof IntegrationError) throw credentialsRefused(problemOf(error));
    throw error;
  }
}

/** What a provider says of itself is kept, or why it says nothing; of Stars not the bot's id, as each bot of the workspace takes its own. */
async function store(
  ctx: ActionContext<PaymentsPorts>,
  provider: Provider,
  access: ProviderAccess,
  answer: ProviderAccount | ProviderProblem,
  isFromEnvironment: boolean,
): Promise<ConnectionRow> {
  const { workspaceId } = ctx.actor;
  const isStars = provider === "stars";
  const [found, problem] = typeof answer === "string" ? [null, answer] : [answer, null];
  try {
    return await inTransaction(ctx, async (tx) => {
      const former = await findConnectionOf(tx.db, workspaceId, provider);
      // Another account is another connection: payments of the former would look as if they had vanished from this one.
      const isOther = former?.account != null && found !== null && !isStars && former.account !== found.account;
      if (former && isOther) await updateConnection(tx.db, former.id, { disconnectedAt: ctx.now });
      if ((!former || isOther) && (isStars || found))
        await reviveConnection(tx.db, workspaceId, provider, isStars ? null : (found?.account ?? null));
      const connection = await saveConnection(tx.db, {
        workspaceId,
        provider,
        credentialsSealed: isStars ? null : ctx.ports.vault.seal(access),
        account: isStars ? null : (found?.account ?? null),
        name: isStars ? "Telegram Stars" : (found?.name ?? provider),
        isTest: found?.isTest ?? false,
        isFromEnvironment,
        isOn: true,
        problem,
        problemSince: problem && ctx.now,
        checkedAt: ctx.now,
      });
      await recordAudit(tx, auditOf(connection, "payments.connected"));
      await told(tx, connection);
      return connection;
    });
  } catch (error) {
    if (violates(error, accountIndex)) throw accountTaken();
    throw error;
  }
}

const told = ({ db }: ActionContext, { workspaceId, id }: ConnectionRow) =>
  notifyLive(db, { workspaceId, topic: "payments", id });

export async function listConnections(ctx: ActionContext<PaymentsPorts>): Promise<PaymentConnections> {
  const { workspaceId } = ctx.actor;
  const rows = await listOwnConnections(ctx.db, workspaceId);
  const inOrder = providers.flatMap((provider) => rows.filter((row) => row.provider === provider));
  const former = await listFormerConnections(ctx.db, workspaceId);
  return {
    items: inOrder.map((row) => presentConnection(row, ctx.ports.publicUrl)),
    former: former.map(presentFormer),
    providers: [...providers],
  };
}

async function ownConnection(ctx: ActionContext, connectionId: string): Promise<ConnectionRow> {
  const connection = await findOwnConnection(ctx.db, ctx.actor.workspaceId, connectionId);
  if (!connection) throw connectionNotFound();
  return connection;
}

async function shown(ctx: ActionContext<PaymentsPorts>, connectionId: string): Promise<PaymentConnection> {
  return presentConnection(await ownConnection(ctx, connectionId), ctx.ports.publicUrl);
}

interface Named {
  paymentConnectionId: string;
}

/** Off: nothing new is paid with it; what was asked for is still taken in. */
export async function switchConnection(
  ctx: ActionContext<PaymentsPorts>,
  { paymentConnectionId, isOn }: Named & { isOn: boolean },
): Promise<PaymentConnection> {
  const connection = await ownConnection(ctx, paymentConnectionId);
  await inTransaction(ctx, async (tx) => {
    await updateConnection(tx.db, connection.id, { isOn });
    await recordAudit(tx, auditOf(connection, isOn ? "payments.switched_on" : "payments.switched_off"));
    await told(tx, connection);
  });
  return shown(ctx, connection.id);
}

/**
 * Asks the provider now whether it takes the key; the connection says what came of it. Throws `payments.account_taken` when the account
 * behind the key is another workspace's: it was away when the key was first given.
 */
export async function checkConnection(
  ctx: ActionContext<PaymentsPorts>,
  { paymentConnectionId }: Named,
): Promise<PaymentConnection> {
  const connection = await ownConnection(ctx, paymentConnectionId);
  try {
    const found = await askProvider(ctx, connection, null, (provider, access) => provider.check(access));
    if (connection.provider !== "stars")
      await updateConnection(ctx.db, connection.id, {
        account: found.account,
        name: found.name,
        isTest: found.isTest,
        checkedAt: ctx.now,
      });
    else await updateConnection(ctx.db, connection.id, { checkedAt: ctx.now });
  } catch (error) {
    if (violates(error, accountIndex)) throw accountTaken();
    if (!(error instanceof IntegrationError)) throw error;
    await updateConnection(ctx.db, connection.id, { checkedAt: ctx.now });
  }
  return shown(ctx, connection.id);
}

/**
 * Nothing new is paid with it and its webhooks are nobody's. Its key is kept sealed for what came by it: open invoices are asked about
 * until their time is over, and money can go back. Money stays in the books.
 */
export async function disconnectProvider(ctx: ActionContext, { paymentConnectionId }: Named): Promise<{ ok: true }> {
  const connection = await ownConnection(ctx, paymentConnectionId);
  await inTransaction(ctx, async (tx) => {
    await updateConnection(tx.db, connection.id, { disconnectedAt: ctx.now });
    await recordAudit(tx, auditOf(connection, "payments.disconnected"));
    await told(tx, connection);
  });
  return { ok: true };
}

/** Erases the key of a connection that was given up. From then on nobody asks its provider, and nothing goes back through it. */
export function forgetKey(outer: ActionContext, input: { formerConnectionId: string }): Promise<{ ok: true }> {
  return inTransaction(outer, async (ctx) => {
    const connection = await eraseKey(ctx.db, ctx.actor.workspaceId, input.formerConnectionId);
    if (!connection) throw connectionNotFound();
    await recordAudit(ctx, auditOf(connection, "payments.key_forgotten"));
    await told(ctx, connection);
    return { ok: true } as const;
  });
}

/** What the environment configures. */
export interface EnvironmentConnections {
  cryptoPayToken: string | null;
  yookassa: { shopId: string; secretKey: string } | null;
}

/**
 * At every start, for the first workspace: makes connections of what the environment names, unless the app has its own, and switches off
 * one whose variable is gone. Stars are connected once. A provider that is away keeps nobody from starting: its connection says so.
 */
export async function connectFromEnvironment(
  ctx: ActionContext<PaymentsPorts>,
  given: EnvironmentConnections,
): Promise<void> {
  const { workspaceId } = ctx.actor;
  if (!(await findConnectionOf(ctx.db, workspaceId, "stars"))) await store(ctx, "stars", "", starsAccount, false);
  await follow(ctx, "crypto_pay", given.cryptoPayToken);
  await follow(ctx, "yookassa", given.yookassa && JSON.stringify(given.yookassa));
}

const starsAccount: ProviderAccount = { account: "", name: "", isTest: false };

async function follow(
  ctx: ActionContext<PaymentsPorts>,
  provider: Provider,
  access: ProviderAccess | null,
): Promise<void> {
  const known = await findConnectionOf(ctx.db, ctx.actor.workspaceId, provider);
  if (known && !known.isFromEnvironment) return;
  if (access === null) {
    if (known?.isOn) await updateConnection(ctx.db, known.id, { isOn: false });
    return;
  }
  const isSame = known?.isOn && opens(ctx, known) === access;
  if (isSame && known.problem === null) return;
  let found: ProviderAccount | ProviderProblem;
  try {
    found = await ctx.ports.providers[provider].check(access);
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    found = problemOf(error);
    ctx.log.warn({ provider, problem: found }, "a payment provider of the environment could not be checked");
    // What is known of the account stays.
    if (isSame) return;
  }
  try {
    await store(ctx, provider, access, found, true);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    ctx.log.warn({ provider, code: error.code }, "a payment provider of the environment could not be connected");
  }
}

/** Null for credentials that SECRETS_KEY no longer opens. */
function opens(ctx: ActionContext<PaymentsPorts>, { credentialsSealed }: ConnectionRow): string | null {
  try {
    return ctx.ports.vault.open(credentialsSealed ?? "");
  } catch {
    return null;
  }
}
