/**
 * One call of Crypto Pay: POST with JSON, so that nothing of it stands in an address, the token in a header, and every way to fail
 * in one word. Names of errors are matched where they are known (the service publishes no list); its texts are never searched.
 */
import { IntegrationError } from "@backend/kit/errors.ts";
import { callJson, type Fields, fieldsOf, isTimeOut, type JsonAnswer, wordOf } from "@backend/kit/json-api.ts";
import { type Outbound, OutboundError } from "@backend/kit/outbound.ts";
import type { ProviderProblem } from "@backend/modules/payments/ports.ts";

/** Failures are IntegrationErrors with a ProviderProblem. */
export type CryptoPayCall = (token: string, method: string, parameters?: Fields) => Promise<unknown>;

const service = "crypto-pay";
/** Calls that move or promise something are waited for longer: giving one up leaves its outcome unknown. */
const timeoutMs = (method: string) => (method.startsWith("get") ? 5_000 : 15_000);

interface FailureOptions {
  retryable: boolean;
  status?: number;
  retryAfterMs?: number;
  cause?: unknown;
  /** The service's own name of the refusal. */
  name?: string;
}

export class CryptoPayFailure extends IntegrationError {
  readonly refusal: string | null;
  constructor(problem: ProviderProblem, { name, ...options }: FailureOptions) {
    super(service, `Crypto Pay did not do what was asked: ${problem}`, { ...options, problem });
    this.refusal = name ?? null;
  }
}

/** Refusals with a word of their own; every other 400 is `request_refused`. */
const problems: Readonly<Record<string, ProviderProblem>> = {
  AMOUNT_INVALID: "amount_refused",
  AMOUNT_TOO_SMALL: "amount_refused",
  AMOUNT_TOO_BIG: "amount_refused",
  NOT_ENOUGH_COINS: "not_enough_money",
  INSUFFICIENT_FUNDS: "not_enough_money",
  USER_NOT_FOUND: "not_found",
};

/** `apiUrl` is the host's address: https://pay.crypt.bot. */
export function cryptoPayClient(options: { outbound: Outbound; apiUrl: string }): CryptoPayCall {
  return async (token, method, parameters = {}) => {
    let answer: JsonAnswer;
    try {
      answer = await callJson(options.outbound, {
        method: "POST",
        url: `${options.apiUrl}/api/${method}`,
        headers: { "crypto-pay-api-token": token },
        body: parameters,
        timeoutMs: timeoutMs(method),
      });
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      throw new CryptoPayFailure(isTimeOut(error) ? "timed_out" : "unreachable", { retryable: true, cause: error });
    }
    const body = fieldsOf(answer.json);
    if (answer.status === 200 && body.ok === true) return body.result;
    throw refusalOf(answer, wordOf(fieldsOf(body.error).name) ?? undefined);
  };
}

function refusalOf({ status, json, retryAfterMs }: JsonAnswer, name: string | undefined): CryptoPayFailure {
  const also = { status, ...(name !== undefined && { name }), ...(retryAfterMs !== undefined && { retryAfterMs }) };
  if (status === 429) return new CryptoPayFailure("too_many_calls", { ...also, retryable: true });
  if (status >= 500) return new CryptoPayFailure("server_error", { ...also, retryable: true });
  // A page where JSON was promised is somebody else's answer: a proxy's, a maintenance page, a wrong address.
  if (json === undefined) return new CryptoPayFailure("unreachable", { ...also, retryable: true });
  if (status === 401) return new CryptoPayFailure("key_refused", { ...also, retryable: false });
  if (status === 403) return new CryptoPayFailure("not_allowed", { ...also, retryable: false });
  if (status === 200) return new CryptoPayFailure("server_error", { ...also, retryable: true });
  return new CryptoPayFailure(problems[name ?? ""] ?? "request_refused", { ...also, retryable: false });
}
