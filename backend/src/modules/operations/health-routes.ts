/**
 * What operators' machines ask. `/health`: this process answers and is not ending (nothing about the database, or every replica
 * would be restarted when the database is). `/ready`: it can do its work. `/metrics`: with METRICS_TOKEN, whoever has it;
 * without, only programs on the same machine that did not come through a proxy. To everybody else it does not exist.
 */
import { timingSafeEqual } from "node:crypto";
import { AppError, notFound } from "@backend/kit/errors.ts";
import { factsOf, type HttpKit } from "@backend/kit/http.ts";
import { Elysia, t } from "elysia";
import type { Metrics } from "./metrics.ts";
import type { Readiness } from "./readiness.ts";

export interface HealthDeps {
  readiness: Readiness;
  metrics: Metrics;
  metricsToken: string | null;
  isStopping(): boolean;
}

const proxyHeaders = ["x-forwarded-for", "forwarded", "via", "x-real-ip", "cf-connecting-ip"];
const isLoopback = (address: string | null) => address !== null && (/^127\./.test(address) || address === "::1");

const sameToken = (given: string, token: string) => {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
};

export const healthRoutes = (http: HttpKit, deps: HealthDeps) => {
  function admitToMetrics(request: Request, sender: string | null): void {
    if (deps.metricsToken !== null) {
      const given = /^bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
      if (!sameToken(given, deps.metricsToken)) throw new AppError("unauthorized", "auth.required");
      return;
    }
    // A proxy on this machine connects from loopback too, and would open the page to the world.
    if (!isLoopback(sender) || proxyHeaders.some((name) => request.headers.has(name)))
      throw notFound("common.not_found");
  }

  const noStore = { "cache-control": "no-store" };
  return new Elysia({ name: "health" })
    .use(http)
    .get(
      "/health",
      () => {
        const isStopping = deps.isStopping();
        return Response.json(
          { status: isStopping ? "stopping" : "ok" },
          { status: isStopping ? 503 : 200, headers: noStore },
        );
      },
      { access: "public", detail: { tags: ["Health"] } },
    )
    .get(
      "/ready",
      async () => {
        const reasons = deps.isStopping() ? ["stopping"] : await deps.readiness.reasons();
        const isReady = reasons.length === 0;
        return Response.json(isReady ? { status: "ready" } : { status: "not_ready", reasons }, {
          status: isReady ? 200 : 503,
          headers: isReady ? noStore : { ...noStore, "retry-after": "2" },
        });
      },
      { access: "public", detail: { tags: ["Health"] } },
    )
    .get(
      "/metrics",
      async ({ request }) => {
        admitToMetrics(request, factsOf(request).sender);
        return new Response(await deps.metrics.text(), {
          headers: { ...noStore, "content-type": deps.metrics.contentType },
        });
      },
      { access: "public", response: t.Any(), detail: { tags: ["Health"] } },
    );
};
