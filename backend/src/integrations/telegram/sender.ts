/**
 * Messages to the Bot API over plain HTTP. What matters here is what a failure proves: a connection that never stood carried
 * nothing, everything later may have. Bun's fetch never repeats a POST by itself, not even on a reused connection (checked
 * by a test), so one call is at most one message.
 *
 * The token is part of the address, so no error of fetch leaves this file: only its code does.
 */
import type { CallResult, SendCall, SendingBot, TelegramSender } from "@backend/modules/messaging/ports.ts";
import { type AppLinks, type BotApiRequest, toRequest } from "./requests.ts";

export interface SenderOptions {
  /** `https://api.telegram.org` or a stand-in, without a slash at the end. */
  apiRoot: string;
  links: AppLinks;
  /** A call without an answer after this long counts as lost. */
  timeoutMs?: number;
}

/** An answer larger than this is not the Bot API's. */
const maxAnswerBytes = 1_000_000;

export function telegramSender(options: SenderOptions): TelegramSender {
  const timeoutMs = options.timeoutMs ?? 15_000;
  return {
    send: (call: SendCall, signal) =>
      post(options.apiRoot, call.bot, toRequest(call, options.links), timeoutMs, signal),
    probe: (bot, signal) =>
      post(options.apiRoot, bot, { method: "getMe", body: {} }, Math.min(timeoutMs, 5_000), signal),
  };
}

async function post(
  apiRoot: string,
  bot: SendingBot,
  request: BotApiRequest,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<CallResult> {
  const body = JSON.stringify(request.body);
  const abort = new AbortController();
  const stop = () => abort.abort();
  const timer = setTimeout(stop, timeoutMs);
  signal.addEventListener("abort", stop, { once: true });
  let status = 0;
  try {
    const response = await fetch(`${apiRoot}/bot${bot.token}/${request.method}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      redirect: "manual",
      signal: abort.signal,
    });
    status = response.status;
    const text = await response.text();
    return readAnswer(status, text, response.headers.get("retry-after"));
  } catch (error) {
    if (abort.signal.aborted) return { kind: "lost", reason: signal.aborted ? "interrupted" : "no answer in time" };
    return failureOf(error, status);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

/** Failures before the connection stood: nothing can have been carried out. */
const neverConnected = new Set([
  "ConnectionRefused",
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "DNSException",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "FailedToOpenSocket",
]);

function failureOf(error: unknown, status: number): CallResult {
  const code = String((error as { code?: unknown } | null)?.code ?? (error as Error)?.name ?? "unknown");
  return status === 0 && neverConnected.has(code)
    ? { kind: "not_sent", reason: code }
    : { kind: "lost", reason: status === 0 ? code : `${code} after status ${status}` };
}

/** The Bot API's own form, or a gateway's page in its place. */
export function readAnswer(status: number, text: string, retryAfterHeader: string | null): CallResult {
  const answer = text.length <= maxAnswerBytes ? parsed(text) : null;
  if (answer?.ok === true) return { kind: "accepted", messageId: messageIdOf(answer.result) };
  const retryAfterS = seconds(answer?.parameters?.retry_after) ?? (status === 429 ? seconds(retryAfterHeader) : null);
  if (answer?.ok === false)
    return {
      kind: "refused",
      status: typeof answer.error_code === "number" ? answer.error_code : status,
      description: typeof answer.description === "string" ? answer.description.slice(0, 500) : "",
      retryAfterS,
      migrateToChatId: integer(answer.parameters?.migrate_to_chat_id),
    };
  if (status === 429)
    return { kind: "refused", status, description: "Too Many Requests", retryAfterS, migrateToChatId: null };
  // A gateway that answers 5xx may sit behind a server that carried the call out.
  if (status >= 500)
    return { kind: "refused", status, description: `status ${status}`, retryAfterS: null, migrateToChatId: null };
  return { kind: "lost", reason: `an answer that is not the Bot API's, status ${status}` };
}

interface RawAnswer {
  ok?: unknown;
  result?: unknown;
  error_code?: unknown;
  description?: unknown;
  parameters?: { retry_after?: unknown; migrate_to_chat_id?: unknown };
}

function parsed(text: string): RawAnswer | null {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" ? (value as RawAnswer) : null;
  } catch {
    return null;
  }
}

const integer = (value: unknown) => (Number.isSafeInteger(value) ? (value as number) : null);

function seconds(value: unknown): number | null {
  const number = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number >= 0 ? Math.ceil(number) : null;
}

/** A message, or the messages of an album: the first one's number. */
function messageIdOf(result: unknown): number | null {
  const message: unknown = Array.isArray(result) ? result[0] : result;
  return integer((message as { message_id?: unknown } | null | undefined)?.message_id);
}
