/**
 * One call to a Keitaro: its key in a header, at most four calls at once to one tracker (its server also serves clicks), reads
 * tried again when the network or the server stumbled, changes asked once, and every way to fail in one word. An answer is JSON
 * only when it looks like it: a wrong path answers with the admin page and status 200. The key and what a tracker wrote reach no
 * error text.
 */
import { pause } from "@backend/kit/clock.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { type Outbound, type OutboundAnswer, OutboundError } from "@backend/kit/outbound.ts";
import type { TrackerAccess, TrackerProblem } from "@backend/modules/conversions/ports.ts";

interface AnyCall {
  /** Below /admin_api/v1. */
  path: string;
  body?: unknown;
  timeoutMs?: number;
  maxBytes?: number;
}

/** A question: some are asked by POST. */
export interface KeitaroCall extends AnyCall {
  method: "GET" | "POST";
  /** Tries in all; 3 by default. One where a person waits. */
  tries?: number;
}

export interface KeitaroChange extends AnyCall {
  method: "POST" | "PUT" | "DELETE";
}

export interface KeitaroAnswer {
  data: unknown;
  /** The tracker's clock, by its Date header. */
  serverTime: Date | null;
  /** Where ours stood when the answer came. */
  receivedAt: Date;
}

/** Failures are IntegrationErrors with a TrackerProblem. */
export interface KeitaroClient {
  /** Tried again while the network or the server stumbles. */
  read(access: TrackerAccess, call: KeitaroCall): Promise<KeitaroAnswer>;
  /** Reads what is asked for by its id; null where the tracker says that it has no such thing. */
  find(access: TrackerAccess, call: KeitaroCall): Promise<KeitaroAnswer | null>;
  /** Asked once: a failure does not say whether the change was made. */
  change(access: TrackerAccess, change: KeitaroChange): Promise<KeitaroAnswer>;
}

export interface KeitaroClientOptions {
  outbound: Outbound;
  pause?: (ms: number) => Promise<void>;
  callsAtOnce?: number;
}

const retryPausesMs = [1_000, 4_000];
const usualTries = retryPausesMs.length + 1;
const longestWaitMs = 30_000;

interface FailureOptions {
  retryable: boolean;
  status?: number;
  retryAfterMs?: number;
  /** The tracker has no such thing. */
  isMissing?: boolean;
  cause?: unknown;
}

class Failure extends IntegrationError {
  readonly isMissing: boolean;
  constructor(problem: TrackerProblem, { isMissing = false, ...options }: FailureOptions) {
    super("keitaro", `the tracker could not be asked: ${problem}`, { ...options, problem });
    this.isMissing = isMissing;
  }
}

/** An answer that came whole and says nothing that can be used. */
export const trackerFailure = (problem: TrackerProblem): IntegrationError => new Failure(problem, { retryable: false });

