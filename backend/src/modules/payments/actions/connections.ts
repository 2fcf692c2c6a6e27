import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { AppError, IntegrationError, violates } from "@backend/kit/errors.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { type Provider, providers } from "@db/schema/payments.ts";
import type { ConnectProvider, PaymentConnection } from "../contracts.ts";
import { accountTaken, connectionNotFound, credentialsNeeded, credentialsRefused } from "../errors.ts";
import type { PaymentsPorts, ProviderAccess, ProviderAccount, ProviderProblem } from "../ports.ts";
import { presentConnection } from "../present.ts";
import {
  type ConnectionRow,
  deleteConnection,
  findConnectionOf,
  findOwnConnection,
  listOwnConnections,
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
      if (former?.account != null && found !== null && !isStars && former.account !== found.account)
        await deleteConnection(tx.db, former.id);
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
    if (violates(error, "payment_connections_one_workspace_per_account")) throw accountTaken();
    throw error;
  }
}

const told = ({ db }: ActionContext, { workspaceId, id }: ConnectionRow) =>
  notifyLive(db, { workspaceId, topic: "payments", id });

export async function listConnections(
  ctx: ActionContext<PaymentsPorts>,
): Promise<{ items: PaymentConnection[]; providers: Provider[] }> {
  const rows = await listOwnConnections(ctx.db, ctx.actor.workspaceId);
  const inOrder = providers.flatMap((provider) => rows.filter((row) => row.provider === provider));
  return { items: inOrder.map((row) => presentConnection(row, ctx.ports.publicUrl)), providers: [...providers] };
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

/** Asks the provider now whether it takes the key; the connection says what came of it. */
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
    if (!(error instanceof IntegrationError)) throw error;
    await updateConnection(ctx.db, connection.id, { checkedAt: ctx.now });
  }
  return shown(ctx, connection.id);
}

/** The key is forgotten, its webhooks are nobody's, and its open invoices are asked about no more. Money stays in the books. */
export async function disconnectProvider(ctx: ActionContext, { paymentConnectionId }: Named): Promise<{ ok: true }> {
  const connection = await ownConnection(ctx, paymentConnectionId);
  await inTransaction(ctx, async (tx) => {
    await deleteConnection(tx.db, connection.id);
    await recordAudit(tx, auditOf(connection, "payments.disconnected"));
    await told(tx, connection);
  });
  return { ok: true };
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
