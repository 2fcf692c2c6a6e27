/**
 * One call of YooKassa: shop id and secret key as Basic authentication, our own id as the idempotence key of everything that is made,
 * and every way to fail in one word. A 4xx says that nothing happened; a 5xx, a 202 and silence say nothing at all.
 */
import { IntegrationError } from "@backend/kit/errors.ts";
import { callJson, type Fields, fieldsOf, isTimeOut, type JsonAnswer, wordOf } from "@backend/kit/json-api.ts";
import { type Outbound, OutboundError } from "@backend/kit/outbound.ts";
import type { ProviderAccess, ProviderProblem } from "@backend/modules/payments/ports.ts";

export interface YookassaRequest {
  /** Below /v3, with its query. */
  path: string;
  /** Makes it a POST. */
  body?: Fields;
  /** At most 64 characters; the answer to it is remembered for 24 hours. */
  idempotenceKey?: string;
}

/** Failures are IntegrationErrors with a ProviderProblem. */
export type YookassaCall = (access: ProviderAccess, request: YookassaRequest) => Promise<unknown>;

const service = "yookassa";
const readTimeoutMs = 5_000;
const makeTimeoutMs = 20_000;
/** What the service's own libraries wait when it names no time. */
const usualRetryMs = 1_800;

interface FailureOptions {
  retryable: boolean;
  status?: number;
  retryAfterMs?: number;
  cause?: unknown;
}

export class YookassaFailure extends IntegrationError {
  readonly isMissing: boolean;
  constructor(problem: ProviderProblem, options: FailureOptions) {
    super(service, `YooKassa did not do what was asked: ${problem}`, { ...options, problem });
    this.isMissing = problem === "not_found";
  }
}

/** Credentials as a connection keeps them: JSON with the shop's id and its secret key. */
export function readAccess(access: ProviderAccess): { shopId: string; secretKey: string } {
  let given: Fields = {};
  try {
    given = fieldsOf(JSON.parse(access));
  } catch {
    // Falls through: what is no JSON is no key either, and must not stand in an error.
  }
  const [shopId, secretKey] = [wordOf(given.shopId), wordOf(given.secretKey)];
  if (!shopId || !secretKey || /[:\s]/.test(shopId)) throw new YookassaFailure("key_refused", { retryable: false });
  return { shopId, secretKey };
}

/** `apiUrl` with its version: https://api.yookassa.ru/v3. */
export function yookassaClient(options: { outbound: Outbound; apiUrl: string }): YookassaCall {
  return async (access, { path, body, idempotenceKey }) => {
    const { shopId, secretKey } = readAccess(access);
    let answer: JsonAnswer;
    try {
      answer = await callJson(options.outbound, {
        method: body ? "POST" : "GET",
        url: `${options.apiUrl}${path}`,
        headers: {
          authorization: `Basic ${Buffer.from(`${shopId}:${secretKey}`).toString("base64")}`,
          ...(idempotenceKey !== undefined && { "idempotence-key": idempotenceKey }),
        },
        ...(body && { body }),
        timeoutMs: body ? makeTimeoutMs : readTimeoutMs,
      });
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      throw new YookassaFailure(isTimeOut(error) ? "timed_out" : "unreachable", { retryable: true, cause: error });
    }
    if (answer.status === 200 && answer.json !== undefined) return answer.json;
    throw refusalOf(answer);
  };
}

function refusalOf({ status, json, retryAfterMs }: JsonAnswer): YookassaFailure {
  const { parameter, retry_after } = fieldsOf(json);
  // Milliseconds, unlike the header's seconds.
  const wait = retryAfterMs ?? (typeof retry_after === "number" && retry_after > 0 ? retry_after : undefined);
  const also = { status, ...(wait !== undefined && { retryAfterMs: wait }) };
  if (status === 202)
    return new YookassaFailure("server_error", { retryAfterMs: usualRetryMs, ...also, retryable: true });
  if (status === 429) return new YookassaFailure("too_many_calls", { ...also, retryable: true });
  if (status >= 500) return new YookassaFailure("server_error", { ...also, retryable: true });
  // 405 and 415 promise no JSON; any other answer without it is somebody else's: a proxy's, a maintenance page.
  if (json === undefined && status !== 405 && status !== 415)
    return new YookassaFailure("unreachable", { ...also, retryable: true });
  const problem: ProviderProblem =
    status === 401
      ? "key_refused"
      : status === 403
        ? "not_allowed"
        : status === 404
          ? "not_found"
          : /^amount\b/.test(wordOf(parameter) ?? "")
            ? "amount_refused"
            : "request_refused";
  return new YookassaFailure(problem, { ...also, retryable: false });
}