export function keitaroClient(options: KeitaroClientOptions): KeitaroClient {
  const wait = options.pause ?? pause;
  const turns = createTurns(options.callsAtOnce ?? 4);

  async function once(access: TrackerAccess, call: KeitaroCall | KeitaroChange): Promise<KeitaroAnswer> {
    let answer: OutboundAnswer;
    try {
      answer = await options.outbound({
        method: call.method,
        url: `${access.apiUrl}/admin_api/v1${call.path}`,
        headers: {
          "api-key": access.apiKey,
          ...(call.body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        ...(call.timeoutMs === undefined ? {} : { timeoutMs: call.timeoutMs }),
        ...(call.maxBytes === undefined ? {} : { maxBytes: call.maxBytes }),
      });
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      const retryable = error.problem === "unreachable" || error.problem === "timed_out";
      throw new Failure(error.problem, { retryable, cause: error });
    }
    const receivedAt = new Date();
    return { data: readAnswer(answer), serverTime: dateOf(answer.headers.date), receivedAt };
  }

  async function ask(access: TrackerAccess, call: KeitaroCall | KeitaroChange, tries: number): Promise<KeitaroAnswer> {
    for (let tried = 1; ; tried++) {
      try {
        return await turns.take(new URL(access.apiUrl).origin, () => once(access, call));
      } catch (error) {
        if (!(error instanceof Failure) || !error.options.retryable || tried >= tries) throw error;
        await wait(Math.min(error.options.retryAfterMs ?? retryPausesMs[tried - 1] ?? 4_000, longestWaitMs));
      }
    }
  }
  const read: KeitaroClient["read"] = (access, call) => ask(access, call, call.tries ?? usualTries);

  return {
    read,
    async find(access, call) {
      try {
        return await read(access, call);
      } catch (error) {
        if (error instanceof Failure && error.isMissing) return null;
        throw error;
      }
    },
    change: (access, change) => ask(access, change, 1),
  };
}

/** Lets so many of one name work at once; the rest wait in their order. */
function createTurns(atOnce: number) {
  const busy = new Map<string, { running: number; waiting: (() => void)[] }>();
  return {
    async take<T>(name: string, work: () => Promise<T>): Promise<T> {
      const line = busy.get(name) ?? { running: 0, waiting: [] };
      busy.set(name, line);
      // Whoever leaves hands his place on, so the number stays.
      if (line.running >= atOnce) await new Promise<void>((next) => line.waiting.push(next));
      else line.running++;
      try {
        return await work();
      } finally {
        const next = line.waiting.shift();
        if (next) next();
        else if (--line.running === 0) busy.delete(name);
      }
    },
  };
}

const retryableStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

function readAnswer({ status, headers, body }: OutboundAnswer): unknown {
  const json = parse(body);
  if (status >= 200 && status < 300) {
    if (json === undefined)
      throw new Failure(looksLikePage(body) ? "not_a_tracker" : "unreadable", { retryable: false, status });
    return json;
  }
  const seconds = Number(headers["retry-after"]);
  const isMissing = status === 404 && (namesMissing(body) || hasError(json));
  throw new Failure(isMissing ? "request_refused" : problemOf(status, json), {
    retryable: retryableStatuses.has(status),
    status,
    isMissing,
    ...(Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}),
  });
}

function problemOf(status: number, json: unknown): TrackerProblem {
  if (status >= 300 && status < 400) return "redirected";
  if (status === 401) return "key_refused";
  if (status === 402) return "no_api";
  if (status === 403) return isFirewall(json) ? "blocked" : "not_allowed";
  // The paths asked for here exist on every Keitaro, and what is missing was told apart before.
  if (status === 404 || status === 405) return "not_a_tracker";
  if (status === 429) return "busy";
  return status >= 500 ? "failing" : "request_refused";
}

/** Cloudflare's own refusal, which speaks of itself in JSON: 1010 is "your program's signature is banned". */
const isFirewall = (json: unknown): boolean =>
  typeof json === "object" && json !== null && ("cloudflare_error" in json || "error_code" in json);

/**
 * A missing object is told as plain text with its number, `Traffic\Model\Campaign #1001 not found`; by the published specification
 * as JSON with `error`. Any other 404 is somebody else's: a proxy that says "404 page not found" must not look like a deletion.
 */
const namesMissing = (body: Uint8Array): boolean =>
  !looksLikePage(body) && /#\S+ not found/.test(text.decode(body.subarray(0, 500)));

const hasError = (json: unknown): boolean => typeof json === "object" && json !== null && "error" in json;

const text = new TextDecoder();
const looksLikePage = (body: Uint8Array): boolean => /^\s*</.test(text.decode(body.subarray(0, 200)));

/** Undefined for what is no JSON; objects and lists only, since that is all the API answers with. */
function parse(body: Uint8Array): unknown {
  if (body.length === 0 || looksLikePage(body)) return undefined;
  try {
    const value: unknown = JSON.parse(text.decode(body));
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function dateOf(header: string | undefined): Date | null {
  const time = header === undefined ? Number.NaN : Date.parse(header);
  return Number.isFinite(time) ? new Date(time) : null;
}
