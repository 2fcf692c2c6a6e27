/**
 * Where trackers call: `/in/<secret>` and `/integrations/keitaro/postback?secret=…`, GET or POST, any body (DESIGN: persist
 * first, answer 200, work later). The answer says only that the call is stored. Anyone without a right secret gets the same
 * 404 whatever is wrong with it, and so does a sender who is not on the connection's list; a call that is not signed as its
 * connection asks gets 401. Neither is stored.
 */
import { notFound, tooManyRequests } from "@backend/kit/errors.ts";
import { factsOf, type HttpKit } from "@backend/kit/http.ts";
import type { Intake } from "@backend/kit/inbox.ts";
import { createRateLimit, type RateLimit } from "@backend/kit/rate-limit.ts";
import { keepHeaders, readRawBody, splitAddress, withoutParameter } from "@backend/kit/raw-call.ts";
import { rememberAnswers } from "@backend/kit/remember.ts";
import { Elysia } from "elysia";
import type { HTTPHeaders } from "elysia/types";
import { checkSignature } from "./domain/check-signature.ts";
import { keysAt, type Signing, type SigningKeys } from "./domain/signing.ts";
import { signatureRefused } from "./errors.ts";

/** What intake must know of a connection before it stores a call for it. */
export interface IntakeConnection {
  connectionId: string;
  workspaceId: string;
  isPaused: boolean;
  /** Calls per second, sustained and at once; null = the installation's default. */
  perSecond: number | null;
  burst: number | null;
  /** Who may call; null = anybody who knows the secret. */
  senders: { has(address: string): boolean } | null;
  /** How calls are signed, and the keys, which nothing matches when they cannot be opened; null = calls need no signature. */
  signing: { how: Signing; keys: SigningKeys | null } | null;
}

export interface IntakeDeps {
  intake: Intake;
  /** Looks a secret up, current or within its overlap after rotation. Not cached: this file does that. */
  connectionBySecret(secret: string): Promise<IntakeConnection | null>;
  limits: { perSecond: number; burst: number };
  /** Told of calls that were turned away though they knew the secret. Must not wait for anything. */
  noteRefusal(connection: IntakeConnection, refusal: string): void;
  log: { warn(facts: object, text: string): void };
}

/** How long a looked-up secret is believed. Pausing, rotating and deleting take effect within it. */
const believeMs = 2_000;
const rememberAtMost = 10_000;
/** Wrong secrets per sender: sustained per second, and at once. Guessing 2^192 is hopeless; this keeps it cheap for us too. */
const guesses = { perSecond: 1, burst: 60 };
const secretShape = /^[A-Za-z0-9_-]{16,128}$/;

interface Call {
  request: Request;
  sender: string | null;
  set: { headers: HTTPHeaders };
}

export const intakeRoutes = (http: HttpKit, deps: IntakeDeps) => {
  const lookup = rememberAnswers(deps.connectionBySecret, { forMs: believeMs, atMost: rememberAtMost });
  const wrongSecrets = createRateLimit(guesses);
  const perConnection = new Map<string, { limit: RateLimit; shape: string }>();

  function limitOf(connection: IntakeConnection): RateLimit {
    const perSecond = connection.perSecond ?? deps.limits.perSecond;
    const burst = connection.burst ?? deps.limits.burst;
    const shape = `${perSecond}/${burst}`;
    const known = perConnection.get(connection.connectionId);
    if (known?.shape === shape) return known.limit;
    const limit = createRateLimit({ perSecond, burst, maxKeys: 1 });
    perConnection.set(connection.connectionId, { limit, shape });
    return limit;
  }

  /** The connection of a secret, or the refusal. */
  async function admit(secret: string, sender: string | null): Promise<IntakeConnection> {
    const connection = secretShape.test(secret) ? await lookup(secret) : null;
    if (connection) {
      // An unknown sender is on no list. He hears what a wrong secret hears: that this one is right is none of his business.
      if (connection.senders === null || (sender !== null && connection.senders.has(sender))) return connection;
      deps.noteRefusal(connection, sender === null ? "sender_not_allowed" : `sender_not_allowed ${sender}`);
    }
    const waitMs = wrongSecrets.take(sender ?? "unknown");
    throw waitMs > 0 ? tooManyRequests(waitMs) : notFound("common.not_found");
  }

  /** What of a call was signed, or the refusal. */
  async function checkSigned(
    connection: IntakeConnection,
    { how, keys }: NonNullable<IntakeConnection["signing"]>,
    request: Request,
    query: string,
  ): Promise<{ query: string; body: Uint8Array | null }> {
    const body = await readRawBody(request);
    const nowMs = Date.now();
    const call = { query, body, header: (name: string) => request.headers.get(name) };
    const verdict = checkSignature(call, how, keys ? keysAt(keys, nowMs) : [], nowMs);
    if (verdict.ok) return { query: verdict.query, body };
    deps.noteRefusal(connection, keys === null ? "signature_unreadable" : verdict.problem);
    throw signatureRefused();
  }

  async function take({ request, sender, set }: Call, secret: string): Promise<string> {
    const connection = await admit(secret, sender);
    // A link checker asks with HEAD (Elysia sends it here): the address exists, and nothing happened.
    if (request.method === "HEAD") return "";
    const address = splitAddress(request.url);
    // Before the limit: what is not signed right must not use up what is.
    const signed = connection.signing && (await checkSigned(connection, connection.signing, request, address.query));
    const waitMs = limitOf(connection).take("calls");
    if (waitMs > 0) throw tooManyRequests(waitMs);
    const body = signed ? signed.body : await readRawBody(request);
    const { path } = address;
    const query = signed ? signed.query : address.query;
    await deps.intake.store({
      workspaceId: connection.workspaceId,
      source: "tracker",
      sourceId: connection.connectionId,
      externalId: null,
      // One after another per connection: a lead and its sale are told in the order in which they came.
      orderKey: `tracker:${connection.connectionId}`,
      method: request.method,
      path: path.startsWith("/in/") ? "/in/…" : path,
      query: withoutParameter(query, "secret"),
      headers: keepHeaders(request.headers),
      body,
      senderAddress: sender,
      requestId: factsOf(request).id,
    });
    // Not a Response: Elysia would take it apart and build another around a stream, for more than all of the rest costs here.
    set.headers["content-type"] = "text/plain; charset=utf-8";
    set.headers["cache-control"] = "no-store";
    return "OK";
  }

  const secretInQuery = (request: Request) => new URL(request.url).searchParams.get("secret") ?? "";
  const hook = { access: "public" as const, parse: "none" as const, detail: { tags: ["Intake"] } };
  return new Elysia({ name: "conversions-intake" })
    .use(http)
    .get("/in/:secret", (call) => take(call, call.params.secret), hook)
    .post("/in/:secret", (call) => take(call, call.params.secret), hook)
    .get("/integrations/keitaro/postback", (call) => take(call, secretInQuery(call.request)), hook)
    .post("/integrations/keitaro/postback", (call) => take(call, secretInQuery(call.request)), hook);
};
