/**
 * A Keitaro on loopback: the Admin API as far as this product asks it, as strict as the real one, with its ways to fail on demand;
 * its other mouth, the postbacks that it sends, some of which can be lost on their way; and its panel, in which somebody may change
 * a flow while nobody here looks.
 *
 * What it holds is a world (`world.ts`; the demo's is in `demo-world.ts`). Objects are answered by `admin-api.ts`, changed by
 * `changes.ts`; `reports.ts` counts what `visits.ts` knows; `log.ts` is the log of conversions.
 */
import { timingSafeEqual } from "node:crypto";
import { type AdminCall, answerAdmin, noPermission } from "./admin-api.ts";
import { flowBody } from "./bodies.ts";
import { changeFlow, changeIn, type FlowChange } from "./changes.ts";
import { demoWorld } from "./demo-world.ts";
import { ApiFailure, incomplete, missing } from "./failure.ts";
import { type FaultAim, FaultScript, type KeitaroFault } from "./faults.ts";
import { answerLog, type Dialect, moment, type TrackerConversion } from "./log.ts";
import { addressesOf, type SentLine, sendPostback } from "./postbacks.ts";
import { answerReport } from "./reports.ts";
import type { TrackerWorld, WorldFlow } from "./world.ts";

export type { FlowChange } from "./changes.ts";
export type { FaultAim, KeitaroFault } from "./faults.ts";
export type { TrackerConversion } from "./log.ts";
export { largeWorld, type TrackerWorld, type WorldFlow } from "./world.ts";

export interface KeitaroOptions {
  apiKey?: string;
  port?: number;
  dialect?: Dialect;
  /** The demo's unless given. */
  world?: TrackerWorld;
  /** Rows in one page at most, whatever is asked. */
  maxPage?: number;
  /** Answers every page with the first one, as builds do that know no offset. */
  ignoresOffset?: boolean;
  /** The key's user sees less: lists are shorter, and nobody says so. */
  isRestricted?: boolean;
  /** First words of paths that answer 403: "logs", "report", "traffic_sources". */
  closedSections?: readonly string[];
}

export interface KeitaroStandIn {
  /** As a person would paste it. */
  readonly url: string;
  readonly apiKey: string;
  readonly world: TrackerWorld;
  readonly conversions: readonly TrackerConversion[];
  /** Calls of the API, in their order. */
  readonly calls: readonly { method: string; path: string; body: unknown; userAgent: string }[];
  /** The most calls that were answered at the same time. */
  readonly mostAtOnce: number;
  dialect: Dialect;
  /** How far its clock is ahead of the real one. */
  clockAheadMs: number;
  /** How long it thinks before it answers a call. */
  delayMs: number;
  /** Where its S2S postbacks go: an address with Keitaro's macros; null = nowhere. */
  postbackUrl: string | null;
  fail(fault: KeitaroFault, times?: number, aim?: FaultAim): void;
  recover(): void;
  /** Somebody changes a flow in the tracker's panel. Answers the flow as the API would. */
  drift(flowId: number, change: FlowChange): ReturnType<typeof flowBody>;
  /** Logs a conversion, and sends its postback unless that is lost. A known subid and tid change status in place, as in Keitaro. */
  convert(conversion: Partial<TrackerConversion>, options?: { isLost?: boolean }): Promise<TrackerConversion>;
  /** Logs without sending: what was before this start. */
  load(conversions: readonly Partial<TrackerConversion>[]): void;
  /** Writes a line into the log of sent postbacks. */
  noteSent(message: string): void;
  stop(): Promise<void>;
}

/** The key of the demo's tracker; it opens nothing else. */
export const demoTrackerKey = "4f1c2d3e4b5a69788796a5b4c3d2e1f0";

const adminPage = '<!DOCTYPE html>\n<html><head><title>Keitaro</title></head><body><div id="app"></div></body></html>';

