/** The edge: who may call what, request ids, and the one place where errors become answers. */
import { Elysia, NotFoundError, ParseError, t, ValidationError } from "elysia";
import type { Action, Actor } from "./context.ts";
import { AppError, type ErrorKind, type ErrorParams, hasCode, isDatabaseAway } from "./errors.ts";
import { type Once, onceHeader, onceOf } from "./idempotency.ts";
import type { Logger } from "./log.ts";

/**
 * Who may call a route. "public": anyone, nothing is known about the caller. "person": whoever opened the app through a bot
 * of the workspace. `{ permission }`: members whose role has it, and API keys with that scope. `{ scope }`: API keys only.
 */
export type Access = "public" | "person" | { permission: string } | { scope: string };

export type Authenticate = (
  request: Request,
  access: Exclude<Access, "public">,
  senderAddress: string | null,
) => Promise<Actor>;

export interface HttpDeps {
  authenticate: Authenticate;
  /** The caller's address, believing forwarded-for only from trusted proxies. */
  senderOf(request: Request, peer: string | null): string | null;
}

interface RequestFacts {
  id: string;
  startedAt: number;
  actor: Actor | null;
  sender: string | null;
}

const facts = new WeakMap<Request, RequestFacts>();

/** Request ids of ours only: a caller's own id could smuggle anything into the logs. */
const newRequestId = () => crypto.randomUUID().replaceAll("-", "").slice(0, 16);

export function factsOf(request: Request): RequestFacts {
  let known = facts.get(request);
  if (!known) {
    known = { id: newRequestId(), startedAt: performance.now(), actor: null, sender: null };
    facts.set(request, known);
  }
  return known;
}

const onceText =
  "Repeat a call with the same key and body within a day and you get the first answer again: nothing is made twice.";
/** Levels of arrays and objects in a body; a segment of groups in groups has a dozen. */
const deepestBody = 50;

/**
 * Elysia writes a body that it refuses into its error, indented: ten thousand levels, which are 200 KB, take five seconds and
 * gigabytes. Walked without recursion, level by level.
 */
function isTooDeep(body: unknown): boolean {
  const isNested = (value: unknown): value is object =>
    typeof value === "object" && value !== null && !ArrayBuffer.isView(value);
  let level = isNested(body) ? [body] : [];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > deepestBody) return true;
    level = level.flatMap((one) => Object.values(one).filter(isNested));
  }
  return false;
}

/**
 * Every body of the API is an object in JSON. Anything else would be read as a call without fields, which where all of them may be
 * left out is a call for everything: `curl -d` says that it sends a form. It is refused before it is checked against a shape, since
 * Elysia writes what it refuses into its error: a megabyte of one JSON text takes five seconds.
 */
function isReadable(request: Request, body: unknown): boolean {
  // Of a type that Elysia does not know nothing was read.
  if (body === undefined || body === null) return request.body === null;
  if (body === "") return true;
  if (typeof body !== "object" || Array.isArray(body) || ArrayBuffer.isView(body)) return false;
  if (body instanceof ArrayBuffer) return body.byteLength === 0;
  const isJson = /^application\/json\s*(;|$)/.test(request.headers.get("content-type") ?? "");
  return isJson || Object.keys(body).length === 0;
}

interface ServerLike {
  requestIP(request: Request): { address: string } | null;
}

/**
 * Gives every room's routes `access` (a macro that must stand on each route: the walk over all routes fails otherwise) and
 * with it `actor`. Authentication happens before a body or query is validated, so a stranger learns nothing from validation.
 */
