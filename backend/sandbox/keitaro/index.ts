/**
 * A Keitaro on loopback: the Admin API as far as this product asks it (keitaro.md §§1, 2, 5.2), as strict as the real one, with
 * its ways to fail on demand; and its other mouth, the postbacks it sends, some of which can be lost on their way.
 */
import { timingSafeEqual } from "node:crypto";
import { ApiFailure } from "./failure.ts";
import { answerLog, type Dialect, type TrackerConversion } from "./log.ts";

export type { TrackerConversion } from "./log.ts";

/** What goes wrong with the next calls of the API. */
export type KeitaroFault =
  /** The admin page, with status 200, as for any wrong path. */
  | "html"
  /** Never an answer. */
  | "hang"
  /** The answer is lost after the work was done. */
  | "lost_answer"
  | "redirect"
  | "no_licence"
  | "no_permission"
  | "cloudflare"
  | "broken_json"
  | "not_json_list"
  | { status: number; retryAfterSec?: number }
  | { slowMs: number };

export interface KeitaroOptions {
  apiKey?: string;
  port?: number;
  dialect?: Dialect;
  /** Rows in one page at most, whatever is asked. */
  maxPage?: number;
  /** Answers every page with the first one, as builds do that know no offset. */
  ignoresOffset?: boolean;
}

export interface KeitaroStandIn {
  /** As a person would paste it. */
  readonly url: string;
  readonly apiKey: string;
  readonly conversions: readonly TrackerConversion[];
  /** Calls of the API, in their order. */
  readonly calls: readonly { path: string; body: unknown; userAgent: string }[];
  /** The most calls that were answered at the same time. */
  readonly mostAtOnce: number;
  dialect: Dialect;
  /** How far its clock is ahead of the real one. */
  clockAheadMs: number;
  /** Where its S2S postbacks go: an address with Keitaro's macros; null = nowhere. */
  postbackUrl: string | null;
  fail(fault: KeitaroFault, times?: number): void;
  recover(): void;
  /** Logs a conversion, and sends its postback unless that is lost. A known subid and tid change status in place, as in Keitaro. */
  convert(conversion: Partial<TrackerConversion>, options?: { isLost?: boolean }): Promise<TrackerConversion>;
  /** Logs without sending: what was before this start. */
  load(conversions: readonly Partial<TrackerConversion>[]): void;
  stop(): Promise<void>;
}

/** The key of the demo's tracker; it opens nothing else. */
export const demoTrackerKey = "4f1c2d3e4b5a69788796a5b4c3d2e1f0";

const adminPage = '<!DOCTYPE html>\n<html><head><title>Keitaro</title></head><body><div id="app"></div></body></html>';
const groups = [
  { id: 1, name: "Main", position: 1, type: "campaigns" },
  { id: 2, name: "Tests", position: 2, type: "campaigns" },
];