export function startKeitaroStandIn(options: KeitaroOptions = {}): KeitaroStandIn {
  const apiKey = options.apiKey ?? demoTrackerKey;
  const world = options.world ?? demoWorld();
  const conversions: TrackerConversion[] = [];
  const sent: SentLine[] = [];
  const calls: KeitaroStandIn["calls"][number][] = [];
  const faults = new FaultScript();
  const ending = new AbortController();
  let atOnce = 0;
  let mostAtOnce = 0;
  let nextId = 100_001;

  const now = () => new Date(Date.now() + self.clockAheadMs);

  async function handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const body = readJson(await request.text());
    const path = /^\/admin_api\/v1\/(.*)$/.exec(url.pathname)?.[1];
    if (path === undefined) return page();
    const { method } = request;
    calls.push({ method, path: url.pathname + url.search, body, userAgent: request.headers.get("user-agent") ?? "" });
    if (self.delayMs > 0) await Bun.sleep(self.delayMs);
    const work = (keeps?: (count: number) => number) =>
      answer(request, { method, path, query: url.searchParams, body }, keeps);
    const fault = faults.draw(method, path);
    return (fault !== null && (await failureOf(fault, work))) || work();
  }

  function answer(request: Request, call: AdminCall, keeps?: (count: number) => number): Response {
    try {
      if (!isKnownKey(request)) throw new ApiFailure(401, { error: "Unauthorized" });
      const section = call.path.split("/")[0] ?? "";
      if (options.closedSections?.includes(section)) throw noPermission(section);
      const found = answerOf(call, keeps);
      return found === undefined ? page() : json(found);
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      return typeof error.body === "string"
        ? new Response(error.body, { status: error.status, headers: headers("text/plain; charset=utf-8") })
        : json(error.body, error.status);
    }
  }

  function answerOf(call: AdminCall, keeps?: (count: number) => number): unknown {
    const { method, path, query, body } = call;
    if (method !== "GET" && method !== "DELETE" && body === undefined && /\/(build|log)$/.test(path))
      throw new ApiFailure(400, { error: "Syntax error" });
    switch (`${method} ${path}`) {
      case "POST conversions/log": {
        const asked = options.ignoresOffset ? { ...(body as object), offset: 0 } : body;
        const found = answerLog({ conversions, world, dialect: self.dialect }, asked, options.maxPage ?? 10_000);
        // Such a build does not count either.
        return options.ignoresOffset ? { rows: found.rows } : found;
      }
      case "POST report/build":
        return answerReport({ world, conversions, dialect: self.dialect, now: now() }, body);
      case "GET logs/sent_postbacks":
        return sentLines(query);
      default:
        return answerAdmin(world, call, {
          at: moment(now()),
          isRestricted: options.isRestricted ?? false,
          ignoresOffset: options.ignoresOffset ?? false,
          ...(keeps && { keeps }),
        });
    }
  }

  function sentLines(query: URLSearchParams): SentLine[] {
    const limit = Number(query.get("limit"));
    const offset = Number(query.get("offset") ?? 0);
    if (!Number.isInteger(limit) || limit < 1) throw incomplete("limit", "Limit is required");
    const words = query.get("query") ?? "";
    return sent.filter(({ message }) => message.includes(words)).slice(offset, offset + limit);
  }

  function isKnownKey(request: Request): boolean {
    const given =
      request.headers.get("api-key") ?? /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
    const [left, right] = [Buffer.from(given ?? ""), Buffer.from(apiKey)];
    return left.length === right.length && timingSafeEqual(left, right);
  }

  /** Null: go on as if nothing were wrong. */
  async function failureOf(
    what: KeitaroFault,
    work: (keeps?: (count: number) => number) => Response,
  ): Promise<Response | null> {
    if (typeof what === "object" && "slowMs" in what) {
      await Bun.sleep(what.slowMs);
      return null;
    }
    if (typeof what === "object") {
      const retryAfter: Record<string, string> = what.retryAfterSec
        ? { "retry-after": String(what.retryAfterSec) }
        : {};
      return new Response("<html><body>nginx</body></html>", { status: what.status, headers: retryAfter });
    }
    switch (what) {
      case "html":
        return page();
      case "hang":
        return silence();
      case "lost_answer":
        work();
        return silence();
      case "partial_write":
        return work((count) => Math.floor(count / 2));
      case "redirect":
        return new Response("", { status: 302, headers: { location: "http://127.0.0.1:1/admin/login" } });
      case "no_licence":
        return json({ error: "Admin API is not available in your edition" }, 402);
      case "no_permission":
        return json({ error: "You have no permission to access this page to conversions", stacktrace: null }, 403);
      case "cloudflare":
        return json({ title: "Error 1010: Access denied", status: 403, error_code: 1010, cloudflare_error: true }, 403);
      case "broken_json":
        return new Response('{"rows":[{"sub_id":', { headers: { "content-type": "application/json" } });
      case "not_json_list":
        return json({ rows: "none" });
    }
  }

  /** Until the stand-in ends. */
  const silence = () =>
    new Promise<Response>((resolve) => {
      const end = () => resolve(new Response("", { status: 503 }));
      if (ending.signal.aborted) end();
      else ending.signal.addEventListener("abort", end, { once: true });
    });

  const headers = (type: string) => ({ "content-type": type, date: now().toUTCString() });
  const json = (body: unknown, status = 200) =>
    new Response(JSON.stringify(body), { status, headers: headers("application/json") });
  const page = () => new Response(adminPage, { headers: headers("text/html; charset=utf-8") });

  function note(message: string): void {
    sent.unshift({ datetime: moment(now()), jid: sent.length + 1, message });
  }

  function log(given: Partial<TrackerConversion>): TrackerConversion {
    const postbackAt = given.postbackAt ?? now();
    const known = conversions.find((one) => one.subid === given.subid && one.tid === (given.tid ?? ""));
    if (known) {
      const previousStatus = known.status;
      const originalStatus = given.originalStatus ?? given.status ?? known.originalStatus;
      return Object.assign(known, given, { previousStatus, originalStatus, postbackAt, id: known.id });
    }
    const made: TrackerConversion = {
      subid: `s${nextId.toString(36)}`,
      tid: "",
      status: "sale",
      previousStatus: "",
      originalStatus: given.status ?? "sale",
      revenue: "0",
      campaignId: 15,
      campaign: "Campaign",
      offerId: 0,
      offer: "",
      landingId: 0,
      landing: "",
      source: "",
      trafficSource: "",
      creativeId: "",
      externalId: "",
      country: "",
      subIds: {},
      clickedAt: new Date(postbackAt.getTime() - 600_000),
      postbackAt,
      ...given,
      id: given.id ?? nextId++,
    };
    conversions.push(made);
    return made;
  }

  const server = Bun.serve({
    port: options.port ?? 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    maxRequestBodySize: 1024 * 1024,
    async fetch(request) {
      mostAtOnce = Math.max(mostAtOnce, ++atOnce);
      try {
        return await handle(request);
      } finally {
        atOnce--;
      }
    },
  });

  const self: KeitaroStandIn = {
    url: `http://127.0.0.1:${server.port}`,
    apiKey,
    world,
    conversions,
    calls,
    get mostAtOnce() {
      return mostAtOnce;
    },
    dialect: options.dialect ?? "new",
    clockAheadMs: 0,
    delayMs: 0,
    postbackUrl: null,
    fail: (what, times = Number.POSITIVE_INFINITY, aim = {}) => faults.set(what, times, aim),
    recover: () => faults.clear(),
    drift(flowId, change) {
      const flow = flowIn(world, flowId);
      changeIn(change, flow);
      changeFlow(world, flow, change, moment(now()));
      return flowBody(flow);
    },
    async convert(given, { isLost = false } = {}) {
      const made = log(given);
      // A copy: the next status must not change what is on its way.
      const told = { ...made };
      for (const address of isLost ? [] : addressesOf(told, world, self.postbackUrl))
        note(await sendPostback(address, told, world));
      return made;
    },
    load(list) {
      for (const one of list) log(one);
    },
    noteSent: note,
    async stop() {
      ending.abort();
      await server.stop(true);
    },
  };
  return self;
}

function flowIn(world: TrackerWorld, flowId: number): WorldFlow {
  const flow = world.flows.get(flowId);
  if (!flow) throw missing("Stream", String(flowId));
  return flow;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
