/** From a connection to its provider: credentials are opened here, and how a call went is noted on the connection. */
import type { ActionContext } from "@backend/kit/context.ts";
import { UnreadableSecret } from "@backend/kit/crypto.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { notifyLive } from "@backend/kit/live.ts";
import type { Provider } from "@db/schema/payments.ts";
import type { PaymentProvider, PaymentsPorts, ProviderAccess, ProviderProblem } from "./ports.ts";
import { providerProblems } from "./ports.ts";
import { type ConnectionRow, saveHealth } from "./queries.ts";

/** Problems of the connection; the others are a call's own. */
const ofConnection: ReadonlySet<ProviderProblem> = new Set([
  "key_refused",
  "not_allowed",
  "too_many_calls",
  "unreachable",
  "timed_out",
  "server_error",
  "no_bot",
  "key_unreadable",
]);
/** Of one bot, where Stars are concerned: the workspace's others take them all the same. */
const ofOneBot: ReadonlySet<ProviderProblem> = new Set(["key_refused", "not_allowed", "no_bot", "key_unreadable"]);
/** With these nothing can be paid until a person mends it. The others pass by themselves. */
const blocking: ReadonlySet<string> = new Set<ProviderProblem>([
  "key_refused",
  "not_allowed",
  "no_bot",
  "key_unreadable",
]);

/** What a provider is asked through. Stars need no connection for what came already: their bot is enough. */
export type Through = Pick<ConnectionRow, "workspaceId" | "provider" | "credentialsSealed" | "disconnectedAt"> & {
  /** Null where no connection's health is meant. */
  id: string | null;
};

export const isUsable = ({ isOn, problem, disconnectedAt }: ConnectionRow): boolean =>
  isOn && disconnectedAt === null && !(problem !== null && blocking.has(problem));

/** The word for a failure; whatever an adapter did not name is the provider's fault. */
export function problemOf(error: IntegrationError): ProviderProblem {
  return providerProblems.find((problem) => problem === error.options.problem) ?? "server_error";
}

const failure = (provider: Provider, message: string, problem: ProviderProblem, cause?: unknown) =>
  new IntegrationError(provider, message, { retryable: false, problem, cause });

/**
 * Stars have no credentials of their own: without a bot's token there is nothing to ask with. What is new is asked of a bot that works;
 * what came by one can be asked of it while it is switched off, too.
 */
async function tokenFor(
  { db, ports: { starsBots } }: ActionContext<PaymentsPorts>,
  { workspaceId }: Through,
  botId: string | null,
  isNew: boolean,
): Promise<ProviderAccess | null> {
  if (botId === null) return (await starsBots.listOf(db, workspaceId))[0]?.token ?? null;
  return isNew ? starsBots.tokenOf(db, botId) : starsBots.keptTokenOf(db, botId);
}

async function accessOf(
  ctx: ActionContext<PaymentsPorts>,
  through: Through,
  botId: string | null,
  isNew: boolean,
): Promise<ProviderAccess> {
  const { provider, credentialsSealed } = through;
  try {
    if (provider === "stars") {
      const token = await tokenFor(ctx, through, botId, isNew);
      if (token === null)
        throw failure(provider, "the bot is off or gone", botId === null || isNew ? "no_bot" : "bot_gone");
      return token;
    }
    if (credentialsSealed === null) throw failure(provider, "the key was erased", "account_gone");
    return ctx.ports.vault.open(credentialsSealed);
  } catch (error) {
    if (!(error instanceof UnreadableSecret)) throw error;
    throw failure(provider, "SECRETS_KEY does not open the key", "key_unreadable", error);
  }
}

/**
 * Makes one call of a connection's provider, outside of any transaction, and notes how it went. Throws what the adapter throws, or what
 * keeps it from being asked: IntegrationError. `isNew`: something is begun by it, so that only a bot that works will do.
 */
export async function askProvider<T>(
  ctx: ActionContext<PaymentsPorts>,
  through: Through,
  botId: string | null,
  call: (provider: PaymentProvider, access: ProviderAccess) => Promise<T>,
  { isNew = false }: { isNew?: boolean } = {},
): Promise<T> {
  try {
    const access = await accessOf(ctx, through, botId, isNew);
    const answer = await call(ctx.ports.providers[through.provider], access);
    await noteHealth(ctx, through, null);
    return answer;
  } catch (error) {
    if (error instanceof IntegrationError) {
      const problem = problemOf(error);
      const isOneBots = through.provider === "stars" && botId !== null && ofOneBot.has(problem);
      if (ofConnection.has(problem) && !isOneBots) await noteHealth(ctx, through, problem);
    }
    throw error;
  }
}

/** One that was given up is nobody's worry any more. */
async function noteHealth(
  ctx: ActionContext,
  { id, workspaceId, disconnectedAt }: Through,
  problem: ProviderProblem | null,
): Promise<void> {
  if (id === null || disconnectedAt !== null) return;
  if (await saveHealth(ctx.db, id, problem, ctx.now)) await notifyLive(ctx.db, { workspaceId, topic: "payments", id });
}
