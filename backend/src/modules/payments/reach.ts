/** From a connection to its provider: credentials are opened here, and how a call went is noted on the connection. */
import type { ActionContext } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { notifyLive } from "@backend/kit/live.ts";
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
]);
/** Of one bot, where Stars are concerned: the workspace's others take them all the same. */
const ofOneBot: ReadonlySet<ProviderProblem> = new Set(["key_refused", "not_allowed", "no_bot"]);
/** With these nothing can be paid until a person mends it. The others pass by themselves. */
const blocking: ReadonlySet<string> = new Set<ProviderProblem>(["key_refused", "not_allowed", "no_bot"]);

export const isUsable = ({ isOn, problem }: ConnectionRow): boolean =>
  isOn && !(problem !== null && blocking.has(problem));

/** The word for a failure; whatever an adapter did not name is the provider's fault. */
export function problemOf(error: IntegrationError): ProviderProblem {
  return providerProblems.find((problem) => problem === error.options.problem) ?? "server_error";
}

/** Stars have no credentials of their own: without the bot's token there is nothing to ask with. */
async function accessOf(
  ctx: ActionContext<PaymentsPorts>,
  connection: ConnectionRow,
  botId: string | null,
): Promise<ProviderAccess> {
  const { vault, starsBots } = ctx.ports;
  if (connection.provider !== "stars") return vault.open(connection.credentialsSealed ?? "");
  const token =
    botId === null
      ? ((await starsBots.listOf(ctx.db, connection.workspaceId))[0]?.token ?? null)
      : await starsBots.tokenOf(ctx.db, botId);
  if (token === null)
    throw new IntegrationError("stars", "the bot is off or gone", { retryable: false, problem: "no_bot" });
  return token;
}

/**
 * Makes one call of a connection's provider, outside of any transaction, and notes how it went. Throws what the adapter throws:
 * IntegrationError.
 */
export async function askProvider<T>(
  ctx: ActionContext<PaymentsPorts>,
  connection: ConnectionRow,
  botId: string | null,
  call: (provider: PaymentProvider, access: ProviderAccess) => Promise<T>,
): Promise<T> {
  try {
    const answer = await call(ctx.ports.providers[connection.provider], await accessOf(ctx, connection, botId));
    await noteHealth(ctx, connection, null);
    return answer;
  } catch (error) {
    if (error instanceof IntegrationError) {
      const problem = problemOf(error);
      const isOneBots = connection.provider === "stars" && botId !== null && ofOneBot.has(problem);
      if (ofConnection.has(problem) && !isOneBots) await noteHealth(ctx, connection, problem);
    }
    throw error;
  }
}

export async function noteHealth(
  ctx: ActionContext,
  connection: ConnectionRow,
  problem: ProviderProblem | null,
): Promise<void> {
  const { id, workspaceId } = connection;
  if (await saveHealth(ctx.db, id, problem, ctx.now)) await notifyLive(ctx.db, { workspaceId, topic: "payments", id });
}
