/**
 * Messages to the Bot API over plain HTTP. What matters here is what a failure proves: a connection that never stood carried
 * nothing, everything later may have. Bun's fetch never repeats a POST by itself, not even on a reused connection (checked
 * by a test), so one call is at most one message.
 *
 * The token is part of the address, so no error of fetch leaves this file: only its code does.
 */
import type { Logger } from "@backend/kit/log.ts";
import type {
  CallResult,
  MediaLibrary,
  SendCall,
  SendingBot,
  TelegramSender,
} from "@backend/modules/messaging/ports.ts";
import { type Attachment, createFileDesk, filesOf } from "./files.ts";
import { type AppLinks, type BotApiRequest, toRequest } from "./requests.ts";

export interface SenderOptions {
  /** `https://api.telegram.org` or a stand-in, without a slash at the end. */
  apiRoot: string;
  links: AppLinks;
  /** Where `upload:<id>` is resolved. */
  library: MediaLibrary;
  log: Pick<Logger, "error">;
  /** A call without an answer after this long counts as lost. */
  timeoutMs?: number;
  /** The same for a call that carries a file. */
  uploadTimeoutMs?: number;
}

/** An answer larger than this is not the Bot API's. */
const maxAnswerBytes = 1_000_000;

export function telegramSender(options: SenderOptions): TelegramSender {
  const timeoutMs = options.timeoutMs ?? 15_000;
  const uploadTimeoutMs = Math.max(timeoutMs, options.uploadTimeoutMs ?? 120_000);
  const desk = createFileDesk(options.library, options.log);
  const post = async (
    bot: SendingBot,
    request: BotApiRequest,
    ms: number,
    signal: AbortSignal,
    files?: readonly Attachment[],
  ) => call(`${options.apiRoot}/bot${bot.token}/${request.method}`, bodyOf(request, files ?? []), ms, signal);

  async function sendWithFiles(given: SendCall, signal: AbortSignal, isLastTry = false): Promise<CallResult> {
    const prepared = await desk.prepare(given);
    if ("kind" in prepared) return prepared;
    const { attachments } = prepared;
    let answer: Answered = { result: { kind: "not_sent", reason: "not asked" }, text: "" };
    let mayHelp = false;
    try {
      const request = toRequest(prepared.call, options.links);
      answer = await post(
        given.bot,
        request,
        attachments.length > 0 ? uploadTimeoutMs : timeoutMs,
        signal,
        attachments,
      );
    } finally {
      mayHelp = await desk.settle(prepared, answer.result, answer.text);
    }
    return mayHelp && !isLastTry ? sendWithFiles(given, signal, true) : answer.result;
  }

  return {
    async send(given, signal) {
      if (filesOf(given).length > 0) return sendWithFiles(given, signal);
      return (await post(given.bot, toRequest(given, options.links), timeoutMs, signal)).result;
    },
    async probe(bot, signal) {
      return (await post(bot, { method: "getMe", body: {} }, Math.min(timeoutMs, 5_000), signal)).result;
    },
  };
}

interface Answered {
  result: CallResult;
  /** As it came; empty without an answer. */
  text: string;
}

type Body = { body: string | FormData; headers: Record<string, string> };

/** JSON; with files a form, in which the Bot API reads objects as JSON too. fetch names the boundary. */
function bodyOf(request: BotApiRequest, files: readonly Attachment[]): Body {
  if (files.length === 0)
    return { body: JSON.stringify(request.body), headers: { "content-type": "application/json" } };
  const form = new FormData();
  for (const [name, value] of Object.entries(request.body))
    form.append(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  for (const { name, bytes, fileName } of files) form.append(name, bytes, fileName);
  return { body: form, headers: {} };
}

async function call(
  address: string,
  { body, headers }: Body,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Answered> {
  const abort = new AbortController();
  const stop = () => abort.abort();
  const timer = setTimeout(stop, timeoutMs);
  signal.addEventListener("abort", stop, { once: true });
  let status = 0;
  try {
    const response = await fetch(address, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal: abort.signal,
    });
    status = response.status;
    const text = await response.text();
    return { result: readAnswer(status, text, response.headers.get("retry-after")), text };
  } catch (error) {
    const isGivenUp = abort.signal.aborted;
    const result: CallResult = isGivenUp
      ? { kind: "lost", reason: signal.aborted ? "interrupted" : "no answer in time" }
      : failureOf(error, status);
    return { result, text: "" };
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
  if (answer?.ok === true) return accepted(answer.result);
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

/** A message, or the messages of an album, which is known by the number of its first. */
function accepted(result: unknown): CallResult {
  const numberOf = (message: unknown) => integer((message as { message_id?: unknown } | null | undefined)?.message_id);
  if (!Array.isArray(result)) return { kind: "accepted", messageId: numberOf(result) };
  const messageIds = result.flatMap((message) => numberOf(message) ?? []);
  return { kind: "accepted", messageId: messageIds[0] ?? null, messageIds };
}
