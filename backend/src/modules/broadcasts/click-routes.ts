/**
 * Where counted links lead: `/l/<code>`, open to everybody who was sent one. The code names a recipient and a link of his
 * broadcast; where it leads stands in our table, so that no address can be smuggled in. Whatever is wrong with a code, its page is
 * the same 404.
 */
import { localeOf, translator } from "@backend/i18n/index.ts";
import { tooManyRequests } from "@backend/kit/errors.ts";
import type { HttpKit } from "@backend/kit/http.ts";
import { createRateLimit } from "@backend/kit/rate-limit.ts";
import { clickIdOf } from "@backend/modules/conversions/index.ts";
import { Elysia } from "elysia";
import type { HTTPHeaders } from "elysia/types";
import type { ClickStore } from "./click-store.ts";
import type { ClickCodes } from "./domain/click-code.ts";
import { targetOf } from "./domain/tracked-links.ts";
import { isPerson } from "./domain/visitor.ts";

export interface ClickDeps {
  codes: ClickCodes;
  store: ClickStore;
  now(): Date;
}

/** Visits per address, sustained per second and at once: behind one address of a mobile carrier sit thousands of people. */
const visits = { perSecond: 100, burst: 1_000 };
/** Wrong codes per address. Guessing 2^80 is hopeless; this keeps it cheap for us too. */
const guesses = { perSecond: 1, burst: 60 };

interface Visiting {
  request: Request;
  sender: string | null;
  set: { status?: number | string; headers: HTTPHeaders };
}

export const clickRoutes = (http: HttpKit, deps: ClickDeps) => {
  const perAddress = createRateLimit(visits);
  const wrongCodes = createRateLimit(guesses);

  function gone({ request, set }: Visiting): string {
    set.status = 404;
    set.headers["content-type"] = "text/html; charset=utf-8";
    set.headers["content-security-policy"] = "default-src 'none'; style-src 'unsafe-inline'";
    return gonePage(localeOf(request.headers.get("accept-language") ?? undefined));
  }

  async function visit(call: Visiting, code: string): Promise<string> {
    const { request, set } = call;
    const sender = call.sender ?? "unknown";
    set.headers["cache-control"] = "no-store";
    set.headers["referrer-policy"] = "no-referrer";
    set.headers["x-robots-tag"] = "noindex, nofollow";
    const waitMs = perAddress.take(sender);
    if (waitMs > 0) throw tooManyRequests(waitMs);
    const click = deps.codes.read(code);
    if (click === null) {
      const guessMs = wrongCodes.take(sender);
      if (guessMs > 0) throw tooManyRequests(guessMs);
      return gone(call);
    }
    const isCounted = isPerson({
      method: request.method,
      userAgent: request.headers.get("user-agent"),
      purpose: request.headers.get("sec-purpose") ?? request.headers.get("purpose"),
    });
    const link = await deps.store.visit({ ...click, isCounted, at: deps.now() });
    if (link === null) return gone(call);
    set.status = 302;
    set.headers.location = targetOf(link.url, {
      clickId: clickIdOf(code),
      clickParam: link.options.clickParam ?? null,
      campaign: link.options.utm === true ? link.name : null,
    });
    return "";
  }

  return new Elysia({ name: "broadcasts-clicks" })
    .use(http)
    .get("/l/:code", (call) => visit(call, call.params.code), { access: "public", detail: { tags: ["Broadcasts"] } });
};

/** For people whose link is too old or was mistyped. It names nobody and loads nothing. */
function gonePage(locale: "en" | "ru" | "uk"): string {
  const t = translator(locale);
  return `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${t("results.gone.title")}</title><style>:root{color-scheme:light dark}body{font:1.1rem/1.5 system-ui;max-width:32rem;margin:20vh auto;padding:0 1.5rem}</style></head>
<body><h1>${t("results.gone.title")}</h1><p>${t("results.gone.text")}</p></body></html>`;
}
