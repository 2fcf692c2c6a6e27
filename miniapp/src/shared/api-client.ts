/** The one way to the server: Eden over the server's own type, and errors as people and code can use them. */
import type { App } from "@backend/app/server.ts";
import type { ErrorBody } from "@backend/kit/http.ts";
import { treaty } from "@elysiajs/eden/treaty2";

/** What the server refused, or that it could not be reached (`code` "common.offline", `status` 0). */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    /** Stable name of the refusal, also the key of its sentence. */
    readonly code: string,
    /** A sentence in the reader's language, as the server said it. */
    message: string,
    readonly params: Readonly<Record<string, string | number>>,
    readonly status: number,
    readonly requestId: string,
  ) {
    super(message);
  }
}

let initData = "";
let botId = "";

/** Who is calling, for every request from now on. */
export function identifyAs(caller: { initData: string; botId: string }): void {
  initData = caller.initData;
  botId = caller.botId;
}

/** What every request carries. The live stream, which is no Eden call, carries the same. */
export const callerHeaders = (): Record<string, string> => ({
  authorization: `tma ${initData}`,
  "x-bot": botId,
  "accept-language": document.documentElement.lang || "en",
});

/** Takes an answer that the page asked for before the bundle arrived; each is taken once. */
async function fetchOrTakeEarly(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const early = window.__early?.calls;
  const url = new URL(String(input), globalThis.location.origin);
  const path = url.pathname + url.search;
  if (early && (init?.method ?? "GET") === "GET" && path in early) {
    const pending = early[path];
    delete early[path];
    const response = await pending;
    if (response) return response;
  }
  return fetch(input, init);
}

/** Every route of the server, typed by the server itself. */
export const api = treaty<App>(globalThis.location?.origin ?? "http://localhost", {
  headers: () => callerHeaders(),
  fetcher: fetchOrTakeEarly as typeof fetch,
  // Eden turns every text that looks like a date into a Date, names of campaigns included.
  parseDate: false,
}).api.v1;

const isErrorBody = (value: unknown): value is ErrorBody =>
  typeof value === "object" && value !== null && typeof (value as ErrorBody).error?.code === "string";

/** The data of an answer, or its refusal thrown. Nothing is tried again here: a write that was tried twice may have happened twice. */
export async function unwrap<Answer extends { data: unknown; error: unknown; status: number }>(
  call: Promise<Answer>,
): Promise<NonNullable<Answer["data"]>> {
  let answer: Answer;
  try {
    answer = await call;
  } catch (error) {
    throw offline(error);
  }
  if (answer.error === null) return answer.data as NonNullable<Answer["data"]>;
  const { value, status } = answer.error as { value?: unknown; status?: unknown };
  // Eden reports a network that failed as a 503 with the thrown error as its value.
  if (value instanceof Error) throw offline(value);
  throw refusalOf(value, Number(status));
}

/** What a body that came with a status of failure says. */
export function refusalOf(body: unknown, status: number): ApiError {
  if (!isErrorBody(body)) return new ApiError("common.internal", "", { requestId: "" }, status, "");
  const { code, message, params, requestId } = body.error;
  return new ApiError(code, message, params, status, requestId);
}

const offline = (cause: unknown): ApiError =>
  Object.assign(new ApiError("common.offline", "", {}, 0, ""), { cause: cause as Error });