export const httpKit = (deps: HttpDeps) =>
  new Elysia({ name: "http-kit", seed: deps }).macro({
    access: (access: Access) => ({
      // A copy: Elysia merges details in place, and must not reach what is enforced. Routes share no `detail` object for the same reason.
      detail: { "x-access": typeof access === "string" ? access : { ...access } } as Record<string, unknown>,
      async transform({ request, server, body }: { request: Request; server: unknown; body?: unknown }) {
        const known = factsOf(request);
        known.sender = deps.senderOf(request, (server as ServerLike | null)?.requestIP(request)?.address ?? null);
        if (access !== "public") known.actor = await deps.authenticate(request, access, known.sender);
        // Doors of outsiders read bodies themselves, and as JSON whatever they are said to be.
        const isOurApi = access === "person" || (typeof access === "object" && "permission" in access);
        if (isOurApi && !isReadable(request, body)) throw new AppError("invalid", "common.body_not_json");
        if (isTooDeep(body)) throw new AppError("invalid", "common.invalid");
      },
      resolve({ request }) {
        const known = factsOf(request);
        return { actor: known.actor as Actor, requestId: known.id, sender: known.sender };
      },
    }),
    /** A call that makes something: with an `Idempotency-Key` it may be repeated. The handler hands `once` on to `run`. */
    creates: (_isSo: true) => ({
      headers: t.Object({ [onceHeader]: t.Optional(t.String({ maxLength: 255, description: onceText })) }),
      resolve({ request, body }) {
        return { once: onceOf(request, body) };
      },
    }),
  });

export type HttpKit = ReturnType<typeof httpKit>;

/** What routes do with an action: run it for whoever called, with the ports of this process. */
export type Run = <Input, Output>(
  action: Action<Input, Output, never>,
  caller: { actor: Actor; requestId: string; once?: Once | null },
  input: Input,
) => Promise<Output>;

const statusOf: Record<ErrorKind, number> = {
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  invalid: 422,
  too_large: 413,
  too_many: 429,
  unavailable: 503,
};

export interface ErrorBody {
  error: { code: string; message: string; params: ErrorParams; requestId: string };
}

/** Fields of a validation error that tell a caller what to mend, without echoing what was sent. */
function validationParams(error: ValidationError): ErrorParams {
  const first = error.all[0] as { path?: string; summary?: string } | undefined;
  return { where: error.type, field: String(first?.path ?? "").slice(0, 100) };
}

/** Turns anything thrown into an answer: expected refusals by their kind, the rest into a 500 that says nothing. */
export function toErrorResponse(
  error: unknown,
  request: Request,
  deps: { log: Logger; sentence(code: string, params: ErrorParams, request: Request): string },
): Response {
  const { id, actor } = factsOf(request);
  const answer = (status: number, code: string, params: ErrorParams = {}, headers: Record<string, string> = {}) => {
    const body: ErrorBody = { error: { code, message: deps.sentence(code, params, request), params, requestId: id } };
    return Response.json(body, { status, headers: { "cache-control": "no-store", "x-request-id": id, ...headers } });
  };
  // What a route's own reading of a body refuses arrives wrapped; it is no less a refusal.
  if (error instanceof ParseError && error.cause instanceof AppError)
    return toErrorResponse(error.cause, request, deps);
  const who = actor ? { actor: actor.kind, workspaceId: actor.workspaceId } : {};
  if (error instanceof AppError) {
    if (error.kind === "unavailable")
      deps.log.error({ err: error, requestId: id, ...who }, "request could not be served");
    else deps.log.info({ code: error.code, requestId: id, method: request.method, ...who }, "request refused");
    const retry: Record<string, string> =
      error.retryAfterMs === undefined
        ? {}
        : { "retry-after": String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))) };
    return answer(statusOf[error.kind], error.code, error.params, retry);
  }
  if (error instanceof ValidationError) return answer(422, "common.invalid", validationParams(error));
  if (error instanceof ParseError) return answer(400, "common.unreadable");
  if (error instanceof NotFoundError) return answer(404, "common.not_found");
  if (isDatabaseAway(error)) {
    deps.log.error({ err: error, requestId: id, ...who }, "database is away");
    return answer(503, "common.unavailable", {}, { "retry-after": "5" });
  }
  if (isUnstorableText(error)) return answer(422, "common.invalid");
  deps.log.error({ err: error, requestId: id, ...who }, "request failed");
  return answer(500, "common.internal");
}

/** SQLSTATEs of text that PostgreSQL cannot hold: NUL in text, `\u0000` in JSON. Nobody but a caller can have sent it. */
const unstorableCodes = new Set(["22021", "22P05"]);

function isUnstorableText(error: unknown): boolean {
  return hasCode(error, unstorableCodes);
}