export function startKeitaroStandIn(options: KeitaroOptions = {}): KeitaroStandIn {
  const apiKey = options.apiKey ?? demoTrackerKey;
  const conversions: TrackerConversion[] = [];
  const calls: { path: string; body: unknown; userAgent: string }[] = [];
  const ending = new AbortController();
  let fault: { what: KeitaroFault; left: number } | null = null;
  let atOnce = 0;
  let mostAtOnce = 0;
  let nextId = 100_001;

  const now = () => new Date(Date.now() + self.clockAheadMs);

  function takeFault(): KeitaroFault | null {
    if (!fault || fault.left <= 0) return null;
    fault.left--;
    return fault.what;
  }

  async function handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const userAgent = request.headers.get("user-agent") ?? "";
    const text = await request.text();
    const path = url.pathname + url.search;
    const inApi = /^\/admin_api\/v1\/(.*)$/.exec(url.pathname)?.[1];
    if (inApi === undefined) return page();
    calls.push({ path, body: readJson(text), userAgent });
    const wrong = takeFault();
    if (wrong !== null) {
      const failed = await failureOf(wrong, () => answer(request, inApi, url, text));
      if (failed) return failed;
    }
    return answer(request, inApi, url, text);
  }

  function answer(request: Request, path: string, url: URL, text: string): Response {
    try {
      if (!isKnownKey(request)) throw new ApiFailure(401, { error: "Unauthorized" });
      if (path === "groups" && request.method === "GET") {
        const type = url.searchParams.get("type");
        if (type === null) throw new ApiFailure(400, { error: "type is required" });
        return json(groups.filter((group) => group.type === type));
      }
      if (path === "conversions/log" && request.method === "POST") {
        const body = readJson(text) as Record<string, unknown> | undefined;
        if (body === undefined) throw new ApiFailure(400, { error: "Syntax error" });
        const asked = options.ignoresOffset ? { ...body, offset: 0 } : body;
        const found = answerLog(conversions, asked, self.dialect, options.maxPage ?? 10_000);
        // Such a build does not count either.
        return json(options.ignoresOffset ? { rows: found.rows } : found);
      }
      return page();
    } catch (error) {
      if (error instanceof ApiFailure) return json(error.body, error.status);
      throw error;
    }
  }

  function isKnownKey(request: Request): boolean {
    const given =
      request.headers.get("api-key") ?? /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
    const [left, right] = [Buffer.from(given ?? ""), Buffer.from(apiKey)];
    return left.length === right.length && timingSafeEqual(left, right);
  }

  /** Null: go on as if nothing were wrong. */
  async function failureOf(what: KeitaroFault, work: () => Response): Promise<Response | null> {
    if (typeof what === "object" && "slowMs" in what) {
      await Bun.sleep(what.slowMs);
      return null;
    }
    if (typeof what === "object") {
      const headers: Record<string, string> = what.retryAfterSec ? { "retry-after": String(what.retryAfterSec) } : {};
      return new Response("<html><body>nginx</body></html>", { status: what.status, headers });
    }
    switch (what) {
      case "html":
        return page();
      case "hang":
        return silence();
      case "lost_answer":
        work();
        return silence();
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

  const json = (body: unknown, status = 200) => Response.json(body, { status, headers: { date: now().toUTCString() } });
  const page = () =>
    new Response(adminPage, { headers: { "content-type": "text/html; charset=utf-8", date: now().toUTCString() } });

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
    conversions,
    calls,
    get mostAtOnce() {
      return mostAtOnce;
    },
    dialect: options.dialect ?? "new",
    clockAheadMs: 0,
    postbackUrl: null,
    fail(what, times = Number.POSITIVE_INFINITY) {
      fault = { what, left: times };
    },
    recover() {
      fault = null;
    },
    async convert(given, { isLost = false } = {}) {
      const made = log(given);
      // A copy: the next status must not change what is on its way.
      if (self.postbackUrl !== null && !isLost) await sendPostback(self.postbackUrl, { ...made });
      return made;
    },
    load(list) {
      for (const one of list) log(one);
    },
    async stop() {
      ending.abort();
      await server.stop(true);
    },
  };
  return self;
}

/** Fills the macros of a postback address and calls it, once: Keitaro is not known to try again. */
async function sendPostback(address: string, c: TrackerConversion): Promise<void> {
  const macros: Readonly<Record<string, string>> = {
    subid: c.subid,
    tid: c.tid,
    status: c.status,
    conversion_revenue: c.revenue,
    revenue: c.revenue,
    campaign_id: String(c.campaignId),
    campaign_name: c.campaign,
    offer_id: String(c.offerId || ""),
    landing_id: String(c.landingId || ""),
    country: c.country,
    source: c.source,
    traffic_source_name: c.trafficSource,
    creative_id: c.creativeId,
    external_id: c.externalId,
    currency: "USD",
    ...Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`sub_id_${n + 1}`, c.subIds[n + 1] ?? ""])),
  };
  const filled = address.replace(/\{([a-z0-9_]+)\}/g, (whole, name: string) =>
    Object.hasOwn(macros, name) ? encodeURIComponent(macros[name] ?? "") : whole,
  );
  const answer = await fetch(filled);
  await answer.arrayBuffer();
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
