/**
 * Where providers call: `/webhooks/crypto-pay/<connection>` and `/webhooks/yookassa/<connection>`, and two addresses without an id that
 * mean the first workspace's. A call is known by its signature over the raw bytes, or by the network that it comes from; then it is
 * stored as it is and answered, whatever it says (a provider that hears an error for days stops calling). What it says is read later.
 */
import { AppError, notFound, tooManyRequests } from "@backend/kit/errors.ts";
import { factsOf, type HttpKit } from "@backend/kit/http.ts";
import type { Intake } from "@backend/kit/inbox.ts";
import { createRateLimit } from "@backend/kit/rate-limit.ts";
import { keepHeaders, readRawBody, splitAddress } from "@backend/kit/raw-call.ts";
import { rememberAnswers } from "@backend/kit/remember.ts";
import { isUuid } from "@backend/kit/uuid.ts";
import { Elysia } from "elysia";
import type { HTTPHeaders } from "elysia/types";
import type { HookProvider, HookRefusal, PaymentsPorts, ProviderAccess } from "./ports.ts";
import { hookSources } from "./read-webhook.ts";

/** What must be known of a connection before a call for it is stored. */
export interface HookConnection {
  connectionId: string;
  workspaceId: string;
  access: ProviderAccess;
}

export interface HookDeps {
  intake: Intake;
  hooks: PaymentsPorts["providerHooks"];
  /** By its id, or the first workspace's. Not cached: this file does that. */
  find(provider: HookProvider, connectionId: string | null): Promise<HookConnection | null>;
  /** Told of calls that were turned away. Must not wait for anything. */
  noteRefusal(connection: HookConnection, why: HookRefusal): void;
}

/** How long a connection is believed: another key, or its end, take effect within it. */
const believeMs = 2_000;
const rememberAtMost = 1_000;
/** Calls of one sender that are turned away: sustained per second, and at once. */
const wrongCalls = { perSecond: 5, burst: 100 };

interface Call {
  request: Request;
  sender: string | null;
  set: { headers: HTTPHeaders };
}

export const paymentHookRoutes = (http: HttpKit, deps: HookDeps) => {
  const lookup = rememberAnswers(
    (address) => {
      const [provider, id = null] = address.split(" ");
      return deps.find(provider as HookProvider, id);
    },
    { forMs: believeMs, atMost: rememberAtMost },
  );
  const wrong = createRateLimit(wrongCalls);

  function turnAway(sender: string | null, refusal: AppError): AppError {
    const waitMs = wrong.take(sender ?? "unknown");
    return waitMs === 0 ? refusal : tooManyRequests(waitMs);
  }

  async function take({ request, sender, set }: Call, provider: HookProvider, id: string | null): Promise<string> {
    const connection = id === null || isUuid(id) ? await lookup(id === null ? provider : `${provider} ${id}`) : null;
    if (!connection) throw turnAway(sender, notFound("common.not_found"));
    const body = (await readRawBody(request)) ?? new Uint8Array();
    const why = deps.hooks[provider].refusal(connection.access, {
      body,
      sender,
      header: (name) => request.headers.get(name),
    });
    if (why !== null) {
      deps.noteRefusal(connection, why);
      // Who calls from elsewhere learns nothing, not even that there is something.
      throw turnAway(sender, why === "bad_signature" ? signatureRefused() : notFound("common.not_found"));
    }
    const { path, query } = splitAddress(request.url);
    const { workspaceId, connectionId: sourceId } = connection;
    await deps.intake.store({
      workspaceId,
      source: hookSources[provider],
      sourceId,
      // Neither provider numbers its calls: a repeat is told apart by what it speaks of.
      externalId: null,
      orderKey: null,
      method: request.method,
      path,
      query,
      headers: keepHeaders(request.headers),
      body,
      senderAddress: sender,
      requestId: factsOf(request).id,
    });
    set.headers["content-type"] = "text/plain; charset=utf-8";
    set.headers["cache-control"] = "no-store";
    return "OK";
  }

  const hook = { access: "public" as const, parse: "none" as const, detail: { tags: ["Intake"] } };
  return new Elysia({ name: "payment-hooks" })
    .use(http)
    .post("/webhooks/crypto-pay/:connectionId", (call) => take(call, "crypto_pay", call.params.connectionId), hook)
    .post("/webhooks/yookassa/:connectionId", (call) => take(call, "yookassa", call.params.connectionId), hook)
    .post("/webhook/cryptobot", (call) => take(call, "crypto_pay", null), hook)
    .post("/payment_notification", (call) => take(call, "yookassa", null), hook);
};

const signatureRefused = () => new AppError("unauthorized", "payments.signature_refused");
