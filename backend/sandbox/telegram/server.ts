import { FileStore } from "./content.ts";
import { ApiFailure, failureBody } from "./errors.ts";
import type { Strike } from "./faults.ts";
import { type Call, Described, SENDING } from "./methods/call.ts";
import { METHODS } from "./methods/index.ts";
import { itemsOf } from "./methods/send.ts";
import { type Params, readParams } from "./params.ts";
import type { Bot, World } from "./world.ts";

const MAX_BODY_BYTES = 64 * 1024 * 1024;
const BAD_GATEWAY =
  "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n";
const GATEWAY_TIMEOUT = BAD_GATEWAY.replaceAll("502 Bad Gateway", "504 Gateway Time-out");

/** The HTTP face: `/bot<token>/<method>` with the envelope, statuses and faults of the real server. */
export class BotApiServer {
  readonly files: FileStore;
  #server: Bun.Server<undefined> | undefined;
  #port: number;
  readonly #calls = new Map<string, number>();

  constructor(
    readonly world: World,
    readonly hostname: string,
    port: number,
  ) {
    this.files = new FileStore(world);
    this.#port = port;
  }

  /** The address to give as `apiRoot`: no slash at its end. */
  get root(): string {
    return `http://${this.hostname}:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  /** How often a method was called with a good token, faults included. */
  calls(method: string): number {
    return this.#calls.get(method.toLowerCase()) ?? 0;
  }

  /** Starts listening; after `stop` on the same port again. */
  listen(): void {
    this.#server ??= Bun.serve({
      port: this.#port,
      hostname: this.hostname,
      idleTimeout: 0,
      maxRequestBodySize: MAX_BODY_BYTES,
      fetch: (request) => this.#handle(request),
    });
    this.#port = this.#server.port ?? this.#port;
  }

  /** Closes the port and every connection: callers see "connection refused". */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await server?.stop(true);
  }

  /** Runs a method as if it came over HTTP, without faults and limits: for webhook replies. */
  async run(bot: Bot, method: string, params: Params): Promise<unknown> {
    const run = METHODS.get(method.toLowerCase());
    if (!run) throw new ApiFailure(404, "Not Found: method not found");
    const abort = new AbortController().signal;
    return run({ world: this.world, files: this.files, bot, params, method: method.toLowerCase(), abort });
  }

  async #handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = /^\/bot([^/]+)\/(?:test\/)?([^/]+)\/?$/.exec(url.pathname.replaceAll("%3A", ":"));
    if (!path) return refusal(new ApiFailure(404, "Not Found"));
    const [, token = "", name = ""] = path;
    if (!/^\d{1,16}:[\w-]{3,}$/.test(token))
      return refusal(new ApiFailure(401, "Unauthorized: invalid token specified"));
    const bot = this.world.botByToken(token);
    if (!bot) return refusal(new ApiFailure(401, "Unauthorized"));
    const method = name.toLowerCase();
    this.#calls.set(method, (this.#calls.get(method) ?? 0) + 1);
    if (!METHODS.has(method)) return refusal(new ApiFailure(404, "Not Found: method not found"));
    try {
      const params = await readParams(request, url);
      return await this.#answer({ world: this.world, files: this.files, bot, params, method, abort: request.signal });
    } catch (cause) {
      return refusal(asFailure(cause));
    }
  }

  async #answer(call: Call): Promise<Response> {
    const isSend = SENDING.has(call.method);
    const chatId = targetOf(call);
    const botId = call.bot.user.id;
    const strike = this.world.faults.draw({ botId, chatId, method: call.method, isSend });
    if (strike) {
      const early = await this.#strikeBefore(call, strike);
      if (early) return early;
    }
    if (isSend)
      call.bot.meter.admit(
        this.world.now(),
        chatId ?? 0,
        itemsOf(call.method, call),
        call.params.flag("allow_paid_broadcast"),
      );
    const run = METHODS.get(call.method);
    if (!run) throw new ApiFailure(404, "Not Found: method not found");
    const result = await run(call);
    if (strike?.kind === "lost_answer") return droppedConnection();
    if (strike?.kind === "late_status") return page(502, BAD_GATEWAY);
    const body = result instanceof Described ? { ok: true, ...result } : { ok: true, result };
    return new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });
  }

  async #strikeBefore(call: Call, strike: Strike): Promise<Response | undefined> {
    switch (strike.kind) {
      case "bad_gateway":
        return page(502, BAD_GATEWAY);
      case "gateway_timeout":
        return page(504, GATEWAY_TIMEOUT);
      case "server_error":
        throw new ApiFailure(500, "Internal Server Error");
      case "flood":
        return call.bot.meter.flood(this.world.now(), strike.retryAfterS * 1000, strike.chatId);
      case "reset":
        return droppedConnection();
      case "hang":
        await Bun.sleep(strike.durationMs);
        return droppedConnection();
      case "slow":
        await Bun.sleep(strike.durationMs);
        return undefined;
      case "lost_answer":
      case "late_status":
        return undefined;
      default:
        return strike.kind satisfies never;
    }
  }
}

/** The chat a call aims at, as a number, even when nobody knows it. */
function targetOf({ params, world }: Call): number | undefined {
  const raw = params.text("chat_id").trim();
  if (raw === "") return undefined;
  if (!raw.startsWith("@")) return Number(raw) || undefined;
  const wanted = raw.slice(1).toLowerCase();
  for (const group of world.groups.values()) if (group.chat.username?.toLowerCase() === wanted) return group.chat.id;
  return undefined;
}

function asFailure(cause: unknown): ApiFailure {
  if (cause instanceof ApiFailure) return cause;
  console.error("the Telegram stand-in failed", cause);
  return new ApiFailure(500, "Internal Server Error");
}

function refusal(failure: ApiFailure): Response {
  const retryAfter = failure.parameters?.retry_after;
  return new Response(failureBody(failure), {
    status: failure.errorCode,
    headers: {
      "content-type": "application/json",
      ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
    },
  });
}

const page = (status: number, html: string): Response =>
  new Response(html, { status, headers: { "content-type": "text/html" } });

/** Bun closes the connection without a status line when a body fails before its first byte. */
function droppedConnection(): Response {
  return new Response(
    new ReadableStream({
      start(controller) {
        setTimeout(() => controller.error(undefined), 1);
      },
    }),
  );
}
